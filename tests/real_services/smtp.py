"""A real SMTP server on the loopback address that keeps what it was given."""

import asyncio
import email
import email.policy
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mail:
    """One accepted mail: the envelope's addresses, the raw bytes and the parsed message."""

    def __init__(self, envelope: Envelope) -> None:
        self.sender = envelope.mail_from or ""
        self.recipients = list(envelope.rcpt_tos)
        content = envelope.content or b""
        self.raw = content if isinstance(content, bytes) else content.encode()
        message = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.message = message


HANG_UP = "hang up"
"""Instead of an answer: the line goes dead."""


class SmtpServer:
    """A running server. `answers` are given instead of acceptance, one for each of the next mails; `at_sender` and
    `at_receiver` the same for the next MAIL and RCPT. A mail at whose end the line goes dead is kept all the same."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.answers: list[str] = []
        self.at_sender: list[str] = []
        self.at_receiver: list[str] = []
        self.port = 0
        self._ready = threading.Event()
        self._end: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._ready.wait(timeout=30)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 Message accepted"
        if answer == HANG_UP:
            server.transport.abort()
        if answer == HANG_UP or answer.startswith("250"):
            self.mails.append(Mail(envelope))
        return answer

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._step(server, self.at_sender)
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._step(server, self.at_receiver)
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer

    def _step(self, server: SMTP, answers: list[str]) -> str:
        answer = answers.pop(0) if answers else "250 OK"
        if answer == HANG_UP:
            server.transport.abort()
        return answer

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        self._end = lambda: loop.call_soon_threadsafe(ended.set) and None
        server = await loop.create_server(lambda: SMTP(self, hostname="mail.example"), self.host, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await ended.wait()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def empty(self) -> None:
        self.mails.clear()
        self.answers.clear()
        self.at_sender.clear()
        self.at_receiver.clear()

    def stop(self) -> None:
        self._end()
        self._thread.join(timeout=10)


@contextmanager
def own_smtp() -> Iterator[SmtpServer]:
    """A new server for the time of the block."""
    server = SmtpServer()
    try:
        yield server
    finally:
        server.stop()

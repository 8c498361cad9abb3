"""The mail of a notice, and whoever hands it to a mail server.

A mail says that a message or an announcement waits on the site, or that a code for the account was issued or used:
no content, no counterpart, no name.
Its Message-ID is random and made anew for each attempt.
"""

import os
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from portal.domain.notice import address_is_refused, enhanced_code

SUBJECT = "新しいメッセージが届いています / You have a new message"
_TEXT = """求職情報マッチングポータルに新しいメッセージが届いています。
内容は、ログインしてご確認ください。このメールには内容も差出人も記載していません。

{sign_in}

このメールは自動で送っています。返信はできません。
お知らせを止める、1日1回にする、届かない時間を決めるなどの設定は、次のページで変えられます（ログインが必要です）。

{settings}

--
You have a new message on the job-information matching portal.
Please sign in to read it. This mail carries neither its text nor its sender.
To stop these notices, or to get them once a day, open the second address above after signing in.
"""

SUBJECT_OF_ANNOUNCEMENT = "新しいお知らせがあります / There is a new announcement"
_TEXT_OF_ANNOUNCEMENT = """求職情報マッチングポータルに、団体あての新しいお知らせがあります。
内容は、ログインしてご確認ください。このメールには内容を記載していません。

{sign_in}

このメールは自動で送っています。返信はできません。
お知らせを止める、1日1回にする、届かない時間を決めるなどの設定は、次のページで変えられます（ログインが必要です）。

{settings}

--
There is a new announcement to your organisation on the job-information matching portal.
Please sign in to read it. This mail does not carry its text.
To stop these notices, or to get them once a day, open the second address above after signing in.
"""

SUBJECT_OF_ACCOUNT = "アカウントの手続きがありました / Something was done with your account"
_TEXT_OF_ACCOUNT = """求職情報マッチングポータルの、あなたのアカウントの手続きがありました。
パスワードを決め直すか、二段階認証を外すためのコードが出されたか、そのコードが使われました。
心当たりがないときは、すぐに窓口（利用を始めたときの用紙にあるところ）にご連絡ください。

このメールは自動で送っています。返信はできません。
大切なお知らせのため、メールのお知らせを止めていても送ります。

--
Something was done with your account on the job-information matching portal: a code for choosing
a new password or taking the second factor away was issued, or was used.
If you know nothing of it, please contact the office (it stands on the sheet you began with) at once.
This mail is sent even if you have stopped notices by mail.
"""

_MAILS = {
    "message_notice": (SUBJECT, _TEXT),
    "announcement_notice": (SUBJECT_OF_ANNOUNCEMENT, _TEXT_OF_ANNOUNCEMENT),
    "account_notice": (SUBJECT_OF_ACCOUNT, _TEXT_OF_ACCOUNT),
}

_CLOSING = 421


class NotHandedOver(Exception):
    """The server did not take the mail; it certainly did not leave and may be tried again."""


class ServerAway(NotHandedOver):
    """The server did not even get to the mail: no other one has to be tried now."""


class AddressRefused(NotHandedOver):
    """The server says that the address takes no mail, now or later. code: such as 5.1.1 or 550."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Mailer(Protocol):
    """Hands one mail over. Raises NotHandedOver when it certainly did not leave, anything else when unsure."""

    def hand_over(self, mail: EmailMessage) -> None:
        """Hand one mail over."""
        ...


@dataclass(frozen=True)
class FileMailer:
    """Writes each mail into a folder; for the demo and for machines without a mail server."""

    folder: Path

    def hand_over(self, mail: EmailMessage) -> None:
        """Write the mail as a file only the owner may read."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{secrets.token_hex(8)}.eml"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(mail.as_bytes(policy=SMTP))


@dataclass(frozen=True)
class SmtpMailer:
    """Hands mails to an SMTP server, over TLS where the settings say so. timeout: seconds for each answer."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    starttls: bool = False
    timeout: float = 30

    def hand_over(self, mail: EmailMessage) -> None:
        """Hand the mail to the server, step by step: until its text is sent nothing can have left."""
        text = mail.as_bytes(policy=SMTP)
        with self._connected() as server:
            _offer(server, mail["From"].addresses[0].addr_spec, mail["To"].addresses[0].addr_spec)
            try:
                code, answer = server.data(text)
            except smtplib.SMTPDataError as refused:
                raise NotHandedOver(str(refused.smtp_code)) from None
            if code != 250:
                raise NotHandedOver(_code(code, answer))

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        except (OSError, smtplib.SMTPException) as away:
            raise ServerAway(type(away).__name__) from away
        try:
            try:
                server.ehlo_or_helo_if_needed()
                if self.starttls:
                    server.starttls(context=ssl.create_default_context())
                if self.user and self.password:
                    server.login(self.user, self.password)
            except (OSError, smtplib.SMTPException) as away:
                raise ServerAway(type(away).__name__) from away
            yield server
        finally:
            # What became of the mail is known by now; how the talk ends changes nothing.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()


def _offer(server: smtplib.SMTP, sender: str, receiver: str) -> None:
    """Name sender and receiver. Raises NotHandedOver."""
    try:
        code, answer = server.mail(sender)
        if code != 250:
            # The sender is the same in every mail.
            raise ServerAway(_code(code, answer))
        code, answer = server.rcpt(receiver)
    except (OSError, smtplib.SMTPException) as away:
        raise ServerAway(type(away).__name__) from away
    if code in (250, 251):
        return
    if code == _CLOSING:
        raise ServerAway(_code(code, answer))
    if address_is_refused(code, answer.decode("ascii", "replace")):
        raise AddressRefused(_code(code, answer))
    raise NotHandedOver(_code(code, answer))


def _code(code: int, answer: bytes) -> str:
    return enhanced_code(answer.decode("ascii", "replace")) or str(code)


def can_be_written(address: str) -> bool:
    """Whether a mail to this address reads back as one to exactly this address.

    An encoded word (RFC 2047) in the local part reads back as something else, or cannot be written at all.
    """
    try:
        mail = EmailMessage(policy=SMTP)
        mail["To"] = address
        read = message_from_bytes(mail.as_bytes(), policy=SMTP)
        found = [
            [(one.addr_spec, bool(one.domain)) for one in to.addresses] for to in (mail["To"], read["To"])
        ]
        # Beyond ASCII only servers with SMTPUTF8 take it.
        return address.isascii() and found == [[(address, True)]] * 2
    except Exception:
        # The parser fails in many ways on what strangers make up; each of them means that it cannot be written.
        return False


def new_mail_key() -> str:
    """The random part of a Message-ID: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def notice_mail(
    sender: str, to: str, public_url: str, mail_key: str, kind: str = "message_notice"
) -> EmailMessage:
    """The mail itself; for each of the kinds the same for everybody but for the address and the random key."""
    subject, text = _MAILS[kind]
    settings = f"{public_url}/account/notice"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{mail_key}@{mail['From'].addresses[0].domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if kind != "account_notice":  # which nobody can stop
        mail["List-Unsubscribe"] = f"<{settings}>"
    mail.set_content(text.format(sign_in=f"{public_url}/sign-in", settings=settings), cte="base64")
    return mail

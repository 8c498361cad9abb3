"""A notice worker that is killed: no mail goes out twice, whatever the moment."""

import multiprocessing
import os
import signal
from datetime import timedelta
from email.message import EmailMessage

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.notice import CLAIM_LASTS
from portal.services.notice import deliver
from portal.services.notice_mail import SmtpMailer
from tests.build import open_database
from tests.real_services.smtp import SmtpServer
from tests.services.test_notice import WORKER, person_with_notice

PROCESSES = multiprocessing.get_context("spawn")


class DyingMailer:
    """Hands over the first mails and dies before or after the last one."""

    def __init__(self, port: int, good: int, *, after: bool) -> None:
        self._mailer = SmtpMailer("127.0.0.1", port)
        self._good = good
        self._after = after

    def hand_over(self, mail: EmailMessage) -> None:
        if self._good == 0 and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        self._mailer.hand_over(mail)
        if self._good == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._good -= 1


def work(url: str, clock: FixedClock, port: int, good: int, after: bool) -> None:
    database = open_database(url)
    with database.write() as session:
        deliver(
            session,
            clock,
            WORKER,
            DyingMailer(port, good, after=after),
            worker=f"worker-{os.getpid()}",
            sender="no-reply@portal.example",
            public_url="https://portal.example",
        )


@pytest.mark.parametrize("after", [False, True], ids=["before the mail left", "after the mail left"])
def test_a_killed_worker_never_makes_a_mail_go_out_twice(
    durable_database_url: str, clock: FixedClock, smtp_server: SmtpServer, after: bool
) -> None:
    database = open_database(durable_database_url)
    for number in range(6):
        person_with_notice(database, clock.now(), address=f"person{number}@seeker.example")

    worker = PROCESSES.Process(target=work, args=(durable_database_url, clock, smtp_server.port, 2, after))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL

    clock.advance(CLAIM_LASTS + timedelta(seconds=1))
    with database.write() as session:
        last = deliver(
            session,
            clock,
            WORKER,
            SmtpMailer("127.0.0.1", smtp_server.port),
            worker="second",
            sender="no-reply@portal.example",
            public_url="https://portal.example",
        )
    assert (last.sent, last.unknown) == (3, 1)
    recipients = [mail.recipients[0] for mail in smtp_server.mails]
    assert len(recipients) == len(set(recipients)) == (6 if after else 5)
    database.dispose()

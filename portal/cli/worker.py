"""`portal worker`: the clock's hands. One worker is enough; several, on several machines, do no harm."""

import os
import signal
import socket
import threading
import traceback
from datetime import timedelta

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.cli import retention
from portal.cli.audit import keys_of
from portal.cli.file_worker import STEPS, FileWorker
from portal.cli.runtime import WORDS, Console, Paused, current
from portal.domain.actor import Actor, ActorKind
from portal.domain.notice import MailHours, QuietHours
from portal.domain.refusal import Conflict
from portal.services import (
    application,
    application_approval,
    clockwork,
    draft,
    notice,
    notice_mail,
    rarity,
    reminder,
    saved_search,
    seal,
    selection,
    template,
    unit_invitation,
    web_session,
)

group = AppGroup("worker", help="Notices by mail, files of registrations, the monthly order of results.")

SECONDS_BETWEEN_ROUNDS = 5
_ACTOR = Actor(ActorKind.WORKER)
_WAITS = "maintenance: everything waits until it is over"


@group.command("once")
def once() -> None:
    """Do everything that is due now, then end; for a timer."""
    console = current("worker")
    try:
        said = [_round(console), *FileWorker(console, _name()).work(_ACTOR, None, console.paused)]
    except Paused:
        said = [_WAITS]
    click.echo("; ".join(filter(None, said)))


@group.command("run")
def run() -> None:
    """Do what is due every few seconds until the process is told to end."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    console, done = current("worker"), ""
    files = FileWorker(console, _name())
    while not ended.is_set():
        before, waits = done, False
        try:
            told = [_round(console), *files.work(_ACTOR, STEPS, lambda: ended.is_set() or console.paused())]
            done = "; ".join(filter(None, told))
        except Paused:
            done, waits = _WAITS, True
        except SQLAlchemyError as away:
            # The database may be restarting; what is due stays due.
            done = f"The database is busy or away ({type(away).__name__}); the next round tries again."
        except Exception as failed:
            # Whatever it was, the other work of the clock must go on.
            done = f"This round failed ({_told(failed)}); the next round tries again."
        if done and (done != before or not waits):
            click.echo(done)
        ended.wait(0 if files.more and not waits else SECONDS_BETWEEN_ROUNDS)


def _name() -> str:
    return f"{socket.gethostname()[:60]}-{os.getpid()}"


def _told(failed: BaseException) -> str:
    """Type and place only: the text of an exception may quote names and addresses."""
    chain = [failed]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    places = traceback.extract_tb(failed.__traceback__)[-4:]
    return "; ".join(
        [
            " < ".join(type(one).__qualname__ for one in chain),
            *(f"{place.filename}:{place.lineno} {place.name}" for place in places),
        ]
    )


def _round(console: Console) -> str:
    """One round; a line that says what was done, "" when nothing was."""
    said = []
    with console.write() as session:
        for step in (_deliver, _redraw, _generalise, _remind, _clean, _hourly, _seal, _retain):
            # A round may take long, and maintenance may begin at any moment.
            if console.paused():
                break
            if told := step(console, session):
                said.append(told)
        else:
            clockwork.beat(session, console.clock, "worker")
    return "; ".join(said)


def _deliver(console: Console, session: Session) -> str:
    done = notice.deliver(
        session,
        console.clock,
        _ACTOR,
        _mailer(console),
        worker=_name(),
        sender=console.settings.mail.sender,
        public_url=console.settings.public_url,
        hours=_hours(console),
        paused=console.paused,
    )
    return "" if done == notice.Delivery() else _told_notices(done)


def _redraw(console: Console, session: Session) -> str:
    if not clockwork.order_is_due(session, console.clock):
        return ""
    after: int | None = 0
    while after is not None:
        if console.paused():
            return ""
        after = clockwork.redraw_order(session, console.clock, _ACTOR, after)
    return "order of results redrawn"


def _generalise(console: Console, session: Session) -> str:
    if not rarity.is_due(session, console.clock):
        return ""
    planned = rarity.plan(session, console.clock)
    for part in planned.parts():
        # Begun anew in a later round: what was applied stands, and the threshold is in force only at the end.
        if console.paused():
            return ""
        rarity.apply(session, console.clock, _ACTOR, planned, part)
    done = rarity.finish(session, console.clock, _ACTOR, planned)
    return f"rare combinations: {done.generalised} of {done.people} profiles with less detail"


def _remind(console: Console, session: Session) -> str:
    if not clockwork.reminders_are_due(session, console.clock):
        return ""
    given = 0
    for subject in reminder.waiting(session, console.clock):
        if console.paused():
            break
        given += reminder.remind(session, console.clock, _ACTOR, subject)
    else:
        clockwork.beat(session, console.clock, clockwork.REMINDERS)
    return f"reminded: {given} times" if given else ""


def _clean(console: Console, session: Session) -> str:
    clock = console.clock
    if not clockwork.cleaning_is_due(session, clock):
        return ""
    lifetime = web_session.Lifetime(
        timedelta(minutes=console.settings.session_idle_minutes),
        timedelta(hours=console.settings.session_absolute_hours),
    )
    sessions, attempts = web_session.forget_ended(session, clock, _ACTOR, lifetime)
    saved_search.forget_removed(session, clock, _ACTOR)
    template.forget_removed(session, clock, _ACTOR)
    selection.forget_old(session, clock, _ACTOR)
    unit_invitation.forget_old(session, clock, _ACTOR)
    clockwork.beat(session, clock, clockwork.CLEANING)
    return f"forgotten: {sessions} sessions, {attempts} attempts"


def _hourly(console: Console, session: Session) -> str:
    clock, said = console.clock, []
    if not clockwork.drafts_are_due(session, clock):
        return ""
    drafts = draft.forget_expired(session, clock, _ACTOR)
    drafts += application.forget_old(session, clock, _ACTOR)
    entered = application_approval.apply_due(session, clock, _ACTOR)
    clockwork.beat(session, clock, clockwork.DRAFTS)
    if drafts:
        said.append(f"forgotten: {drafts} drafts")
    if entered:
        said.append(f"entered: {entered} approved applications whose day has come")
    return "; ".join(said)


def _seal(console: Console, session: Session) -> str:
    seal.advance(session, console.clock, keys_of(console))
    if not seal.export_is_due(session, console.clock):
        return ""
    try:
        seal.export(session, console.settings.seals_dir)
    except (OSError, ValueError, Conflict) as wrong:
        # Nothing else may stand still for it; it is tried again and told in every round.
        reason = WORDS[wrong.reason] if isinstance(wrong, Conflict) else type(wrong).__name__
        return f"THE SEALS OF THE AUDIT TRAIL WERE NOT EXPORTED: {reason}"
    seal.note_export(session, console.clock)
    return ""


def _retain(console: Console, session: Session) -> str:
    return retention.nightly(console, session, _ACTOR, _name())


def _told_notices(done: notice.Delivery) -> str:
    counts = {
        "sent": done.sent,
        "later": done.put_back,
        "at the hour people want": done.postponed,
        "dropped": done.dropped,
        "unknown": done.unknown,
        "undeliverable": done.undeliverable,
    }
    told = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    return f"notices: {told}" + ("; the mail server is away or refuses us" if done.server_away else "")


def _hours(console: Console) -> MailHours:
    mail = console.settings.mail
    return MailHours(QuietHours(mail.quiet_from, mail.quiet_until), mail.morning)


def _mailer(console: Console) -> notice_mail.Mailer:
    mail = console.settings.mail
    if mail.kind == "files":
        return notice_mail.FileMailer(mail.folder)
    return notice_mail.SmtpMailer(mail.host, mail.port, mail.user, mail.password, mail.starttls)

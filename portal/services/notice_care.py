"""What somebody chooses about notices by mail, and addresses to which mail comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.bounce import Bounce, read_bounce
from portal.domain.entry import Gathered, Typed, one
from portal.domain.notice import Choice, Quiet, Rhythm, read_choice
from portal.domain.refusal import Forbidden, Invalid
from portal.services.notice_mail import can_be_written
from portal.services.use_case import query, use_case
from portal.store import account as accounts
from portal.store import notice_care as store
from portal.store import outbox

ENDED_DAYS = 7
"""How far back `status` counts what has ended, in days."""


@dataclass(frozen=True)
class OwnCare:
    """What somebody chose. undeliverable: mail to the address comes back."""

    mail: str | None
    choice: Choice
    undeliverable: bool


def own(session: Session, actor: Actor) -> OwnCare:
    """One's own choice. Raises Forbidden when nobody is signed in."""
    with query(session):
        account_id = _own(session, actor)
        return OwnCare(
            accounts.mail(session, account_id),
            store.choice(session, account_id),
            store.undeliverable(session, account_id),
        )


def comes_back(session: Session, actor: Actor) -> bool:
    """Whether mail to one's own address comes back, for the first page after signing in."""
    with query(session):
        return actor.account_id is not None and store.undeliverable(session, actor.account_id)


def choose(session: Session, clock: Clock, actor: Actor, typed: Typed) -> None:
    """Whether notices ("you have a message", no content) go out by mail, where to, how often and when not.

    The address is kept sealed; an empty one is forgotten. A mark that mail comes back ends with saving: the owner says
    that the address takes mail. What waits already follows the new choice.

    Raises Invalid (mail: "missing" where notices are wanted, "bad_mail"; and portal.domain.notice.read_choice).
    """
    faults = Gathered()
    address = faults.read(None, _checked_mail, typed)
    chosen = faults.read(None, read_choice, typed)
    if chosen is not None and chosen.rhythm is not Rhythm.NONE and address is None and not faults.errors:
        faults.add("mail", "missing")
    with use_case(session, clock, actor, "notice.choose") as trail:
        account_id = _own(session, actor)
        trail.subject("account", account_id)
        faults.settle()
        if chosen is None:
            raise Invalid({"": ["invalid"]})
        accounts.lock(session, account_id)
        accounts.set_mail(session, account_id, address, notice=chosen.rhythm is not Rhythm.NONE)
        store.put_choice(session, account_id, chosen, trail.now)
        outbox.reconsider(session, account_id, trail.now)
        trail.fact(rhythm=chosen.rhythm.value, quiet=chosen.quiet.value, address=address is not None)


def switch_on(session: Session, clock: Clock, actor: Actor, mail: str) -> None:
    """Notices for each message under the standard hours; for the demo. Raises what `choose` raises."""
    choose(
        session,
        clock,
        actor,
        {"mail": mail, "rhythm": Rhythm.EACH.value, "quiet": Quiet.STANDARD.value},
    )


def _own(session: Session, actor: Actor) -> int:
    if actor.account_id is None or accounts.by_id(session, actor.account_id) is None:
        raise Forbidden
    return actor.account_id


def _checked_mail(typed: Typed) -> str | None:
    text = one(typed, "mail").strip()
    if not text:
        return None
    try:
        # Whether the domain exists is not asked: no page waits for a name server.
        found = validate_email(text[:320], check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Invalid({"mail": ["bad_mail"]}) from None
    # The domain in ASCII (Punycode): every server takes it.
    address = found.ascii_email
    if address is None or not can_be_written(address):
        raise Invalid({"mail": ["bad_mail"]})
    return address


# The operator


@dataclass(frozen=True)
class Status:
    """How notices stand. ended: by state, in the last days. late: how long the oldest one is due already."""

    waiting: int
    sending: int
    late: timedelta
    ended: dict[str, int]
    undeliverable: int


def status(session: Session, clock: Clock) -> Status:
    """Counts for the operator; no names, no addresses."""
    with query(session):
        now = clock.now()
        counts = outbox.count_by_state(session, now - timedelta(days=ENDED_DAYS))
        oldest = outbox.oldest_due(session, now)
        return Status(
            waiting=counts.pop("waiting", 0),
            sending=counts.pop("sending", 0),
            late=timedelta() if oldest is None else now - oldest,
            ended=counts,
            undeliverable=store.count_undeliverable(session),
        )


def take_bounce(session: Session, clock: Clock, actor: Actor, data: bytes) -> str:
    """Enter one mail that came to the sender's mailbox. How it was taken:

    "marked"; "passing" (not for good, or not because of the address); "outdated" (the address was changed since);
    "unknown" (of no notice of ours); "no_bounce" (something else). Raises Forbidden.
    """
    if actor.kind is not ActorKind.OPERATOR:
        raise Forbidden
    bounce = read_bounce(data)
    if bounce is None:
        return "no_bounce"
    with use_case(session, clock, actor, "notice.bounce") as trail:
        taken, account_id = _enter(session, bounce, trail.now)
        if account_id is not None:
            trail.subject("account", account_id)
        trail.fact(taken=taken, code=bounce.code or None)
        return taken


def _enter(session: Session, bounce: Bounce, now: datetime) -> tuple[str, int | None]:
    sent = outbox.sent_under(session, bounce.mail_keys)
    if sent is None:
        return "unknown", None
    if not bounce.for_good:
        return "passing", sent.account_id
    marked = store.mark_undeliverable(session, sent.account_id, bounce.code, now, mailed_at=sent.claimed_at)
    return "marked" if marked else "outdated", sent.account_id


def forgive(session: Session, clock: Clock, actor: Actor, since: datetime) -> int:
    """Take away the marks made since an instant, when the operator's own server was at fault. How many.

    Raises Forbidden.
    """
    with use_case(session, clock, actor, "notice.forgive") as trail:
        if actor.kind is not ActorKind.OPERATOR:
            raise Forbidden
        forgiven = store.forgive(session, since)
        trail.fact(addresses=len(forgiven))
        return len(forgiven)

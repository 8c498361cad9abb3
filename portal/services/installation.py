"""What this installation is: its schema, its demo mark, and whether sending is open.

The mark is a row of the database, written when the first migration runs, so that a demo never becomes production and
production never shows invented people: production refuses a marked database, the demo an unmarked one.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid, Refusal
from portal.services.use_case import query, use_case
from portal.store import installation as store
from portal.store import migrate as migrations
from portal.store import unit

LONGEST_REASON = 200


class InstallationSettings(Protocol):
    """What of the settings decides here."""

    @property
    def environment(self) -> str:
        """demo, production or test."""
        ...

    @property
    def public_url(self) -> str:
        """The address people know."""
        ...

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        """The host names this portal answers to."""
        ...


class WrongInstallation(Refusal):
    """This database does not belong to these settings, or is not ready for them.

    Reasons: "not_migrated", "newer_schema" (made by a newer version of the program), "demo_database" (production on
    a database marked as demo), "not_a_demo_database" (demo on one that is not), "demo_not_on_loopback".
    """

    default_reason = "wrong_installation"


@dataclass(frozen=True)
class Standing:
    """Where a database stands. revision: None when no migration ever ran. demo: None before it was marked."""

    revision: str | None
    head: str
    demo: bool | None
    sending_closed_at: datetime | None = None
    sending_closed_reason: str | None = None

    @property
    def current(self) -> bool:
        """Whether the schema is the newest one."""
        return self.revision == self.head


def standing(session: Session) -> Standing:
    """Where the database stands."""
    with query(session):
        revision = migrations.revision(session)
        row = store.read(session) if store.has_tables(session) else None
        return Standing(
            revision,
            migrations.head(),
            None if row is None else row.demo,
            None if row is None else row.sending_closed_at,
            None if row is None else row.sending_closed_reason,
        )


def ready(session: Session) -> bool:
    """Whether the database answers and stands at the newest migration."""
    try:
        with query(session):
            return migrations.revision(session) == migrations.head()
    except SQLAlchemyError:
        return False


def check(settings: InstallationSettings, session: Session) -> None:
    """Refuse to work where demo and production would mix. Raises WrongInstallation; the test environment is free."""
    if settings.environment == "test":
        return
    check_loopback(settings)
    found = standing(session)
    if found.revision is None or found.demo is None:
        raise WrongInstallation("not_migrated")
    _check_mark(settings, found.demo)


def _check_mark(settings: InstallationSettings, marked: bool) -> None:
    if settings.environment == "production" and marked:
        raise WrongInstallation("demo_database")
    if settings.environment == "demo" and not marked:
        raise WrongInstallation("not_a_demo_database")


def check_loopback(settings: InstallationSettings) -> None:
    """The demo answers on this machine only: its sign-ins are printed for everybody. Raises WrongInstallation."""
    if settings.environment != "demo":
        return
    hosts = {urlsplit(settings.public_url).hostname or "", *settings.trusted_hosts}
    if not hosts or not all(is_loopback(host) for host in hosts):
        raise WrongInstallation("demo_not_on_loopback")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def migrate(settings: InstallationSettings, session: Session, clock: Clock, url: str) -> Standing:
    """Bring the database at `url` (the one `session` speaks to) to the newest schema; an empty one gets its mark.

    May be run twice. Raises WrongInstallation before anything is changed.
    """
    check_loopback(settings)
    before = standing(session)
    if before.demo is not None and settings.environment != "test":
        _check_mark(settings, before.demo)
    if before.revision is not None and not migrations.is_known(before.revision):
        raise WrongInstallation("newer_schema")
    migrations.upgrade(url)
    _mark(settings, session, clock)
    return standing(session)


def _mark(settings: InstallationSettings, session: Session, clock: Clock) -> None:
    demo = settings.environment == "demo"
    with use_case(session, clock, Actor(ActorKind.OPERATOR), "installation.mark") as trail:
        trail.fact(demo=demo)
        if store.read(session) is not None:
            trail.silent()
            return
        if demo and store.in_use(session):
            raise WrongInstallation("not_a_demo_database")
        store.mark(session, trail.now, demo=demo)


def close_sending(session: Session, clock: Clock, actor: Actor, *, reason: str) -> None:
    """No unit may send from now on, for example after a restore, until the operator reopens (ruling R11).

    Sends under way are waited for; after the commit nothing is stored any more.

    Raises Forbidden, Invalid (reason: "missing", "too_long"), Conflict when it is closed already.
    """
    with use_case(session, clock, actor, "installation.close_sending") as trail:
        row = _operators_row(session, actor)
        text = reason.strip()
        if not text:
            raise Invalid({"reason": ["missing"]})
        if len(text) > LONGEST_REASON:
            raise Invalid({"reason": ["too_long"]}, longest=LONGEST_REASON)
        if row.sending_closed_at is not None:
            raise Conflict("sending_is_closed")
        store.set_sending(session, trail.now, text)
        # A send that was decided before and is stored after this commit looks again, and finds it closed.
        unit.hold_all(session)


def reopen_sending(session: Session, clock: Clock, actor: Actor) -> None:
    """Units may send again. Raises Forbidden, Conflict when sending is open."""
    with use_case(session, clock, actor, "installation.reopen_sending") as trail:
        if _operators_row(session, actor).sending_closed_at is None:
            raise Conflict("sending_is_open")
        store.set_sending(session, None, None)
        trail.fact(reopened=True)


def _operators_row(session: Session, actor: Actor) -> store.Installation:
    if actor.kind is not ActorKind.OPERATOR:
        raise Forbidden
    row = store.read(session)
    if row is None:
        raise WrongInstallation("not_migrated")
    return row

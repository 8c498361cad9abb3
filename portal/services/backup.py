"""Backup, restore and the drill: copies that are looked at, and sending that stays closed after a restore (ruling R11).

Messages that were acknowledged after a copy was made are gone with their count: more than a day's messages could be
sent. So whoever puts a copy back reopens sending knowingly, with `portal installation reopen-sending`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden, Refusal
from portal.domain.seal import Fault, SealKeys
from portal.services import access_code, account, code, relay, seal, sign_in
from portal.services.password import Passwords
from portal.services.use_case import query, use_case
from portal.services.web_session import Lifetime
from portal.store import backup as store
from portal.store import installation, migrate, sealed
from portal.store.backup import BackupError, Manifest, empty
from portal.store.keyring import KeyMissingError

__all__ = [
    "BackupError",
    "Manifest",
    "Report",
    "empty",
    "note_restored",
    "restore",
    "sign_in_there",
    "take",
    "verify",
]

_ENDINGS = {"sqlite": "sqlite3", "postgresql": "dump"}


@dataclass(frozen=True)
class Report:
    """What a look at a restored database found. wrong: what is not as it should be, in words without data."""

    tables: int
    rows: int
    wrong: tuple[str, ...] = field(default=())


def take(session: Session, clock: Clock, actor: Actor, url: str, folder: Path) -> tuple[Path, Manifest]:
    """Copy the database at `url` (the one `session` speaks to) into a new file of a folder; it may be in use.

    Raises BackupError, Forbidden.
    """
    with use_case(session, clock, actor, "backup.take") as trail:
        _operator(actor)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"portal-{trail.now:%Y%m%dT%H%M%S%fZ}.{_ENDINGS[session.get_bind().dialect.name]}"
        # What asked who acts is over: on SQLite nobody else could write as long as the copy takes.
        session.rollback()
        made = store.take(url, folder / name, trail.now)
        trail.fact(tables=len(made.rows), rows=sum(made.rows.values()))
    return folder / name, made


def restore(clock: Clock, url: str, file: Path) -> Manifest:
    """Put a copy into the empty database at `url`: all or nothing, every session gone, and sending closed from the
    first moment at which anybody can see the database.

    Raises BackupError: no manifest, a damaged file, a newer program's copy, a database that is not empty.
    """
    made = store.read_manifest(file)
    if not migrate.is_known(made.revision):
        raise BackupError("the copy was made by a newer version of the program; use that version")
    if not store.is_empty(url):
        raise BackupError("the database is not empty; a copy is put into an empty one only")
    store.put_back(
        url, file, made, clock.now(), f"restored from the backup of {made.made:%Y-%m-%d %H:%M} UTC"
    )
    return made


def verify(session: Session, clock: Clock, url: str, made: Manifest, keys: SealKeys) -> Report:
    """Hold a restored database against its manifest, and look whether it agrees with itself; changes nothing.

    Counts of every table, schema, sending closed, no session, the books of the relay, the seals of the audit trail, and
    that the key file opens what is sealed. Lines that wait for their seal are no fault: the worker stood still.
    """
    wrong: list[str] = []
    rows = store.rows_of(url)
    expected = dict(made.rows) | {"session": 0}
    wrong += [
        f"rows of {name}: {rows.get(name)}, not {expected[name]}"
        for name in expected
        if rows.get(name) != expected[name]
    ]
    with query(session):
        if migrate.revision(session) != made.revision:
            wrong.append("the schema is not that of the copy")
        row = installation.read(session) if installation.has_tables(session) else None
        if row is None or row.sending_closed_at is None:
            wrong.append("sending is not closed")
    if migrate.head() != made.revision:
        # Everything else is asked in the words of the newest schema.
        return Report(len(rows), sum(rows.values()), tuple(wrong))
    if relay.check(session).wrong:
        wrong.append("the books of the relay do not agree: portal send check")
    found = [one for one in seal.verify(session, clock, keys).found if one.fault is not Fault.UNSEALED]
    if found:
        wrong.append(f"the seals of the audit trail do not hold in {len(found)} places: portal audit verify")
    with query(session):
        wrong += [f"values of {one} do not open with this key file" for one in _closed(session)]
    return Report(len(rows), sum(rows.values()), tuple(wrong))


def _closed(session: Session) -> list[str]:
    unknown = sealed.counts(session)["?"]
    found = [] if not unknown else ["unknown keys"]
    for one in sealed.SEALED:
        try:
            sealed.open_newest(session, one)
        except KeyMissingError:
            found.append(one.label)
    return found


def note_restored(session: Session, clock: Clock, made: Manifest) -> None:
    """Leave a line in the audit trail of the restored database."""
    with use_case(session, clock, Actor(ActorKind.OPERATOR), "backup.restored") as trail:
        trail.fact(made_at=made.made_at)


def sign_in_there(session: Session, clock: Clock, passwords: Passwords) -> bool:
    """Make a clerk in a scratch copy, let them choose a password and sign in; False where no office is known.

    Never for a database that anybody uses. Raises what signing in raises when it does not work.
    """
    operator = Actor(ActorKind.OPERATOR)
    with query(session):
        offices = code.choices(session, "office", jst_day(clock.now()))
    if not offices:
        return False
    name, password = f"drill-{secrets.token_hex(6)}", secrets.token_urlsafe(24)
    made = account.create_staff(
        session,
        clock,
        operator,
        sign_in_name=name,
        display_name="復元の訓練",
        role="office_clerk",
        office_code=offices[0].code,
        days=1,
    )
    if made.invitation is None:
        raise Refusal
    visitor = Actor(ActorKind.PUBLIC)
    access_code.choose_password(
        session, clock, visitor, passwords, code=made.invitation.code, password=password, address="127.0.0.1"
    )
    sign_in.sign_in(
        session,
        clock,
        visitor,
        passwords,
        name=name,
        password=password,
        address="127.0.0.1",
        lifetime=Lifetime(timedelta(minutes=5), timedelta(hours=1)),
        second_factor_required=True,
    )
    return True


def _operator(actor: Actor) -> None:
    if actor.kind is not ActorKind.OPERATOR:
        raise Forbidden

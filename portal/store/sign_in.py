"""Attempts to sign in: written before anything is looked at, counted afterwards. Names and addresses only as keyed
hashes."""

import ipaddress
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal.domain.sign_in import KNOWN_FOR, PER_ADDRESS, PER_NAME, Failures
from portal.store.keyring import keyring
from portal.store.tables import signin_attempt as attempt

_FAILURES = ("open", "failed")


def name_key(session: Session, name: str) -> bytes:
    """The key under which attempts for a name or a code are counted."""
    return keyring(session).blind("attempt.name", name.encode("utf-8", "backslashreplace").decode())


def address_key(session: Session, address: str) -> bytes:
    """The key of a visitor's address. Of an IPv6 address only the network of one household or office (/64)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return keyring(session).blind("attempt.address", "")
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return keyring(session).blind("attempt.address", str(parsed.ipv4_mapped))
        return keyring(session).blind(
            "attempt.address", str(ipaddress.ip_network((parsed, 64), strict=False))
        )
    return keyring(session).blind("attempt.address", str(parsed))


def record(session: Session, name: bytes, address: bytes, purpose: str, now: datetime) -> int:
    """Write an attempt down; as long as it is undecided it counts as a failure."""
    made = session.execute(
        insert(attempt)
        .values(name_key=name, address_key=address, purpose=purpose, at=now, outcome="open")
        .returning(attempt.c.id)
    )
    return int(made.scalar_one())


def settle(session: Session, attempt_id: int, outcome: str) -> None:
    """How it ended: failed, halfway, passed or refused."""
    session.execute(update(attempt).where(attempt.c.id == attempt_id).values(outcome=outcome))


def failures(
    session: Session, attempt_id: int, name: bytes, address: bytes, now: datetime
) -> tuple[Failures, Failures | None]:
    """What counts against the next attempt, this one left out: under the name, and from the address.

    Three statements, always. From an address where the name has signed in within 30 days only that pair's own
    failures count, and the address is not held against anybody (None).
    """
    passed = (
        select(func.max(attempt.c.id))
        .where(attempt.c.name_key == name, attempt.c.outcome == "passed", attempt.c.at > now - KNOWN_FOR)
        .add_columns(func.max(attempt.c.id).filter(attempt.c.address_key == address))
    )
    last_passed, last_passed_here = session.execute(passed).one()
    known = last_passed_here is not None
    by_name = select(func.count(), func.max(attempt.c.at)).where(
        attempt.c.name_key == name,
        attempt.c.outcome.in_(_FAILURES),
        attempt.c.at > now - PER_NAME.window,
        attempt.c.id != attempt_id,
        attempt.c.id > ((last_passed_here if known else last_passed) or 0),
    )
    if known:
        by_name = by_name.where(attempt.c.address_key == address)
    by_address = select(func.count(), func.max(attempt.c.at)).where(
        attempt.c.address_key == address,
        attempt.c.outcome.in_(_FAILURES),
        attempt.c.at > now - PER_ADDRESS.window,
        attempt.c.id != attempt_id,
    )
    of_name = Failures(*session.execute(by_name).one())
    of_address = Failures(*session.execute(by_address).one())
    return of_name, None if known else of_address


def forget(session: Session, before: datetime) -> int:
    """Delete attempts older than an instant; how many."""
    return len(session.execute(delete(attempt).where(attempt.c.at < before).returning(attempt.c.id)).all())

"""Changing the key of fields: everything sealed is sealed anew, in batches, and the old key goes when nothing needs it.

May be broken off at any moment and begun again: what is done stays done, and each value opens with the key whose name
it carries. The blind key never changes (docs/decisions/0018).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden
from portal.services.use_case import query, use_case
from portal.store import key_file, sealed
from portal.store.key_file import KeyFileError
from portal.store.keyring import keyring

__all__ = ["BATCH", "KeyFileError", "Standing", "add", "drop", "reseal", "standing", "use"]

BATCH = 500
"""Rows sealed anew in one transaction."""


@dataclass(frozen=True)
class Standing:
    """current: the key of new values. values: how many there are by key; "?" = by keys that are not in the key file."""

    current: str
    values: dict[str, int]

    @property
    def waiting(self) -> int:
        """Values that are sealed with another key than the current one."""
        return sum(number for name, number in self.values.items() if name != self.current)


def standing(session: Session, actor: Actor) -> Standing:
    """How many sealed values there are by key. Raises Forbidden."""
    _operator(actor)
    with query(session):
        return Standing(keyring(session).current, sealed.counts(session))


def reseal(
    session: Session,
    clock: Clock,
    actor: Actor,
    *,
    batch: int = BATCH,
    told: Callable[[str], None] = lambda _table: None,
) -> Standing:
    """Seal everything with the current key that is sealed with another; returns how it stands afterwards.

    One transaction for each batch; `told` is called after each with the table's name. One audit line at the end.
    Raises Forbidden.
    """
    _operator(actor)
    for table in sealed.tables():
        after = None
        while (after := sealed.reseal(session, table, after, batch)) is not None:
            session.commit()
            told(table)
        session.rollback()
    with use_case(session, clock, actor, "keys.reseal") as trail:
        sealed.reseal_sessions(session)
        found = Standing(keyring(session).current, sealed.counts(session))
        trail.fact(key=found.current, waiting=found.waiting)
        return found


def add(session: Session, clock: Clock, actor: Actor, path: Path) -> str:
    """Put a new random key into the key file; its name. Nothing is sealed with it yet.

    Raises Forbidden, KeyFileError.
    """
    with use_case(session, clock, actor, "keys.add") as trail:
        _operator(actor)
        name = key_file.add(path)
        trail.fact(key=name)
        return name


def use(session: Session, clock: Clock, actor: Actor, path: Path, name: str) -> None:
    """Seal new values with this key, in every process that is started from now on. Raises Forbidden, KeyFileError."""
    with use_case(session, clock, actor, "keys.use") as trail:
        _operator(actor)
        key_file.use(path, name)
        trail.fact(key=name)


def drop(session: Session, clock: Clock, actor: Actor, path: Path, name: str) -> None:
    """Take a key that nothing is sealed with out of the key file; whoever has a copy of the file still has it.

    Raises Forbidden, KeyFileError, Conflict "key_in_use" while a value needs it or it is the current one, Conflict
    "unknown_key".
    """
    with use_case(session, clock, actor, "keys.drop") as trail:
        _operator(actor)
        keys = keyring(session)
        if name not in keys.names:
            raise Conflict("unknown_key")
        if name == keys.current or sealed.counts(session)[name]:
            raise Conflict("key_in_use")
        key_file.drop(path, name)
        trail.fact(key=name)


def _operator(actor: Actor) -> None:
    if actor.kind is not ActorKind.OPERATOR:
        raise Forbidden

"""Sealing the audit trail, taking the seals out of reach of the database, verifying, and letting old months go.

Sealing leaves no line in the trail: it would always have one more to seal, and the seal itself says what was done.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import add_months, day_start, jst_day
from portal.domain import seal as rules
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.domain.seal import LINES_PER_SEAL, MARKED_EVERY, Found, Seal, SealKeys
from portal.services.use_case import query, use_case
from portal.store import outbox
from portal.store import seal as store

EXPORTED = "seal-export"
"""The name under which the last nightly export stands among the signs of life."""
_NAMED = "audit-seals-*.jsonl"


@dataclass(frozen=True)
class Report:
    """What a look at the whole trail found. dropped: ranges whose lines went after their time, seals kept."""

    seals: int
    lines: int
    unsealed: int
    exported: int
    dropped: tuple[Seal, ...]
    found: tuple[Found, ...]


def advance(session: Session, clock: Clock, keys: SealKeys) -> int:
    """Seal what is closed by now, and mark the end of the trail anew every ten minutes; how many lines were sealed.

    A range is closed when everybody who could write below its end when it was marked has ended: marked first, looked
    at in a later round (docs/decisions/0015-audit-seals.md). Safe on several machines at once.
    """
    sealed = 0
    with query(session):
        known, last = store.mark(session), store.last(session)
        idle = known is not None and known.upto == (last.last_id if last else 0)
        if idle and known is not None and clock.now() - known.marked_at < MARKED_EVERY:
            return 0
    try:
        while (done := _step(session, clock, keys)) is not None:
            sealed += done
    finally:
        session.rollback()
    return sealed


def _step(session: Session, clock: Clock, keys: SealKeys) -> int | None:
    """One transaction: a lot of lines sealed, or the mark moved (None: nothing more to do now)."""
    now = clock.now()
    held = store.mark(session, locked=True)
    if held is None:
        with suppress(IntegrityError):
            if store.mark(session) is None:
                store.begin_marks(session, now)
                _mark(session, now)
                session.commit()
        return None
    last = store.last(session)
    first = last.last_id + 1 if last else 1
    waiting = store.lines(session, first, held.upto, LINES_PER_SEAL) if first <= held.upto else []
    if not waiting:
        if now - held.marked_at >= MARKED_EVERY:
            _mark(session, now)
            session.commit()
        return None
    if held.writers & store.writers(session):
        return None
    for lot in rules.batches(waiting):
        last = rules.seal(lot, last, now, keys)
        store.add(session, last)
    session.commit()
    return len(waiting)


def _mark(session: Session, now: datetime) -> None:
    # First how far the trail goes, then who writes: whoever has a lower number and is not done yet is in that list.
    upto = store.newest_line(session)
    store.put_mark(session, upto, now, store.writers(session))


def seal_everything(session: Session, clock: Clock, keys: SealKeys) -> int:
    """Seal up to here now, for a command or before a backup: marks anew and seals what is closed already."""
    done = advance(session, clock, keys)
    with query(session):
        held = store.mark(session, locked=True)
        if held is None:
            return done
        _mark(session, clock.now())
        session.commit()
    return done + advance(session, clock, keys)


def export_is_due(session: Session, clock: Clock) -> bool:
    """Whether seals were last exported on an earlier Japanese day."""
    with query(session):
        last = outbox.last_beat(session, EXPORTED)
    return last is None or jst_day(last) < jst_day(clock.now())


def note_export(session: Session, clock: Clock) -> None:
    """Today's export is done."""
    outbox.beat(session, EXPORTED, clock.now())
    session.commit()


def export(session: Session, folder: Path) -> int:
    """Write the seals that are not in the folder yet into a new file of it; how many. Nothing is ever overwritten.

    Raises Conflict ("seals_behind_export": the folder knows seals that the database does not have, or others) and
    OSError. A file that was cut off while it was written is completed by the next one.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    newest = max(exported(folder), key=lambda one: one.number, default=None)
    with query(session):
        if newest is not None and store.one(session, newest.number) != newest:
            raise Conflict("seals_behind_export")
        new = [sealed for sealed, _ in store.after(session, newest.number if newest else 0)]
    if not new:
        return 0
    path = folder / f"audit-seals-{new[0].number:010}-{new[-1].number:010}.jsonl"
    number = 1
    while path.exists():
        number += 1
        path = folder / f"audit-seals-{new[0].number:010}-{new[-1].number:010}-{number}.jsonl"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o400)
    with os.fdopen(handle, "wb") as file:
        file.writelines(_written(sealed) for sealed in new)
        file.flush()
        os.fsync(file.fileno())
    return len(new)


def exported(place: Path) -> Iterator[Seal]:
    """The seals in an exported file, or in all of a folder. A last line that was cut off does not count.

    Raises ValueError where a file holds something else.
    """
    files = sorted(place.glob(_NAMED)) if place.is_dir() else [place]
    for file in files:
        for line in file.read_bytes().split(b"\n")[:-1]:
            yield _read(line, file)


def verify(session: Session, clock: Clock, keys: SealKeys, place: Path | None = None) -> Report:
    """Look at every line and every seal. ``place``: exported seals, a file or a folder, to hold against the database.

    Raises ValueError where the exported file cannot be read, OSError where it is not there.
    """
    found: list[Found] = []
    dropped: list[Seal] = []
    seals = lines = compared = 0
    before: Seal | None = None
    known: dict[int, bytes] = {}
    with query(session):
        store.one_picture(session)
        for sealed, gone in store.after(session, 0):
            there = rules.tally(store.every_line(session, sealed.first_id, sealed.last_id))
            faults = rules.examine(sealed, before, there, gone, keys)
            if gone is not None and not faults:
                dropped.append(sealed)
            found += faults
            seals, lines, before = seals + 1, lines + there.lines, sealed
            known[sealed.number] = sealed.mac
        last_id = before.last_id if before else 0
        drawn = max(last_id, store.highest_drawn(session))
        found += [rules.never_numbered(*span) for span in store.beyond(session, drawn)]
        waiting = sum(1 for _ in store.every_line(session, last_id + 1, drawn))
        if oldest := store.oldest_after(session, last_id, drawn):
            late = rules.still_unsealed(oldest[1], oldest[0], clock.now())
            found += [late] if late else []
        for one in exported(place) if place is not None else ():
            compared += 1
            difference = rules.compare(one, known.get(one.number), keys)
            found += [difference] if difference else []
    return Report(seals, lines, waiting, compared, tuple(dropped), tuple(found))


def drop_month(
    session: Session, clock: Clock, actor: Actor, keys: SealKeys, month: date, months_kept: int
) -> Iterator[tuple[Seal, int]]:
    """Let the lines of a month go, seal by seal, each in a transaction with its line in the trail; the seals stay.

    Interrupted, the next call goes on. Raises Forbidden, NotFound ("no_lines": nothing of this month is sealed),
    Conflict ("too_young", "unsealed", "seal_does_not_match": then nothing more goes).
    """
    if actor.kind is not ActorKind.OPERATOR:
        raise Forbidden
    with query(session):
        seals = store.of_month(session, month)
    if not seals:
        with use_case(session, clock, actor, "audit.drop_month") as trail:
            trail.fact(month=month)
            span = day_start(month), day_start(add_months(month, 1))
            raise Conflict("unsealed") if store.holds_lines_of(session, 0, *span) else NotFound("no_lines")
    for sealed, gone in seals:
        if not gone:
            yield sealed, _drop_one(session, clock, actor, keys, sealed, month, months_kept)


def _drop_one(
    session: Session, clock: Clock, actor: Actor, keys: SealKeys, sealed: Seal, month: date, months_kept: int
) -> int:
    with use_case(session, clock, actor, "audit.drop_month") as trail:
        trail.fact(month=month, seal=sealed.number, lines=sealed.lines)
        if refusal := rules.drop_refusal(month, trail.today, months_kept):
            raise Conflict(refusal)
        last = store.last(session)
        span = day_start(month), day_start(add_months(month, 1))
        if last is None or store.holds_lines_of(session, last.last_id, *span):
            raise Conflict("unsealed")
        there = rules.tally(store.every_line(session, sealed.first_id, sealed.last_id))
        before = store.one(session, sealed.number - 1)
        if rules.examine(sealed, before, there, None, keys):
            raise Conflict("seal_does_not_match")
        return store.drop_lines(session, sealed, rules.drop(sealed, trail.now, keys))


def _written(sealed: Seal) -> bytes:
    values: dict[str, Any] = {
        "number": sealed.number,
        "first_id": sealed.first_id,
        "last_id": sealed.last_id,
        "month": sealed.month.isoformat(),
        "first_at": sealed.first_at.isoformat(),
        "last_at": sealed.last_at.isoformat(),
        "lines": sealed.lines,
        "digest": sealed.digest.hex(),
        "previous": sealed.previous.hex(),
        "sealed_at": sealed.sealed_at.isoformat(),
        "key_name": sealed.key_name,
        "mac": sealed.mac.hex(),
    }
    return json.dumps(values).encode() + b"\n"


def _read(line: bytes, file: Path) -> Seal:
    try:
        values = json.loads(line)
        for name in ("digest", "previous", "mac"):
            values[name] = bytes.fromhex(values[name])
        for name in ("first_at", "last_at", "sealed_at"):
            values[name] = datetime.fromisoformat(values[name])
        values["month"] = date.fromisoformat(values["month"])
        return Seal(**values)
    except (ValueError, TypeError, KeyError) as wrong:
        raise ValueError(f"{file} does not hold exported seals") from wrong

"""Carrying files of registrations on: some hundred lines in one transaction, together with the position behind them.

Whatever kills the worker, the next one goes on exactly behind the last lines that were stored: nothing twice, nothing
lost. One worker holds a file at a time, and loses it when it gives no sign of life.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import BinaryIO

from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.formula import plain
from portal.domain.refusal import Invalid, Refusal
from portal.domain.registration_file import (
    EXAMPLE_NUMBER,
    REMARKS,
    FileFault,
    FileLine,
    Layout,
    Limits,
    Record,
    RefusedLine,
    fields_of,
    form_of,
    look,
    records,
)
from portal.domain.seeker import read_registration_number
from portal.services import new_seeker
from portal.services.new_seeker import New, Tables
from portal.services.registration_job import Job, JobState, portions, read_id, shown, titles_of
from portal.services.use_case import query
from portal.store import audit
from portal.store import registration_job as store
from portal.store import seeker as seeker_store

CHUNK_LINES = 500
CHUNK_BYTES = 2_000_000
DEAD_AFTER = timedelta(minutes=2)
"""A worker without a sign of life for so long has lost its file; a chunk takes about a second."""

MOST_FAILURES = 3


# Reading


@dataclass
class Chunk:
    """What becomes of some lines. numbers: the line on which each registration number stands first."""

    good: list[tuple[int, New]] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)
    known: int = 0
    numbers: dict[str, int] = field(default_factory=dict)


class _Reading:
    """Reads the lines of one file; keeps of the earlier ones nothing but their numbers."""

    def __init__(self, fields: Sequence[str], default_months: int, *, demo: bool) -> None:
        self._fields = fields
        self._default_months = default_months
        self._demo = demo
        self.numbers: dict[str, int] = {}

    def _form(self, record: Record) -> tuple[FileLine, str]:
        """A line as a form, and its registration number; "" where none can be read."""
        line = form_of(record, self._fields)
        try:
            return line, read_registration_number(line.typed)
        except Invalid:
            return line, ""

    def remember(self, lines: Iterable[Record]) -> None:
        """Note the numbers of lines that were worked on before."""
        for record in lines:
            _, number = self._form(record)
            if number:
                self.numbers.setdefault(number, record.number)

    def read(self, session: Session, lines: Sequence[Record], on: date, office: str | None) -> Chunk:
        """Decide on each line. Without an office nobody is looked up."""
        known = new_seeker.tables(session, on)
        forms = [self._form(record) for record in lines]
        keys = {n: seeker_store.registration_key(session, n) for _, n in forms if n} if office else {}
        offices = seeker_store.offices_of(session, keys.values()) if keys else {}
        chunk = Chunk()
        for record, (form, number) in zip(lines, forms, strict=True):
            if number == EXAMPLE_NUMBER and not self._demo:
                invented = FileFault(record.number, "registration_number", "example_line")
                chunk.refused.append(self._refused(record, [invented]))
                continue
            first = self.numbers.get(number) or chunk.numbers.get(number)
            elsewhere = offices.get(keys[number]) if number in keys else None
            if number:
                chunk.numbers.setdefault(number, record.number)
            if first:
                double = FileFault(record.number, "registration_number", "double_in_file", first)
                chunk.refused.append(self._refused(record, [double]))
            elif elsewhere is not None and elsewhere == office:
                chunk.known += 1
            else:
                self._take(chunk, record, form, known, on, elsewhere=elsewhere is not None)
        return chunk

    def _take(
        self, chunk: Chunk, record: Record, line: FileLine, known: Tables, on: date, *, elsewhere: bool
    ) -> None:
        errors: dict[str, list[str]] = {}
        new = None
        if not line.faults:
            try:
                new = new_seeker.read(line.typed, known, on, self._default_months)
            except Invalid as invalid:
                errors = invalid.errors
            if elsewhere:
                errors.setdefault("registration_number", []).append("already_registered")
        faults = [*line.faults]
        faults += [FileFault(record.number, name, code) for name, codes in errors.items() for code in codes]
        if faults or new is None:
            chunk.refused.append(self._refused(record, faults))
        else:
            chunk.good.append((record.number, new))

    def _refused(self, record: Record, faults: Sequence[FileFault]) -> RefusedLine:
        remarks = {place for place, name in enumerate(self._fields) if name in REMARKS}
        cells = tuple(plain(cell) for place, cell in enumerate(record.cells) if place not in remarks)
        return RefusedLine(record.number, cells, tuple(faults))


def _some(lines: Iterable[Record], at: int) -> Iterator[Record]:
    """As many lines as one chunk takes, from place `at` of the file on."""
    for taken, record in enumerate(lines, 1):
        yield record
        if taken == CHUNK_LINES or record.end - at >= CHUNK_BYTES:
            return


# Checking without storing


@dataclass(frozen=True)
class Checked:
    """Some lines that were checked. done: how many so far, of `layout.lines`. held: texts that would wait."""

    layout: Layout
    done: int
    good: int
    held: int
    refused: tuple[RefusedLine, ...]


def check(
    session: Session, clock: Clock, file: BinaryIO, limits: Limits, *, default_months: int, demo: bool = False
) -> Iterator[Checked]:
    """Check a file for no office in particular and store nothing of it: some hundred lines at a time.

    Who is registered already is not looked up. Raises BadFile, Refusal "terms_missing".
    """
    layout = look(lambda: portions(file), limits)
    reading = _Reading(fields_of(layout.titles), default_months, demo=demo)
    lines = records(portions(file), layout.encoding)
    next(lines)
    done = 0
    at = layout.body_at
    while some := list(_some(lines, at)):
        with query(session):
            chunk = reading.read(session, some, jst_day(clock.now()), None)
        reading.numbers.update(chunk.numbers)
        done, at = done + len(some), some[-1].end
        yield Checked(layout, done, len(chunk.good), _held(chunk), tuple(chunk.refused))


def _held(chunk: Chunk) -> int:
    return sum(bool(found) for _, new in chunk.good for found in new.findings().values())


# Working


class _Faster(Exception):
    """Somebody registered one of the numbers between the look and the write."""


class Run:
    """One worker's work on one file. demo: the invented line of the file to begin with may be registered."""

    def __init__(self, number: int, worker: str, default_months: int, *, demo: bool = False) -> None:
        self._demo = demo
        self._number = number
        self._worker = worker
        self._default_months = default_months
        self._reading: _Reading | None = None
        self._at = 0

    def step(self, session: Session, clock: Clock) -> Job | None:
        """Work on the next lines; the file as it stands then. None when it is no longer this worker's.

        Raises what the database raises; then nothing was done, and the next step begins with the same lines.
        """
        try:
            try:
                return self._step(session, clock)
            except _Faster:
                session.rollback()
                return self._step(session, clock)
        except Refusal as refusal:
            session.rollback()
            return self._fail(session, clock, refusal.reason, MOST_FAILURES)
        except DBAPIError:
            session.rollback()
            raise
        except Exception:
            session.rollback()
            self._fail(session, clock, "program_error", 1)
            raise

    def release(self, session: Session) -> None:
        """Let another worker go on at once."""
        row = store.hold(session, self._number, self._worker)
        if row is not None:
            store.change(session, self._number, claimed_by=None, claimed_at=None)
        session.commit()

    def _step(self, session: Session, clock: Clock) -> Job | None:
        row = store.hold(session, self._number, self._worker)
        if row is None:
            session.rollback()
            return None
        # The clock is read behind the lock: whoever waited over midnight works on the new day.
        now = clock.now()
        reading = self._recalled(session, row)
        lines = list(_some(_records(session, row, row["next_at"], row["next_line"]), row["next_at"]))
        if not lines:
            raise LookupError("the file ends before its last line")
        chunk = reading.read(session, lines, jst_day(now), row["office_code"])
        held = _held(chunk) if row["wanted"] == "check" else _register(session, row, chunk, now)
        store.put_refused(session, self._number, chunk.refused)
        job = _move(session, row, lines[-1], len(lines), chunk, held, now)
        session.commit()
        reading.numbers.update(chunk.numbers)
        self._at = lines[-1].end
        return job

    def _recalled(self, session: Session, row: RowMapping) -> _Reading:
        """The reading as it was behind the last chunk, made again from the file when another worker did that."""
        if self._reading is None or self._at != row["next_at"]:
            self._reading = _Reading(fields_of(titles_of(row)), self._default_months, demo=self._demo)
            before = _records(session, row, row["body_at"], row["body_line"])
            for record in before:
                if record.end > row["next_at"]:
                    break
                self._reading.remember([record])
        return self._reading

    def _fail(self, session: Session, clock: Clock, reason: str, weight: int) -> Job | None:
        row = store.hold(session, self._number, self._worker)
        if row is not None:
            now, failures = clock.now(), row["failures"] + weight
            values: dict[str, object] = {"failures": failures, "changed_at": now}
            if failures >= MOST_FAILURES:
                values |= {"state": JobState.FAILED, "reason": reason, "settled_at": now}
                values |= {"claimed_by": None, "claimed_at": None}
                audit.record(session, now, _actor(row), f"registration_job.{row['wanted']}", reason=reason)
            store.change(session, self._number, **values)
            row = store.by_number(session, self._number)
        session.commit()
        return None if row is None else shown(row)


class Worker:
    """Carries the files that wait on, the oldest first, one chunk at each call."""

    def __init__(self, name: str, default_months: int, *, demo: bool = False) -> None:
        self._name = name
        self._demo = demo
        self._default_months = default_months
        self._run: Run | None = None

    def step(self, session: Session, clock: Clock) -> Job | None:
        """One chunk of one file; None when nothing waits."""
        self._run = self._run or take(
            session, clock, self._name, default_months=self._default_months, demo=self._demo
        )
        if self._run is None:
            return None
        job = self._run.step(session, clock)
        if job is None or not job.open:
            self._run = None
        return job


def take(
    session: Session,
    clock: Clock,
    worker: str,
    *,
    default_months: int,
    public_id: str | None = None,
    demo: bool = False,
) -> Run | None:
    """The oldest file that waits and that no other living worker holds, or the one named; None when there is none."""
    now = clock.now()
    number = store.claim(session, worker, now, now - DEAD_AFTER, read_id(public_id) if public_id else None)
    session.commit()
    return None if number is None else Run(number, worker, default_months, demo=demo)


def _records(session: Session, row: RowMapping, at: int, line: int) -> Iterator[Record]:
    return records(store.file_from(session, row["id"], at), row["encoding"], at, line)


def _actor(row: RowMapping) -> Actor:
    """On whose behalf the lines are registered; the request of every audit line names the file."""
    return Actor(
        ActorKind(row["actor_kind"]),
        account_id=row["account_id"],
        office_code=row["office_code"],
        request_id=f"file-{row['id']}",
    )


def _register(session: Session, row: RowMapping, chunk: Chunk, now: datetime) -> int:
    """Write the good lines; how many texts wait."""
    if not chunk.good:
        return 0
    on, actor = jst_day(now), _actor(row)
    try:
        written = new_seeker.write(
            session,
            [new for _, new in chunk.good],
            new_seeker.tables(session, on),
            at=now,
            on=on,
            actor=actor,
            office=row["office_code"],
            channel="file",
        )
    except Invalid:
        raise _Faster from None
    numbers = [line for line, _ in chunk.good]
    store.put_origins(session, row["id"], zip(numbers, (one.seeker_id for one in written), strict=True))
    done = ((("seeker", one.seeker_id), one.facts()) for one in written)
    audit.record_done(session, now, actor, "seeker.register", done)
    return sum(len(one.held) for one in written)


def _move(
    session: Session, row: RowMapping, last: Record, lines: int, chunk: Chunk, held: int, now: datetime
) -> Job:
    """The position behind the chunk, and the end when it was the last one."""
    checking = row["wanted"] == "check"
    counts = {
        "done": row["done"] + lines,
        "accepted": row["accepted"] + len(chunk.good),
        "known": row["known"] + chunk.known,
        "refused": row["refused"] + len(chunk.refused),
        "held": row["held"] + held,
    }
    values: dict[str, object] = {"next_at": last.end, "next_line": last.next_line, "changed_at": now}
    if counts["done"] < row["lines"]:
        values |= {"state": JobState.CHECKING if checking else JobState.REGISTERING, "claimed_at": now}
    else:
        values |= {"claimed_by": None, "claimed_at": None}
        values |= {"state": JobState.CHECKED} if checking else {"state": JobState.FINISHED, "settled_at": now}
        audit.record(
            session,
            now,
            _actor(row),
            f"registration_job.{row['wanted']}",
            subject=("registration_job", row["id"]),
            facts=counts,
        )
        if not checking:
            store.remove_file(session, row["id"])
    store.change(session, row["id"], **values, **counts, failures=0)
    return shown(store.by_number(session, row["id"]))

"""Loading a small file of registrations, line by line; safe to repeat, because a known number is left alone."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.refusal import Invalid
from portal.domain.registration_file import FileFault, FileLine, read_file
from portal.domain.seeker import read_registration_number
from portal.services import seeker
from portal.services.use_case import query


class LineState(StrEnum):
    """What became of a line, or in a dry run would become of it."""

    REGISTERED = "registered"
    KNOWN = "known"  # this office has the number already; nothing was compared or changed
    REFUSED = "refused"


@dataclass(frozen=True)
class LineResult:
    """held: how many texts wait for the office (0 in a dry run, which screens nothing)."""

    line: int
    state: LineState
    faults: tuple[FileFault, ...] = ()
    held: int = 0


@dataclass(frozen=True)
class FileResult:
    """What a file did. applied: False for a dry run."""

    lines: tuple[LineResult, ...]
    applied: bool

    def count(self, state: LineState) -> int:
        """How many lines ended so."""
        return sum(line.state is state for line in self.lines)


def load(
    session: Session, clock: Clock, actor: Actor, data: bytes, *, default_months: int, apply: bool
) -> FileResult:
    """Register the lines of a file. Each line is a use case of its own; a refused one leaves the others alone.

    Without ``apply`` everything is checked and nothing stored. Raises BadFile for a file that cannot be read,
    Invalid for an office that is not known, Forbidden, and Refusal "terms_missing".
    """
    lines = read_file(data)
    with query(session):
        seeker.registering_office(session, actor)
    seen: set[str] = set()
    results = []
    for line in lines:
        results.append(_one(session, clock, actor, line, seen, default_months=default_months, apply=apply))
    return FileResult(tuple(results), apply)


def _one(
    session: Session,
    clock: Clock,
    actor: Actor,
    line: FileLine,
    seen: set[str],
    *,
    default_months: int,
    apply: bool,
) -> LineResult:
    if line.fault:
        return _refused(line, {"": [line.fault]})
    try:
        number = read_registration_number(line.typed)
        if number in seen:
            raise Invalid({"registration_number": ["double_in_file"]})
        seen.add(number)
        if seeker.registered_already(session, actor, line.typed):
            return LineResult(line.number, LineState.KNOWN)
        if not apply:
            seeker.check(session, clock, actor, line.typed, default_months=default_months)
            return LineResult(line.number, LineState.REGISTERED)
        done = seeker.register(
            session, clock, actor, line.typed, default_months=default_months, channel="file"
        )
        return LineResult(line.number, LineState.REGISTERED, held=len(done.held))
    except Invalid as invalid:
        return _refused(line, invalid.errors)


def _refused(line: FileLine, errors: dict[str, list[str]]) -> LineResult:
    faults = tuple(
        FileFault(line.number, field, reason) for field, reasons in errors.items() for reason in reasons
    )
    return LineResult(line.number, LineState.REFUSED, faults)

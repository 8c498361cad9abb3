"""Cases at the desks of offices and bureaus for the tests that walk through every page, form and address."""

from itertools import count
from typing import Any

from portal.domain.actor import Actor
from portal.domain.complaint import Act
from portal.services import complaint, complaint_case, complaint_desk, complaint_officer, public_id
from portal.services.thread import THREAD_TOKEN
from tests.build import BuiltSeeker, BuiltUnit

TEXT = "架空の申出です。"
_keys = count(1)


def _do(database: Any, clock: Any, what: Any, *arguments: Any, **named: Any) -> Any:
    with database.write() as session:
        return what(session, clock, *arguments, **named)


def complained(
    database: Any, clock: Any, who: BuiltSeeker, unit: BuiltUnit, office: str, kind: str = "conduct"
) -> str:
    """A seeker has complained about a unit to an office; the ref."""
    typed = {"kind": kind, "desk": "office", "office": office, "text": TEXT}
    given = (who.actor, public_id.shown(unit.public_id), typed, f"town-case-{next(_keys)}")
    return str(_do(database, clock, complaint.open_case, *given).ref)


def consulted(
    database: Any, clock: Any, officer: Actor, unit: BuiltUnit, who: BuiltSeeker, office: str
) -> str:
    """An officer has brought a case about a seeker to an office; the ref."""
    typed = {"kind": "trouble", "office": office, "text": TEXT}
    token = unit.token(who, THREAD_TOKEN)
    key = f"town-case-{next(_keys)}"
    return str(_do(database, clock, complaint_officer.consult, officer, typed, key, thread=token).ref)


def said(database: Any, clock: Any, desk: Actor, ref: str, *acts: Act) -> None:
    """The desk has written so."""
    for act in acts:
        key = f"town-say-{next(_keys)}"
        _do(database, clock, complaint_desk.say, desk, ref, act, {"text": "架空の文です。"}, key)


def worked_on(database: Any, clock: Any, desk: Actor, ref: str) -> None:
    """Taken up, noted, the frozen thread read, the organisation asked."""
    _do(database, clock, complaint_desk.take_up, desk, ref)
    _do(database, clock, complaint_desk.note, desk, ref, {"text": "架空の内部のメモです。"})
    _do(database, clock, complaint_case.read_transcript, desk, ref)
    said(database, clock, desk, ref, Act.ASK, Act.WRITE)


def handed_over(database: Any, clock: Any, desk: Actor, ref: str, to: str = complaint_desk.BUREAU) -> None:
    """The desk has given the case away."""
    typed = {"to": to, "text": "架空の引き継ぎです。"}
    _do(database, clock, complaint_desk.hand_over, desk, ref, typed, f"town-hand-{next(_keys)}")


def at_every_desk(
    database: Any, clock: Any, clerk: Actor, who: BuiltSeeker, unit: BuiltUnit, *, kinds: tuple[str, ...] = ()
) -> None:
    """At this clerk's office: a new case, one in hand, one settled, one closed; one with the unit's bureau."""
    office = clerk.office_code or ""
    for kind in ("home_work", *kinds):
        complained(database, clock, who, unit, office, kind)
    in_hand, settled, closed, away = (complained(database, clock, who, unit, office) for _ in range(4))
    worked_on(database, clock, clerk, in_hand)
    worked_on(database, clock, clerk, settled)
    said(database, clock, clerk, settled, Act.ANSWER, Act.SETTLE)
    said(database, clock, clerk, closed, Act.CLOSE)
    worked_on(database, clock, clerk, away)
    handed_over(database, clock, clerk, away)

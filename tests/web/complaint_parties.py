"""Cases of a seeker and an organisation's officer for the tests that walk through every page, form and address."""

from itertools import count
from typing import Any

from portal.domain.actor import Actor
from portal.domain.complaint import Act
from portal.services import complaint, complaint_act, complaint_officer, public_id
from portal.services.thread import THREAD_TOKEN
from tests.build import BuiltSeeker, BuiltUnit
from tests.web.complaint_town import complained, said

_keys = count(1)
TEXT = "架空の申出です。"


def _key() -> str:
    return f"party-case-{next(_keys)}"


def to_officer(database: Any, clock: Any, who: BuiltSeeker, unit: BuiltUnit) -> str:
    """A seeker has complained to the officer of a unit; the ref."""
    typed = {"kind": "conduct", "desk": "officer", "text": TEXT}
    with database.write() as session:
        ref = public_id.shown(unit.public_id)
        return complaint.open_case(session, clock, who.actor, ref, typed, _key()).ref


def taken_to_office(
    database: Any, clock: Any, officer: Actor, unit: BuiltUnit, who: BuiltSeeker, office: str
) -> str:
    """An officer has brought a case about a seeker to an office; the ref."""
    typed = {"kind": "trouble", "office": office, "text": TEXT}
    token = unit.token(who, THREAD_TOKEN)
    with database.write() as session:
        return complaint_officer.consult(session, clock, officer, typed, _key(), thread=token).ref


def acted(database: Any, clock: Any, who: Actor, ref: str, *acts: Act) -> None:
    """A seeker or an officer has done this in a case."""
    for act in acts:
        with database.write() as session:
            complaint_act.act(session, clock, who, ref, act, TEXT, _key())


def every_party(
    database: Any, clock: Any, who: BuiltSeeker, officer: Actor, unit: BuiltUnit, desk: Actor
) -> None:
    """With the officer: one in hand, one settled. At this desk: one asked about, one of the organisation's own, which
    the desk asks the seeker about, and one of it that is settled."""
    office = desk.office_code or ""
    in_hand, settled = (to_officer(database, clock, who, unit) for _ in range(2))
    acted(database, clock, officer, in_hand, Act.EXAMINE, Act.ANSWER)
    acted(database, clock, who.actor, settled, Act.SETTLE)
    with database.write() as session:
        complaint_officer.note(session, clock, officer, in_hand, "架空の覚え書きです。")
    asked = complained(database, clock, who, unit, office)
    said(database, clock, desk, asked, Act.WRITE, Act.ASK)
    own, over = (taken_to_office(database, clock, officer, unit, who, office) for _ in range(2))
    said(database, clock, desk, own, Act.ASK)
    acted(database, clock, officer, over, Act.SETTLE)

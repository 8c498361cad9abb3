"""Applications in the town for the browser, as whoever applies sees them."""

from typing import Any

from portal.domain.actor import Actor, ActorKind
from portal.services import application, application_desk
from portal.services.application_case import find
from tests.web.application_world import APPLICANT, ORGANISATION, PEOPLE, UNDERTAKINGS

NOBODY = Actor(ActorKind.PUBLIC)
BOTH = {**PEOPLE, "contact_name": "見本　花子", "contact_phone": "00-0000-0000"}


def build_applicants(database: Any, clock: Any, bureau: Actor, officer: Actor) -> tuple[str, ...]:
    """A city's draft and an agency's printed paper, by address; a unit's change begun, its end asked back."""
    steps = {"people": BOTH, "places": {}, "undertakings": UNDERTAKINGS}
    city, agency = (_begun(database, clock, unit_class) for unit_class in ("municipal", "private"))
    _save(database, clock, NOBODY, city, {"people": BOTH})
    _save(database, clock, NOBODY, agency, {"organisation": ORGANISATION["private"], **steps})
    _finish(database, clock, NOBODY, agency)
    change, end = (_of_unit(database, clock, officer, kind) for kind in ("change", "end"))
    _save(database, clock, officer, change, {"change": {"day": "2026-07-01", "parts": ["people", "places"]}})
    _save(database, clock, officer, end, {"ending": {"last_day": "2026-12-31", "reason": "架空の理由"}})
    number = _finish(database, clock, officer, end)
    with database.read() as session:
        ref = find(session, bureau, number)
    with database.write() as session:
        application_desk.receive(session, clock, bureau, ref)
    with database.write() as session:
        application_desk.ask_back(session, clock, bureau, ref, {"reasons": "架空の補正の依頼です。"})
    return f"/apply/{city}", f"/apply/{agency}"


def _begun(database: Any, clock: Any, unit_class: str) -> str:
    with database.write() as session:
        return application.start(session, clock, NOBODY, APPLICANT[unit_class]).key


def _of_unit(database: Any, clock: Any, officer: Actor, kind: str) -> str:
    with database.write() as session:
        return application.start_for_unit(session, clock, officer, kind)


def _save(database: Any, clock: Any, who: Actor, ref: str, steps: dict[str, dict[str, Any]]) -> None:
    for step, typed in steps.items():
        with database.write() as session:
            application.save_step(session, clock, who, ref, step, typed)


def _finish(database: Any, clock: Any, who: Actor, ref: str) -> str:
    with database.write() as session:
        return application.finish(session, clock, who, ref).line.case_number

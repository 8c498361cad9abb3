"""Applications of organisations for tests: what they say, and each way to a state, through the services themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import Step
from portal.domain.code import read_tables
from portal.services import application, application_desk
from portal.services.application_desk import Approved
from portal.services.application_view import CasePage
from portal.services.code import TableFile, load_tables
from portal.store.database import Database
from tests import build
from tests.application_forms import BUREAU, PRIVATE, Fields

TABLES = ("prefecture", "bureau", "unit_class", "registration_class", "legal_basis", "application_check")
OTHER_BUREAU = "13"
VALIDITY = {"valid_from": "2026-07-01", "valid_until": "令和9年3月31日"}
PUBLIC = Actor(ActorKind.PUBLIC)


def organisation(steps: Mapping[Step, Fields] = PRIVATE, **changes: str) -> Mapping[Step, Fields]:
    """The steps of an application with some fields of its organisation changed."""
    return {**steps, Step.ORGANISATION: {**steps[Step.ORGANISATION], **changes}}


def load_application_tables(database: Database, clock: Clock) -> None:
    """The code tables that applications choose from, and the checklist."""
    folder = Path(__file__).resolve().parent.parent / "config" / "tables"
    tables = read_tables((folder / "tables.toml").read_bytes())
    files = [TableFile(tables[kind], (folder / f"{kind}.csv").read_bytes()) for kind in TABLES]
    with database.write() as session:
        load_tables(session, clock, Actor(ActorKind.OPERATOR), files)


def build_bureau_clerk(database: Database, bureau_code: str = BUREAU, name: str | None = None) -> Actor:
    """Somebody with a post at the bureau that holds the applications of these tests."""
    return build.build_bureau_clerk(database, bureau_code=bureau_code, name=name)


def filled_in(
    database: Database,
    clock: Clock,
    steps: Mapping[Step, Fields] = PRIVATE,
    *,
    actor: Actor = PUBLIC,
    ref: str = "",
) -> str:
    """A draft with every step saved; the key (or the ref it was given)."""
    left = dict(steps)
    with database.write() as session:
        if not ref:
            ref = application.start(session, clock, actor, left.pop(Step.APPLICANT)).key
    for step, typed in left.items():
        with database.write() as session:
            application.save_step(session, clock, actor, ref, step, typed)
    return ref


def printed(
    database: Database,
    clock: Clock,
    steps: Mapping[Step, Fields] = PRIVATE,
    *,
    actor: Actor = PUBLIC,
    ref: str = "",
) -> tuple[str, str]:
    """One that waits for its paper: key (or ref), and number."""
    key = filled_in(database, clock, steps, actor=actor, ref=ref)
    with database.write() as session:
        view = application.finish(session, clock, actor, key)
    return key, view.line.case_number


def received(
    database: Database,
    clock: Clock,
    clerk: Actor,
    steps: Mapping[Step, Fields] = PRIVATE,
    *,
    actor: Actor = PUBLIC,
    ref: str = "",
) -> str:
    """One in the clerk's hands; its ref."""
    _, number = printed(database, clock, steps, actor=actor, ref=ref)
    with database.read() as session:
        found = application_desk.find(session, clerk, number)
    with database.write() as session:
        application_desk.receive(session, clock, clerk, found)
    return found


def unit_application(
    database: Database, clock: Clock, member: Actor, clerk: Actor, kind: str, steps: Mapping[Step, Fields]
) -> str:
    """A change, renewal or end of a unit in the clerk's hands; its ref."""
    with database.write() as session:
        ref = application.start_for_unit(session, clock, member, kind)
    return received(database, clock, clerk, steps, actor=member, ref=ref)


def checked(database: Database, clock: Clock, clerk: Actor, ref: str, result: str = "ok") -> None:
    """Every item of the checklist with one result."""
    for line in case(database, clock, clerk, ref).checks:
        with database.write() as session:
            application_desk.check(
                session,
                clock,
                clerk,
                ref,
                [application_desk.Finding(line.item, result, subject=line.subject)],
            )


def case(database: Database, clock: Clock, clerk: Actor, ref: str) -> CasePage:
    """What the clerk sees of one."""
    with database.read() as session:
        return application_desk.case(session, clock, clerk, ref)


def approve(database: Database, clock: Clock, clerk: Actor, ref: str, **typed: Any) -> Approved:
    """Approve what stands there now; without further ado where items are open."""
    revision = case(database, clock, clerk, ref).revision
    entry = {"open_reason": "見本のため確認を省く", **VALIDITY, **typed}
    with database.write() as session:
        return application_desk.approve(session, clock, clerk, ref, revision, entry)

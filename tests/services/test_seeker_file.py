"""Finding a seeker and opening the file: whose it is, who may, and what is recorded; on both engines."""

from typing import Any

import pytest
from sqlalchemy import event, select

from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.domain.refusal import Forbidden, NotFound
from portal.services import profile, registration, scope, seeker_file
from portal.store.tables import audit
from tests.registrations import FORM, OTHER_OFFICE, build_office_clerk, prepare, register


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


def audited(database: Any, kind: str) -> list[Any]:
    with database.read() as session:
        return list(session.execute(select(audit).where(audit.c.kind == kind)).mappings())


def file(database: Any, clock: Any, clerk: Actor, office_id: str) -> seeker_file.SeekerFile:
    with database.write() as session:
        return seeker_file.open_file(session, clock, clerk, office_id)


def test_each_reading_of_an_identity_is_an_audit_line_without_a_name(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    file(database, clock, clerk, done.office_id)
    file(database, clock, clerk, done.office_id)
    lines = audited(database, "seeker.identity.read")
    assert len(lines) == 2
    assert lines[0]["subject_kind"] == "seeker"
    assert (lines[0]["account_id"], lines[0]["office_code"]) == (clerk.account_id, clerk.office_code)
    assert "見本" not in lines[0]["facts"]


def test_another_offices_seeker_is_not_found_like_one_that_never_existed(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    other = build_office_clerk(database, OTHER_OFFICE)
    for shown in (done.office_id, "A" * 22, "", "x", "é" * 22, done.office_id + "=", "\0"):
        with database.write() as session, pytest.raises(NotFound):
            seeker_file.open_file(session, clock, other, shown)
        with database.write() as session, pytest.raises(NotFound):
            registration.extend(session, clock, other, shown)
    with database.read() as session:
        with pytest.raises(NotFound):
            seeker_file.find(session, other, {"registration_number": FORM["registration_number"]})
        assert seeker_file.listing(session, clock, other).lines == ()


@pytest.mark.parametrize(
    "actor",
    [
        Actor(ActorKind.OFFICE, account_id=1, office_code="X1301", role="office_desk"),
        Actor(ActorKind.SEEKER, account_id=1, seeker_id=1),
        Actor(ActorKind.MEMBER, account_id=1, unit_id=1, role="officer"),
        Actor(ActorKind.BUREAU, account_id=1, bureau_code="13", role="bureau_clerk"),
        Actor(ActorKind.OPERATOR),
        Actor(ActorKind.PUBLIC),
    ],
)
def test_nobody_but_a_clerk_of_an_office_registers_or_reads(database: Any, clock: Any, actor: Actor) -> None:
    prepare(database, clock)
    with pytest.raises(Forbidden):
        register(database, clock, actor)
    with database.write() as session, pytest.raises(Forbidden):
        seeker_file.open_file(session, clock, actor, "A" * 22)
    with database.read() as session, pytest.raises(Forbidden):
        seeker_file.listing(session, clock, actor)


def test_the_list_shows_the_newest_first_page_by_page_without_names(
    database: Any, clock: Any, clerk: Actor
) -> None:
    made = [
        register(database, clock, clerk, registration_number=f"13999-0001000{n}").office_id for n in range(5)
    ]
    with database.read() as session:
        first = seeker_file.listing(session, clock, clerk, limit=2)
        second = seeker_file.listing(session, clock, clerk, after=first.after, limit=2)
        third = seeker_file.listing(session, clock, clerk, after=second.after, limit=2)
    pages = [[line.office_id for line in page.lines] for page in (first, second, third)]
    assert pages == [made[:2:-1], made[2:0:-1], made[:1]]
    assert third.after is None
    assert "見本" not in repr(first)


def test_a_profile_is_read_in_three_statements_however_much_is_in_it(
    database: Any, clock: Any, clerk: Actor
) -> None:
    rich = register(database, clock, clerk).office_id
    poor = register(
        database,
        clock,
        clerk,
        registration_number="13999-00000002",
        occupation_2="",
        place_2="",
        times=[],
        wage_month="",
        experience_1="",
        experience_years_1="",
        education="",
        licences=[],
        pr="",
        experience_text="",
    ).office_id
    statements: list[str] = []
    counts = []
    with database.read() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *given: statements.append(given[2]))
        for office_id in (rich, poor):
            seeker_id = scope.find(session, clerk, Permission.OFFICE_SEEKER_READ, office_id)["id"]
            before = len(statements)
            profile.profile_view(session, seeker_id, alias="X")
            counts.append(len(statements) - before)
    assert counts == [3, 3]

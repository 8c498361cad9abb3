"""A demo never becomes production, production never shows a demo; sending stays closed until it is reopened."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, Invalid
from portal.services import installation as service
from portal.services.installation import WrongInstallation
from portal.store import migrate as migrations
from portal.store.tables import audit, installation
from tests import build

OPERATOR = Actor(ActorKind.OPERATOR)


@dataclass(frozen=True)
class Chosen:
    environment: str = "demo"
    public_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")


DEMO, TEST = Chosen(), Chosen("test", "http://localhost")
PRODUCTION = Chosen("production", "https://portal.example", ("portal.example",))


@pytest.fixture
def empty(empty_database_url: str) -> Any:
    """A database without any table: how to open it, and its address."""
    opened = build.open_database(empty_database_url)
    yield opened, empty_database_url
    opened.dispose()


def migrate(empty: Any, settings: Chosen, clock: Any) -> service.Standing:
    database, url = empty
    with database.write() as session:
        return service.migrate(settings, session, clock, url)


def refusal(database: Any, settings: Chosen) -> str | None:
    with database.read() as session:
        try:
            service.check(settings, session)
        except WrongInstallation as refused:
            return refused.reason
    return None


@pytest.mark.parametrize(("settings", "demo"), [(DEMO, True), (PRODUCTION, False), (TEST, False)])
def test_the_first_migration_marks_the_database(
    empty: Any, clock: Any, settings: Chosen, *, demo: bool
) -> None:
    standing = migrate(empty, settings, clock)
    assert (standing.current, standing.demo) == (True, demo)
    assert refusal(empty[0], settings) is None


def test_migrating_twice_changes_nothing(empty: Any, clock: Any) -> None:
    first = migrate(empty, DEMO, clock)
    assert migrate(empty, DEMO, clock) == first
    with empty[0].read() as session:
        kinds = session.execute(select(audit.c.kind)).scalars().all()
    assert kinds == ["installation.mark"]


def test_production_refuses_a_demo_and_the_demo_refuses_everything_else(empty: Any, clock: Any) -> None:
    migrate(empty, DEMO, clock)
    assert refusal(empty[0], PRODUCTION) == "demo_database"
    with pytest.raises(WrongInstallation, match="demo_database"):
        migrate(empty, PRODUCTION, clock)


def test_the_demo_refuses_a_database_that_is_not_one(empty: Any, clock: Any) -> None:
    migrate(empty, PRODUCTION, clock)
    assert refusal(empty[0], DEMO) == "not_a_demo_database"
    with pytest.raises(WrongInstallation, match="not_a_demo_database"):
        migrate(empty, DEMO, clock)


def test_a_database_in_use_that_lost_its_mark_is_never_taken_for_a_demo(empty: Any, clock: Any) -> None:
    migrations.upgrade(empty[1])
    assert refusal(empty[0], DEMO) == "not_migrated"
    build.build_account(empty[0])
    with pytest.raises(WrongInstallation, match="not_a_demo_database"):
        migrate(empty, DEMO, clock)
    assert migrate(empty, PRODUCTION, clock).demo is False


def test_a_process_that_died_between_schema_and_mark_may_be_run_again(empty: Any, clock: Any) -> None:
    migrations.upgrade(empty[1])
    assert migrate(empty, DEMO, clock).demo is True


def test_an_empty_database_is_told_apart(empty: Any) -> None:
    assert refusal(empty[0], DEMO) == "not_migrated"
    with empty[0].read() as session:
        standing = service.standing(session)
        assert (standing.revision, standing.demo, standing.current) == (None, None, False)
        assert service.ready(session) is False


def test_a_schema_of_a_newer_version_is_left_alone(empty: Any, clock: Any) -> None:
    migrate(empty, PRODUCTION, clock)
    with empty[0].write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.commit()
    with pytest.raises(WrongInstallation, match="newer_schema"):
        migrate(empty, PRODUCTION, clock)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://portal.example", ("127.0.0.1",)),
        ("http://127.0.0.1:8000", ("127.0.0.1", "portal.example")),
        ("http://0.0.0.0:8000", ("127.0.0.1",)),
        ("http://192.0.2.1", ("localhost",)),
        ("", ("localhost",)),
    ],
)
def test_the_demo_answers_on_this_machine_only(
    empty: Any, clock: Any, url: str, hosts: tuple[str, ...]
) -> None:
    with pytest.raises(WrongInstallation, match="demo_not_on_loopback"):
        migrate(empty, Chosen("demo", url, hosts), clock)
    with empty[0].read() as session:
        assert service.standing(session).revision is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"])
def test_what_means_this_machine(host: str) -> None:
    assert service.is_loopback(host)


# Sending


def sending(database: Any) -> tuple[bool, str | None]:
    with database.read() as session:
        standing = service.standing(session)
    return standing.sending_closed_at is None, standing.sending_closed_reason


def test_sending_closes_and_reopens_by_the_operator(database: Any, clock: Any) -> None:
    build.build_installation(database)
    with database.write() as session:
        service.close_sending(session, clock, OPERATOR, reason=" 復元後の確認 ")
        assert sending(database) == (False, "復元後の確認")
        with pytest.raises(Conflict, match="sending_is_closed"):
            service.close_sending(session, clock, OPERATOR, reason="again")
        service.reopen_sending(session, clock, OPERATOR)
        assert sending(database) == (True, None)
        with pytest.raises(Conflict, match="sending_is_open"):
            service.reopen_sending(session, clock, OPERATOR)


@pytest.mark.parametrize(("reason", "code"), [("", "missing"), ("　", "missing"), ("長" * 201, "too_long")])
def test_closing_wants_a_reason(database: Any, clock: Any, reason: str, code: str) -> None:
    build.build_installation(database)
    with database.write() as session, pytest.raises(Invalid) as refused:
        service.close_sending(session, clock, OPERATOR, reason=reason)
    assert refused.value.errors == {"reason": [code]}


def test_nobody_but_the_operator_closes_or_reopens(database: Any, clock: Any) -> None:
    build.build_installation(database)
    with database.write() as session:
        for kind in (ActorKind.MEMBER, ActorKind.OFFICE, ActorKind.WORKER, ActorKind.PUBLIC):
            with pytest.raises(Forbidden):
                service.close_sending(session, clock, Actor(kind), reason="x")
            with pytest.raises(Forbidden):
                service.reopen_sending(session, clock, Actor(kind))


def test_without_a_row_there_is_nothing_to_close(database: Any, clock: Any) -> None:
    with database.write() as session, pytest.raises(WrongInstallation, match="not_migrated"):
        service.close_sending(session, clock, OPERATOR, reason="x")


def test_the_database_keeps_one_row_only(database: Any, clock: Any) -> None:
    build.build_installation(database)
    with database.write() as session, pytest.raises(Exception, match="single_row"):
        session.execute(insert(installation).values(id=2, demo=False, created_at=clock.now()))

"""Each role of PostgreSQL tries what it may and what it may not, and rows of others; the database itself decides."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import Connection, errors, sql
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from portal.calendar.clock import FixedClock
from portal.domain.complaint import Act
from portal.services import complaint_case, complaint_desk, complaint_officer, relay
from portal.services.thread import THREAD_TOKEN
from portal.settings import AUDIENCES
from portal.store import alias, roles
from portal.store.database import Database, Scope
from portal.store.tables import metadata
from tests.build import KEYRING, build_installation, build_member, build_seeker, build_unit, open_database
from tests.real_services.postgresql import separated
from tests.services.complaint_world import COMPLAINT, OFFICE, Desks
from tests.services.relay_world import send

RIGHTS = roles.rights()
every_audience = pytest.mark.parametrize("audience", AUDIENCES)


@pytest.fixture
def url(new_database_url: Callable[..., str]) -> str:
    """A migrated database in which every audience has its rights."""
    return new_database_url("postgresql")


def connect(url: str, audience: str) -> Connection:
    address = make_url(separated(url)[audience]).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


def allowed(connection: Connection, statement: str) -> bool:
    """Whether the role has the right; what a row would have to hold is another question."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL(statement))
    except errors.InsufficientPrivilege as refused:
        # The rows of others are refused in other words.
        return "row-level security" in str(refused)
    except (errors.IntegrityError, errors.RaiseException):
        return True
    return True


def statements(table: str) -> Iterator[tuple[str, str | None, str]]:
    """Verb, column (None for the whole table) and a statement that needs exactly this right."""
    for column in (c.name for c in metadata.tables[table].c):
        yield "select", column, f'SELECT "{column}" FROM "{table}" LIMIT 0'  # noqa: S608 -- names of tables
        yield "update", column, f'UPDATE "{table}" SET "{column}" = NULL WHERE false'  # noqa: S608 -- names of tables
    yield "insert", None, f'INSERT INTO "{table}" DEFAULT VALUES'
    yield "delete", None, f'DELETE FROM "{table}" WHERE false'  # noqa: S608 -- names of tables


@every_audience
def test_every_table_and_verb_is_allowed_or_refused_as_the_list_says(url: str, audience: str) -> None:
    wrong = []
    with connect(url, audience) as connection:
        for table in metadata.tables:
            verbs = RIGHTS[audience][table].verbs if table in RIGHTS[audience] else {}
            for verb, column, statement in statements(table):
                columns = verbs.get(verb, ())
                expected = verb in verbs and (columns is None or column in columns or column is None)
                if allowed(connection, statement) != expected:
                    wrong.append((verb, table, column))
    assert wrong == []


@every_audience
def test_nobody_chooses_the_number_of_an_audit_line(url: str, audience: str) -> None:
    """Seals stand for ranges of numbers: one far ahead would let all honest lines fall behind a seal."""
    columns, line = "at, actor_kind, kind, outcome", "'2026-06-01 00:00:00+00', 'public', 'test', 'done'"
    adding = f"INSERT INTO audit ({columns}) VALUES ({line})"  # noqa: S608 -- names of columns
    choosing = f"INSERT INTO audit ({columns}, id) VALUES ({line}, 9223372036854775807)"  # noqa: S608 -- the same
    with connect(url, audience) as connection:
        assert not allowed(connection, choosing)
        assert not allowed(connection, "SELECT setval('audit_id_seq', 9223372036854775807)")
        connection.execute(adding)


HOUSE = (
    "TRUNCATE message",
    "CREATE TABLE mine (id int)",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_append_only ON audit",
    "ALTER TABLE thread DISABLE ROW LEVEL SECURITY",
    "DROP POLICY rows_of_provider ON thread",
    "UPDATE alembic_version SET version_num = '0001'",
    "UPDATE installation SET sending_closed_at = NULL, sending_closed_reason = NULL",
    "COPY message TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/hostname')",
    "CREATE ROLE another",
)


@every_audience
def test_no_audience_changes_the_house_itself(url: str, audience: str) -> None:
    with connect(url, audience) as connection:
        assert [statement for statement in HOUSE if allowed(connection, statement)] == []


class Two:
    """Two units that wrote to two seekers each, one of them the same person."""

    def __init__(self, url: str, clock: FixedClock) -> None:
        database = open_database(url)
        build_installation(database)
        self.people = [build_seeker(database, with_account=True) for _ in range(3)]
        self.units = [build_unit(database), build_unit(database)]
        self.members = [build_member(database, unit) for unit in self.units]
        for unit, member, people in zip(
            self.units, self.members, (self.people[:2], self.people[1:]), strict=True
        ):
            send(database, clock, unit, member, people)
        database.dispose()


@pytest.fixture
def two(url: str, clock: FixedClock) -> Two:
    return Two(url, clock)


OWNED = sorted(table for table, given in RIGHTS["provider"].items() if given.apart)


def seen(connection: Connection, setting: str, number: int | None, table: str, column: str) -> list[int]:
    with connection.transaction():
        if number is not None:
            connection.execute(sql.SQL(f"SET LOCAL portal.{setting} = '{int(number)}'"))
        asked = f'SELECT "{column}" FROM "{table}"'  # noqa: S608 -- names of tables
        return [row[0] for row in connection.execute(sql.SQL(asked)).fetchall()]


def test_a_unit_finds_its_own_rows_only_and_without_a_unit_there_are_none(url: str, two: Two) -> None:
    mine, other = (unit.id for unit in two.units)
    found = set()
    with connect(url, "provider") as connection:
        for table in OWNED:
            columns = metadata.tables[table].c
            column = "id" if table == "unit" else "unit_id" if "unit_id" in columns else None
            if column is None:
                continue
            for unit_id in (mine, other):
                rows = seen(connection, "unit_id", unit_id, table, column)
                assert set(rows) <= {unit_id}, table
                found |= {table} if rows else set()
            assert seen(connection, "unit_id", None, table, column) == [], table
            assert seen(connection, "unit_id", 10**12, table, column) == [], table
    assert {
        "thread",
        "message",
        "send",
        "quota_use",
        "letterhead",
        "membership",
        "unit",
        "unit_record",
    } <= found


def test_a_seeker_finds_their_own_rows_only(url: str, two: Two) -> None:
    first, both, last = two.people
    with connect(url, "seeker") as connection:
        for table in ("thread", "message"):
            counts = [
                len(seen(connection, "seeker_id", person.id, table, "id")) for person in (first, both, last)
            ]
            assert counts == [1, 2, 1], table
            assert seen(connection, "seeker_id", None, table, "id") == []
        assert seen(connection, "seeker_id", first.id, "seeker_identity", "seeker_id") == [first.id]
        # The number of a unit does not help a seeker.
        assert seen(connection, "unit_id", two.units[0].id, "thread", "id") == []


def test_what_follows_another_table_follows_its_rows(url: str, two: Two) -> None:
    with connect(url, "owner") as connection:
        connection.execute(
            "INSERT INTO hand_over (thread_id, membership_id, at) SELECT t.id, m.id, now() FROM thread t "
            "JOIN membership m ON m.unit_id = t.unit_id"
        )
    with connect(url, "provider") as connection:
        own = seen(connection, "unit_id", two.units[0].id, "thread", "id")
        assert sorted(seen(connection, "unit_id", two.units[0].id, "hand_over", "thread_id")) == sorted(own)
        assert len(own) == 2


@pytest.fixture
def desks(url: str, clock: FixedClock) -> Iterator[Desks]:
    database = open_database(url)
    yield Desks(database, clock)
    database.dispose()


CASES = ("complaint", "complaint_event", "complaint_transcript", "complaint_reading")


def test_a_unit_finds_no_case_that_no_desk_has_asked_it_about(url: str, desks: Desks) -> None:
    """Neither the case nor that a thread was frozen for it, nor can it make the case its own (ruling 64)."""
    secret = desks.opens()
    desks.act(complaint_case.read_transcript, desks.desk, secret)
    with connect(url, "owner") as connection:
        assert all(connection.execute(f"SELECT id FROM {table}").fetchall() for table in CASES)  # noqa: S608 -- names
    with connect(url, "provider") as connection:
        for table in CASES:
            assert seen(connection, "unit_id", desks.unit.id, table, "id") == [], table
        connection.execute(f"SET portal.unit_id = '{desks.unit.id}'")
        assert connection.execute("UPDATE complaint SET revision = revision + 1").rowcount == 0
        for column in ("unit_since", "opened_by"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(sql.SQL(f"UPDATE complaint SET {column} = NULL WHERE false"))  # noqa: S608 -- names
    desks.says(desks.desk, secret, Act.ASK)
    with connect(url, "provider") as connection:
        for table in CASES:
            assert len(seen(connection, "unit_id", desks.unit.id, table, "id")) > 0, table


def test_a_unit_opens_a_case_and_finds_the_notes_of_its_officer_only(
    url: str, desks: Desks, clock: FixedClock
) -> None:
    apart = Database(separated(url), KEYRING)
    typed = {"kind": "trouble", "office": OFFICE, "text": COMPLAINT}
    token = desks.unit.token(desks.seeker, THREAD_TOKEN)
    with apart.write("provider", Scope(unit_id=desks.unit.id)) as session:
        opened = complaint_officer.consult(session, clock, desks.officer.actor, typed, "one", thread=token)
    apart.dispose()
    desks.act(complaint_desk.note, desks.desk, opened.ref, {"text": "見本の記録です。"})
    with connect(url, "owner") as connection:
        assert connection.execute("SELECT desk FROM complaint_note").fetchall() == [("office",)]
    with connect(url, "provider") as connection:
        for table in ("complaint", "complaint_event", "complaint_transcript"):
            assert len(seen(connection, "unit_id", desks.unit.id, table, "id")) == 1, table
        assert seen(connection, "unit_id", desks.unit.id, "complaint_note", "id") == []


def test_the_rows_of_another_unit_are_neither_changed_nor_removed_nor_made(url: str, two: Two) -> None:
    mine, other = (unit.id for unit in two.units)
    with connect(url, "provider") as connection:
        for statement in (
            f"UPDATE thread SET unread_unit = 7 WHERE unit_id = {other}",  # noqa: S608 -- names of tables
            f"DELETE FROM selection WHERE unit_id = {other}",  # noqa: S608 -- names of tables
            f"UPDATE unit SET reserve = 5 WHERE id = {other}",  # noqa: S608 -- names of tables
        ):
            with connection.transaction():
                connection.execute(f"SET LOCAL portal.unit_id = '{mine}'")
                assert connection.execute(sql.SQL(statement)).rowcount == 0, statement
        connection.execute(f"SET portal.unit_id = '{mine}'")
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            connection.execute("INSERT INTO quota_use VALUES (%s, '2026-06-16', 1)", [other])


def test_the_services_work_for_the_unit_that_acts_and_for_no_other(
    url: str, two: Two, clock: FixedClock
) -> None:
    database = Database(separated(url), KEYRING)
    (unit, other), (member, stranger) = two.units, two.members
    token = alias.token(unit.key, relay.SEEKER_TOKEN, two.people[2].alias_key)
    with database.write("provider", Scope(unit_id=unit.id)) as session:
        assert relay.send(session, clock, member.actor, [token], "見本です。", "one").sent == 1
    # A mistake in the code that acts for another unit than the one signed in finds nothing at all.
    token = alias.token(other.key, relay.SEEKER_TOKEN, two.people[0].alias_key)
    for scope in (Scope(unit_id=unit.id), Scope(), None):
        with (
            database.write("provider", scope) as session,
            pytest.raises(Exception, match=r"not_found|No row"),
        ):
            relay.send(session, clock, stranger.actor, [token], "見本です。", "two")
    database.dispose()


def test_what_one_transaction_said_the_next_one_on_its_connection_does_not_know(url: str, two: Two) -> None:
    database = Database(separated(url), KEYRING)
    count = text("SELECT count(*) FROM thread")
    for read in (database.read, database.write):
        for scope, rows in ((Scope(unit_id=two.units[0].id), 2), (None, 0), (Scope(), 0)):
            with read("provider", scope) as session:
                assert session.execute(count).scalar_one() == rows
    database.dispose()


def test_telling_for_whom_it_is_costs_no_message_to_the_server(
    url: str, two: Two, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = Database(separated(url), KEYRING)
    asked = []
    for scope in (None, Scope(unit_id=1, seeker_id=2, account_id=3)):
        with database.write("provider", scope) as session:
            session.connection()
            session.rollback()
            place = tmp_path_factory.mktemp("trace") / "trace"
            with place.open("wb") as out:
                pg = session.connection().connection.driver_connection.pgconn
                session.rollback()
                pg.trace(out.fileno())
                session.execute(text("SELECT count(*) FROM thread"))
                session.commit()
                pg.untrace()
            lines = place.read_text().splitlines()
            asked.append(sum(line.split("\t")[1:2] == ["F"] and line.split("\t")[3] != "" for line in lines))
    database.dispose()
    assert asked[0] == asked[1] > 0


def test_a_role_that_lost_a_right_in_the_list_loses_it_in_the_database(url: str) -> None:
    with connect(url, "owner") as connection:
        connection.execute('GRANT SELECT, TRUNCATE ON seeker_identity TO "postgres_provider"')
        connection.execute('GRANT UPDATE (body) ON message TO "postgres_provider"')
    database = open_database(url)
    with database.write() as session:
        assert roles.apply(session, roles.names(separated(url))) == len(AUDIENCES)
    database.dispose()
    with connect(url, "provider") as connection:
        assert not allowed(connection, "SELECT seeker_id FROM seeker_identity LIMIT 0")
        assert not allowed(connection, "UPDATE message SET body = NULL WHERE false")


def test_roles_that_nobody_made_are_named_and_nothing_is_changed(url: str) -> None:
    database = open_database(url)
    with database.write() as session:
        with pytest.raises(roles.RolesMissingError) as missing:
            roles.apply(session, {"provider": "nobody_made_this", "seeker": "postgres_seeker"})
        assert missing.value.names == ["nobody_made_this"]
    database.dispose()


def test_one_address_for_all_means_no_roles_and_no_setting(url: str, two: Two) -> None:
    assert roles.names({"owner": url, "provider": url}) == {}
    database = Database({"owner": url}, KEYRING)
    began: list[object] = []
    event.listen(
        database.engine(), "begin", lambda c: began.append(c.get_execution_options().get("portal_scope"))
    )
    with database.write("provider", Scope(unit_id=1)) as session:
        assert session.execute(text("SELECT count(*) FROM thread")).scalar_one() == 4
    assert began == [None]
    database.dispose()


def test_the_statements_that_make_roles_hold_no_password(url: str) -> None:
    made = "\n".join(roles.creating({"owner": "postgresql+psycopg://portal:geheim@host/portal"}))
    assert "geheim" not in made
    assert "PASSWORD" not in made
    assert 'CREATE ROLE "portal_provider" LOGIN NOSUPERUSER' in made

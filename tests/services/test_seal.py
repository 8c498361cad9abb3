"""The audit trail under seal, attacked as an owner of the database could: each attack is found and its range named."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from portal.calendar.clock import FixedClock
from portal.domain import seal as rules
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.domain.seal import COLUMNS, Fault, SealKeys
from portal.services import seal
from portal.store import audit as trail
from portal.store import seal as store
from portal.store.database import Database
from portal.store.tables import audit, audit_drop, audit_seal, audit_seal_mark
from tests.build import SEAL_KEYS

OPERATOR = Actor(ActorKind.OPERATOR, account_id=1)
MONTHS_KEPT = 60


def write_lines(database: Database, number: int, at: datetime) -> None:
    with database.write() as session:
        for _ in range(number):
            trail.record(session, at, Actor(ActorKind.PUBLIC), "test.架空", facts={"n": number})
        session.commit()


def seal_all(database: Database, clock: FixedClock) -> int:
    with database.write() as session:
        return seal.seal_everything(session, clock, SEAL_KEYS)


@pytest.fixture
def sealed(database: Database, clock: FixedClock) -> Database:
    """Four seals of three lines each, and one line that is not sealed yet."""
    for _ in range(4):
        write_lines(database, 3, clock.now())
        assert seal_all(database, clock) == 3
        clock.advance(timedelta(minutes=11))
    write_lines(database, 1, clock.now())
    return database


def look(
    database: Database, clock: FixedClock, place: Path | None = None, keys: SealKeys = SEAL_KEYS
) -> seal.Report:
    with database.read() as session:
        return seal.verify(session, clock, keys, place)


def found(report: seal.Report) -> list[tuple[Fault, int, int | None]]:
    return [(one.fault, one.first_id, one.last_id) for one in report.found]


def by_force(database: Database, *statements: str) -> None:
    """What an owner of the tables does: the triggers away, the statements, the triggers back as if nothing was."""
    with database.engine().begin() as connection:
        for table in ("audit", "audit_seal", "audit_drop"):
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for act in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{act}"))
        for statement in statements:
            connection.execute(text(statement))
        if connection.dialect.name == "postgresql":
            for table in ("audit", "audit_seal", "audit_drop"):
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def test_an_untouched_trail_is_told_so(sealed: Database, clock: FixedClock) -> None:
    report = look(sealed, clock)
    assert (report.seals, report.lines, report.unsealed, report.found) == (4, 12, 1, ())


def copy(number: int) -> str:
    """One more line, with the number and else the content of the first one."""
    columns = ", ".join(name for name in COLUMNS if name != "id")
    chosen = f"SELECT {number}, {columns} FROM audit WHERE id = 1"  # noqa: S608 -- names of columns
    return f"INSERT INTO audit (id, {columns}) {chosen}"


@pytest.mark.parametrize("engine_kind", ["sqlite"])
@pytest.mark.parametrize("column", ["facts", "kind", "request_id", "account_id"])
def test_bytes_where_words_belong_are_a_change_and_end_no_look(
    sealed: Database, clock: FixedClock, column: str
) -> None:
    """SQLite keeps bytes in any column."""
    by_force(sealed, f"UPDATE audit SET {column} = x'7b7d' WHERE id = 5")  # noqa: S608 -- names of columns
    assert found(look(sealed, clock)) == [(Fault.CHANGED, 4, 6)]


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_replacing_a_line_is_refused_like_deleting_it(sealed: Database) -> None:
    """SQLite fires triggers of deletion for REPLACE only where triggers may be recursive."""
    with sealed.engine().connect() as connection, pytest.raises(Exception, match="append only"):
        connection.execute(text(copy(5).replace("INSERT", "INSERT OR REPLACE")))


SECOND_OF_FOUR = (4, 6)
FOURTH_OF_FOUR = (10, 12)


@pytest.mark.parametrize(
    ("statements", "fault", "span"),
    [
        (["UPDATE audit SET facts = '{}' WHERE id = 5"], Fault.CHANGED, SECOND_OF_FOUR),
        (["UPDATE audit SET account_id = 7 WHERE id = 12"], Fault.CHANGED, FOURTH_OF_FOUR),
        (["DELETE FROM audit WHERE id = 5"], Fault.MISSING, SECOND_OF_FOUR),
        (["DELETE FROM audit WHERE id = 6", "UPDATE audit SET id = 6 WHERE id = 13"], Fault.CHANGED, (4, 6)),
        (
            [
                "DELETE FROM audit WHERE id = 5",
                copy(5),
                "DELETE FROM audit WHERE id = 6",
            ],
            Fault.MISSING,
            SECOND_OF_FOUR,
        ),
        (["UPDATE audit_seal SET digest = previous WHERE number = 2"], Fault.SEAL_BROKEN, SECOND_OF_FOUR),
        (["DELETE FROM audit_seal WHERE number = 2"], Fault.SEAL_MISSING, (4, 6)),
    ],
)
def test_a_changed_or_missing_row_or_seal_is_found_in_its_range(
    sealed: Database, clock: FixedClock, statements: list[str], fault: Fault, span: tuple[int, int]
) -> None:
    by_force(sealed, *statements)
    assert (fault, *span) in found(look(sealed, clock))


def test_a_row_that_was_slipped_into_a_gap_is_found(database: Database, clock: FixedClock) -> None:
    write_lines(database, 5, clock.now())
    by_force(database, "DELETE FROM audit WHERE id BETWEEN 2 AND 4")
    seal_all(database, clock)
    assert found(look(database, clock)) == []
    by_force(database, copy(3))
    assert found(look(database, clock)) == [(Fault.ADDED, 1, 5)]


def test_a_trail_cut_off_at_its_end_is_found_by_the_exported_seals_alone(
    sealed: Database, clock: FixedClock, tmp_path: Path
) -> None:
    with sealed.read() as session:
        assert seal.export(session, tmp_path / "seals") == 4
    by_force(sealed, "DELETE FROM audit_seal WHERE number = 4", "DELETE FROM audit WHERE id >= 10")
    assert found(look(sealed, clock)) == []
    assert found(look(sealed, clock, tmp_path / "seals")) == [(Fault.TRUNCATED, *FOURTH_OF_FOUR)]


def rewrite(database: Database, clock: FixedClock, keys: SealKeys) -> None:
    """All lines and all seals away, other lines in their place, sealed anew."""
    by_force(
        database,
        "DELETE FROM audit_seal",
        "UPDATE audit SET facts = '{\"n\": 4}'",
        "UPDATE audit_seal_mark SET upto = 0",
    )
    with database.write() as session:
        assert seal.seal_everything(session, clock, keys) == 13


def test_a_trail_that_was_written_anew_without_the_key_is_found(sealed: Database, clock: FixedClock) -> None:
    rewrite(sealed, clock, SealKeys({"s1": bytes(32)}, "s1"))
    assert found(look(sealed, clock)) == [(Fault.SEAL_BROKEN, 1, 13)]


def test_a_trail_that_was_written_anew_with_the_stolen_key_is_found_by_the_exported_seals(
    sealed: Database, clock: FixedClock, tmp_path: Path
) -> None:
    with sealed.read() as session:
        seal.export(session, tmp_path)
    rewrite(sealed, clock, SEAL_KEYS)
    assert found(look(sealed, clock)) == []
    faults = found(look(sealed, clock, tmp_path))
    assert faults[0] == (Fault.REWRITTEN, 1, 3)
    assert {fault for fault, _, _ in faults[1:]} == {Fault.TRUNCATED}
    with sealed.read() as session, pytest.raises(Conflict, match="seals_behind_export"):
        seal.export(session, tmp_path)


def test_when_all_seals_were_taken_away_the_waiting_lines_tell(sealed: Database, clock: FixedClock) -> None:
    by_force(sealed, "DELETE FROM audit_seal")
    clock.advance(rules.LATE_AFTER)
    assert found(look(sealed, clock)) == [(Fault.UNSEALED, 1, None)]


def test_that_lines_were_dropped_cannot_be_claimed_without_the_key(
    sealed: Database, clock: FixedClock
) -> None:
    by_force(
        sealed,
        "DELETE FROM audit WHERE id BETWEEN 4 AND 6",
        "INSERT INTO audit_drop (number, dropped_at, key_name, mac) "
        "SELECT number, sealed_at, key_name, mac FROM audit_seal WHERE number = 2",
    )
    faults = found(look(sealed, clock))
    assert faults == [(Fault.DROP_BROKEN, *SECOND_OF_FOUR), (Fault.MISSING, *SECOND_OF_FOUR)]


# Closed ranges


def test_a_line_that_commits_late_does_not_fall_behind_a_seal(
    new_database_url: Callable[..., str], clock: FixedClock
) -> None:
    """On PostgreSQL numbers are drawn before the commit; SQLite has one writer, and the question does not arise."""
    from tests.build import open_database

    database = open_database(new_database_url("postgresql"))
    with Session(database.engine()) as slow:
        trail.record(slow, clock.now(), Actor(ActorKind.PUBLIC), "test.slow")
        write_lines(database, 2, clock.now())
        # Lines 2 and 3 are there, line 1 is on its way: nothing is closed, however often it is looked at.
        for _ in range(3):
            assert seal_all(database, clock) == 0
            clock.advance(timedelta(minutes=11))
        slow.commit()
    assert seal_all(database, clock) == 3
    assert found(look(database, clock)) == []
    database.dispose()


def test_who_only_drew_a_number_and_went_away_leaves_a_gap_under_seal(
    database: Database, clock: FixedClock
) -> None:
    write_lines(database, 1, clock.now())
    with Session(database.engine()) as given_up:
        trail.record(given_up, clock.now(), Actor(ActorKind.PUBLIC), "test.rolled_back")
        given_up.rollback()
    write_lines(database, 1, clock.now())
    assert seal_all(database, clock) == 2
    with database.read() as session:
        last = store.last(session)
        assert last is not None
        assert (last.first_id, last.lines) == (1, 2)
    assert found(look(database, clock)) == []


def test_a_sequence_hands_out_one_number_at_a_time(new_database_url: Callable[..., str]) -> None:
    """A connection that keeps numbers for later could use one behind a seal; the argument rests on this."""
    from tests.build import open_database

    database = open_database(new_database_url("postgresql"))
    with database.read() as session:
        asked = "SELECT seqcache FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence('audit', 'id')::regclass"
        assert session.scalar(text(asked)) == 1
    database.dispose()


def test_lines_wait_for_ten_minutes_and_are_sealed_in_the_next_round(
    database: Database, clock: FixedClock
) -> None:
    def round_of_the_worker() -> int:
        with database.write() as session:
            return seal.advance(session, clock, SEAL_KEYS)

    write_lines(database, 3, clock.now())
    assert [round_of_the_worker() for _ in range(3)] == [0, 3, 0]
    write_lines(database, 2, clock.now())
    clock.advance(timedelta(minutes=9))
    assert [round_of_the_worker() for _ in range(2)] == [0, 0]
    clock.advance(timedelta(minutes=1))
    assert [round_of_the_worker() for _ in range(3)] == [0, 2, 0]


def test_sealing_adds_no_line_that_would_have_to_be_sealed(sealed: Database) -> None:
    with sealed.read() as session:
        assert set(session.scalars(select(audit.c.kind))) == {"test.架空"}


def test_a_long_trail_is_sealed_in_lots(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "LINES_PER_SEAL", 4)
    write_lines(database, 10, clock.now())
    assert seal_all(database, clock) == 10
    with database.read() as session:
        assert list(session.scalars(select(audit_seal.c.lines).order_by(audit_seal.c.number))) == [4, 4, 2]


# Exported seals


def test_each_export_is_a_new_file_with_what_is_new_and_nothing_is_written_over(
    sealed: Database, clock: FixedClock, tmp_path: Path
) -> None:
    folder = tmp_path / "seals"
    with sealed.read() as session:
        assert seal.export(session, folder) == 4
        assert seal.export(session, folder) == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_lines(sealed, 1, clock.now())
    seal_all(sealed, clock)
    with sealed.read() as session:
        assert seal.export(session, folder) == 1
    assert {name: (folder / name).read_bytes() for name in first} == first
    assert [one.number for one in seal.exported(folder)] == [1, 2, 3, 4, 5]
    assert look(sealed, clock, folder).exported == 5


def test_a_file_that_was_cut_off_while_it_was_written_is_completed_by_the_next(
    sealed: Database, clock: FixedClock, tmp_path: Path
) -> None:
    folder = tmp_path / "seals"
    with sealed.read() as session:
        seal.export(session, folder)
        (path,) = folder.iterdir()
        whole = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(whole[: len(whole) * 5 // 8])
        assert seal.export(session, folder) == 2
    assert [one.number for one in seal.exported(folder)] == [1, 2, 3, 4]
    assert found(look(sealed, clock, folder)) == []


def test_an_exported_file_that_was_touched_is_told(
    sealed: Database, clock: FixedClock, tmp_path: Path
) -> None:
    folder = tmp_path / "seals"
    with sealed.read() as session:
        seal.export(session, folder)
    (path,) = folder.iterdir()
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b'"lines": 3', b'"lines": 2', 1))
    assert found(look(sealed, clock, path)) == [(Fault.EXPORT_BROKEN, 1, 3)]
    path.write_bytes(b"nonsense\n")
    with pytest.raises(ValueError, match="does not hold exported seals"):
        look(sealed, clock, path)


# Whole months


JUNE = date(2021, 6, 1)
LAST_OF_MAY = datetime(2021, 5, 31, 14, 59, tzinfo=UTC)
IN_JUNE = datetime(2021, 6, 10, 3, 0, tzinfo=UTC)
IN_JULY = datetime(2021, 6, 30, 15, 0, tzinfo=UTC)


def drop(database: Database, clock: FixedClock, month: date = JUNE, actor: Actor = OPERATOR) -> int:
    with database.write() as session:
        return sum(
            lines for _, lines in seal.drop_month(session, clock, actor, SEAL_KEYS, month, MONTHS_KEPT)
        )


@pytest.fixture
def old_months(database: Database, clock: FixedClock) -> Database:
    for at in (LAST_OF_MAY, IN_JUNE, IN_JUNE, IN_JULY):
        write_lines(database, 2, at)
    seal_all(database, clock)
    clock.set(datetime(2026, 7, 1, 0, 0, tzinfo=UTC))
    return database


def numbers(database: Database) -> list[int]:
    with database.read() as session:
        return list(
            session.scalars(select(audit.c.id).where(audit.c.kind == "test.架空").order_by(audit.c.id))
        )


def test_a_whole_month_goes_after_its_time_and_its_seals_stay(
    old_months: Database, clock: FixedClock
) -> None:
    assert drop(old_months, clock) == 4
    assert numbers(old_months) == [1, 2, 7, 8]
    report = look(old_months, clock)
    assert report.found == ()
    assert [(one.first_id, one.last_id, one.month) for one in report.dropped] == [(3, 6, JUNE)]
    assert drop(old_months, clock) == 0
    with old_months.read() as session:
        assert session.scalar(select(func.count()).select_from(audit_drop)) == 1
        kinds = session.scalars(select(audit.c.kind).where(audit.c.kind != "test.架空"))
        assert list(kinds) == ["audit.drop_month"]


def test_after_a_month_went_the_trail_can_only_grow_as_before(
    old_months: Database, clock: FixedClock
) -> None:
    drop(old_months, clock)
    for statement in (text("DELETE FROM audit"), update(audit).values(kind="x")):
        with old_months.write() as session, pytest.raises(Exception, match="append only"):
            session.execute(statement)


def test_a_month_that_is_too_young_or_not_wholly_sealed_stays(
    old_months: Database, clock: FixedClock
) -> None:
    clock.set(datetime(2026, 6, 30, 14, 59, tzinfo=UTC))
    with pytest.raises(Conflict, match="too_young"):
        drop(old_months, clock)
    clock.set(datetime(2026, 7, 1, 0, 0, tzinfo=UTC))
    write_lines(old_months, 1, IN_JUNE)
    with pytest.raises(Conflict, match="unsealed"):
        drop(old_months, clock)
    assert len(numbers(old_months)) == 9
    with pytest.raises(NotFound):
        drop(old_months, clock, date(2021, 4, 1))


def test_a_month_without_any_seal_is_told_as_unsealed(database: Database, clock: FixedClock) -> None:
    write_lines(database, 1, IN_JUNE)
    with pytest.raises(Conflict, match="unsealed"):
        drop(database, clock)


def test_a_month_that_is_not_as_it_was_sealed_stays_as_evidence(
    old_months: Database, clock: FixedClock
) -> None:
    by_force(old_months, "UPDATE audit SET facts = '{}' WHERE id = 4")
    if old_months.engine().dialect.name == "sqlite":
        with old_months.engine().begin() as connection:
            connection.execute(
                text(
                    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'x'); END"
                )
            )
    with pytest.raises(Conflict, match="seal_does_not_match"):
        drop(old_months, clock)
    assert len(numbers(old_months)) == 8


@pytest.mark.parametrize("kind", [ActorKind.WORKER, ActorKind.BUREAU, ActorKind.MEMBER])
def test_nobody_but_an_operator_lets_a_month_go(
    old_months: Database, clock: FixedClock, kind: ActorKind
) -> None:
    with pytest.raises(Forbidden):
        drop(old_months, clock, actor=Actor(kind))


@pytest.mark.parametrize("table", [audit_seal, audit_drop])
def test_seals_and_drops_can_only_be_added(old_months: Database, clock: FixedClock, table: Table) -> None:
    drop(old_months, clock)
    for act in (update(table).values(key_name="x"), delete(table)):
        with old_months.write() as session, pytest.raises(Exception, match="append only"):
            session.execute(act)


def test_of_two_sealers_at_once_one_seals(database: Database, clock: FixedClock) -> None:
    """A number is taken once, whoever comes first: the tables hold it without any help of ours."""
    write_lines(database, 1, clock.now())
    seal_all(database, clock)
    with database.read() as session:
        row: dict[str, Any] = dict(session.execute(select(audit_seal)).mappings().one())
    with database.write() as session, pytest.raises(Exception, match=r"(?i)unique"):
        session.execute(insert(audit_seal).values(**row))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(audit_seal_mark)) == 1

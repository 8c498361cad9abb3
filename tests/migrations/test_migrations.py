"""The migrations: up, down and up again with data, and equal to the tables the code knows."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from portal.store.database import make_engine
from portal.store.migrate import downgrade, head, upgrade
from portal.store.tables import metadata
from tests.build import build_block, build_member, build_seeker, build_unit, open_database


def shape(engine: Engine) -> dict[str, object]:
    """Everything a database knows of its tables, spelled so that two databases can be compared."""
    if engine.dialect.name == "sqlite":
        wanted = (
            "SELECT type, name, sql FROM sqlite_master"
            " WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
        )
        with engine.connect() as connection:
            rows = connection.execute(text(wanted)).all()
        return {f"{kind} {name}": _parts(sql or "") for kind, name, sql in rows if kind != "trigger"}
    questions = {
        "columns": "SELECT table_name, column_name, data_type, udt_name, character_maximum_length, is_nullable, "
        "column_default FROM information_schema.columns WHERE table_schema = 'public'",
        "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "options": "SELECT relname, reloptions::text FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    }
    with engine.connect() as connection:
        return {
            name: sorted(
                str(tuple(row)) for row in connection.execute(text(sql)) if "alembic_version" not in str(row)
            )
            for name, sql in questions.items()
        }


def _parts(sql: str) -> list[str]:
    """A CREATE statement as its parts in any order: migration and model may list constraints differently."""
    flat = re.sub(r"\s+", " ", sql).replace('"', "")
    if not flat.startswith("CREATE TABLE"):
        return [flat]
    depth, parts, current = 0, [], ""
    for letter in flat[flat.index("(") + 1 : flat.rindex(")")]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += letter
    return sorted([*parts, current.strip()])


def test_the_tables_of_the_code_are_the_tables_of_the_newest_migration(
    engine_kind: str, new_database_url: Callable[..., str]
) -> None:
    migrated, made = (make_engine(new_database_url(engine_kind, migrated=done)) for done in (True, False))
    metadata.create_all(made)
    assert shape(migrated) == shape(made)
    migrated.dispose()
    made.dispose()


def test_every_migration_goes_down_and_up_again(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    for number in range(int(head()) - 1, -1, -1):
        downgrade(empty_database_url, f"{number:04}" if number else "base")
    engine = make_engine(empty_database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    for number in range(1, int(head()) + 1):
        upgrade(empty_database_url, f"{number:04}")


@pytest.mark.parametrize("revision", ["0009", "0005", "0004"])
def test_data_of_earlier_rooms_survives_a_step_back_and_forth(database_url: str, revision: str) -> None:
    database = open_database(database_url)
    unit = build_unit(database)
    build_member(database, unit)
    person = build_seeker(database, with_account=True)
    build_block(database, person, unit)
    database.dispose()

    downgrade(database_url, revision)
    upgrade(database_url)

    engine = make_engine(database_url)
    with engine.connect() as connection:
        for table in ("seeker", "seeker_identity", "profile", "unit", "unit_record", "membership"):
            rows = connection.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 -- names above
            assert rows.scalar_one() == 1, table
    engine.dispose()


def test_every_constraint_has_a_name(database_url: str) -> None:
    engine = make_engine(database_url)
    look = inspect(engine)
    for table in look.get_table_names():
        if table == "alembic_version":
            continue
        for found in (
            *look.get_check_constraints(table),
            *look.get_foreign_keys(table),
            *look.get_unique_constraints(table),
        ):
            assert found["name"], (table, found)
    engine.dispose()


ADDED = {
    "audit": "INSERT INTO audit (at, actor_kind, kind, outcome) "
    "VALUES ('2026-06-01 00:00:00+00', 'operator', 'test', 'done')",
    "consent": "INSERT INTO consent (seeker_id, document, version, text_hash, given, on_day, at, channel) "
    "SELECT id, 'terms', '2026-04', 'x', true, '2026-06-01', '2026-06-01 00:00:00+00', 'site' FROM seeker",
    "measure": "INSERT INTO measure (unit_id, serial, kind, since, tells_reason, actor_kind, at) "
    "SELECT id, 1, 'lift', '2026-06-01', false, 'bureau', '2026-06-01 00:00:00+00' FROM unit",
    "terms_version": "INSERT INTO terms_version (code, valid_from, agree_by, title_ja, title_en, text_ja, text_en, "
    "text_hash, loaded_at) VALUES ('x', '2026-06-01', '2026-06-01', 'x', 'x', 'x', 'x', 'x', "
    "'2026-06-01 00:00:00+00')",
}
"""How a row comes into each table that can only grow."""


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("audit", "UPDATE audit SET kind = 'x'"),
        ("audit", "DELETE FROM audit"),
        ("consent", "UPDATE consent SET given = false"),
        ("consent", "DELETE FROM consent"),
        ("measure", "UPDATE measure SET note = 'x'"),
        ("measure", "DELETE FROM measure"),
        ("terms_version", "UPDATE terms_version SET agree_by = '2026-06-02'"),
        ("terms_version", "DELETE FROM terms_version"),
    ],
)
def test_the_audit_trail_the_consents_and_the_measures_can_only_grow(
    database_url: str, table: str, statement: str
) -> None:
    database = open_database(database_url)
    build_seeker(database)
    build_unit(database)
    database.dispose()
    engine = make_engine(database_url)
    with engine.begin() as connection:
        assert connection.execute(text(ADDED[table])).rowcount == 1
    with engine.connect() as connection, pytest.raises(Exception, match="append only"):
        connection.execute(text(statement))
    engine.dispose()


def test_no_table_that_can_only_grow_can_be_emptied_at_once(new_database_url: Callable[..., str]) -> None:
    """TRUNCATE is PostgreSQL's; a trigger on rows would not see it."""
    engine = make_engine(new_database_url("postgresql"))
    for table in ADDED:
        with engine.connect() as connection, pytest.raises(Exception, match="append only"):
            connection.execute(text(f"TRUNCATE {table}"))
    engine.dispose()

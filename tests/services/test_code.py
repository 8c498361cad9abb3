"""Loading code tables into both databases, and reading them without ever being stale."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, select

from portal.domain.actor import Actor, ActorKind
from portal.domain.code import BadTable, Table, checksum, read_rows, read_tables
from portal.services import code as service
from portal.services.code import TableFile
from portal.settings import config_dir
from portal.store import code as store
from portal.store.database import Use
from portal.store.tables import audit
from tests import build

OPERATOR = Actor(ActorKind.OPERATOR)
TODAY = date(2026, 6, 15)
SAMPLE = Table(
    "sample", "見本", "Sample", "架空の出典", "なし", date(2026, 6, 1), "[0-9]{2}", facts={"note": ()}
)
CHILD = replace(SAMPLE, kind="child", parent="sample")
INVENTED = replace(SAMPLE, kind="invented", fictional=True)


def file(*lines, table=SAMPLE, shipped=True):
    header = "code,name,valid_from,valid_until,source,confidence,parent,facts"
    return TableFile(table, "\n".join([header, *lines, ""]).encode(), shipped=shipped)


ONE = "01,一つ目,2026-01-01,,架空,own_decision,,note=1"
TWO = "02,二つ目,2026-01-01,,架空,own_decision,,"
UNDER_ONE = "11,下の段,2026-01-01,,架空,own_decision,01,"
UNREAL = "01,架空の行,2026-01-01,,架空,fictional,,"


@pytest.fixture
def load(database, clock):
    def run(*files, **options):
        with database.write() as session:
            return service.load_tables(session, clock, OPERATOR, files, **options)

    return run


@pytest.fixture
def names(database):
    def run(kind="sample"):
        with database.read() as session:
            return {code: choice.name_ja for code, choice in service.names(session, kind).items()}

    return run


@pytest.fixture
def statements(database):
    """SQL of the reading engine from now on."""
    seen = []
    event.listen(database.engine(use=Use.READ), "before_cursor_execute", lambda *args: seen.append(args[2]))
    return seen


def audit_lines(database):
    with database.read() as session:
        return session.execute(
            select(audit.c.kind, audit.c.outcome, audit.c.facts).order_by(audit.c.id)
        ).all()


def shipped_files():
    folder = config_dir() / "tables"
    tables = read_tables((folder / "tables.toml").read_bytes())
    return [TableFile(table, (folder / f"{kind}.csv").read_bytes()) for kind, table in tables.items()]


def test_the_shipped_tables_load_once_and_a_second_load_changes_nothing_and_leaves_no_line(database, load):
    build.build_installation(database, demo=True)
    files = shipped_files()
    assert {outcome.outcome for outcome in load(*files)} == {"loaded"}
    assert {outcome.outcome for outcome in load(*files)} == {"unchanged"}
    (line,) = audit_lines(database)
    assert (line.kind, line.outcome) == ("table.load", "done")
    with database.read() as session:
        for shipped in files:
            stored = store.rows(session, shipped.table.kind)
            assert stored == read_rows(shipped.table, shipped.data)
            assert store.checksums(session)[shipped.table.kind] == checksum(stored)


def test_a_changed_and_a_new_row_are_stored_and_an_ended_one_is_kept_for_old_data(load, names, database):
    load(file(ONE, TWO))
    (outcome,) = load(
        file(
            "02,改めた名,2026-01-01,,架空,own_decision,,",
            "01,一つ目,2026-01-01,2026-06-14,架空,own_decision,,note=1",
            "03,三つ目,2026-01-01,,架空,own_decision,,",
        )
    )
    difference = outcome.difference
    assert [len(part) for part in (difference.added, difference.changed, difference.ended)] == [1, 1, 1]
    assert names() == {"01": "一つ目", "02": "改めた名", "03": "三つ目"}
    with database.read() as session:
        assert [choice.code for choice in service.choices(session, "sample", TODAY)] == ["02", "03"]
        assert [choice.code for choice in service.choices(session, "sample", date(2026, 6, 14))] == [
            "02",
            "01",
            "03",
        ]


def test_rows_that_only_changed_places_are_stored_in_their_new_order(load, names):
    load(file(ONE, TWO))
    (outcome,) = load(file(TWO, ONE))
    assert [row.code for row in outcome.difference.moved] == ["02", "01"]
    assert list(names()) == ["02", "01"]


def test_a_removed_row_is_refused_nothing_is_stored_and_the_refusal_is_in_the_audit(load, names, database):
    load(file(ONE, TWO))
    with pytest.raises(BadTable) as caught:
        load(file(TWO.replace("二つ目", "改めた名")), file(UNDER_ONE, table=CHILD))
    assert [(fault.kind, fault.value, fault.reason) for fault in caught.value.faults] == [
        ("sample", "01", "removed")
    ]
    assert names() == {"01": "一つ目", "02": "二つ目"}
    assert names("child") == {}
    assert [line.outcome for line in audit_lines(database)] == ["done", "refused"]


def test_faults_of_all_files_are_reported_together_and_a_child_is_not_blamed_for_its_parent(load):
    with pytest.raises(BadTable) as caught:
        load(file("1,短い,2026-01-01,,架空,own_decision,,"), file(UNDER_ONE, UNDER_ONE, table=CHILD))
    assert [(fault.kind, fault.reason) for fault in caught.value.faults] == [
        ("sample", "leading_zero_lost"),
        ("child", "duplicate"),
    ]


def test_the_parent_of_a_row_may_already_be_loaded_or_come_in_the_same_load(load):
    with pytest.raises(BadTable):
        load(file(UNDER_ONE, table=CHILD))
    load(file(ONE), file(UNDER_ONE, table=CHILD))
    (outcome,) = load(file(UNDER_ONE.replace("下の段", "改めた名"), table=CHILD))
    assert len(outcome.difference.changed) == 1


def test_a_dry_run_tells_what_would_happen_and_stores_nothing(load, names, database):
    (outcome,) = load(file(ONE), dry_run=True)
    assert (outcome.outcome, len(outcome.difference.added)) == ("loaded", 1)
    with pytest.raises(BadTable):
        load(file(ONE, ONE), dry_run=True)
    assert names() == {}
    assert audit_lines(database) == []


def test_another_description_alone_is_stored(load, database):
    load(file(ONE))
    (outcome,) = load(file(ONE, table=replace(SAMPLE, source="別の出典")))
    assert outcome.outcome == "loaded"
    assert outcome.difference.empty
    with database.read() as session:
        assert store.loaded(session)["sample"].source == "別の出典"


def test_a_table_that_was_verified_later_than_the_file_is_kept(load, names):
    load(
        file(
            ONE,
            "02,公式の名,2026-01-01,,公式,official,,",
            table=replace(SAMPLE, verified_on=date(2026, 7, 1)),
        )
    )
    (outcome,) = load(file(ONE, TWO))
    assert outcome.outcome == "kept"
    assert names()["02"] == "公式の名"


@pytest.mark.parametrize("demo", [False, True])
def test_invented_rows_enter_a_demo_database_only(load, names, database, demo):
    build.build_installation(database, demo=demo)
    (outcome,) = load(file(UNREAL, table=INVENTED))
    assert outcome.outcome == ("loaded" if demo else "demo_only")
    assert names("invented") == ({"01": "架空の行"} if demo else {})


def test_an_operators_file_with_real_rows_fills_a_table_whose_shipped_rows_are_invented(load, names):
    with pytest.raises(BadTable) as caught:
        load(file(UNREAL, table=INVENTED, shipped=False))
    assert caught.value.faults[0].reason == "fictional_here"
    load(file(ONE, table=INVENTED, shipped=False))
    assert names("invented") == {"01": "一つ目"}


# Reading


def test_reading_again_costs_one_small_statement(load, database, statements):
    load(file(ONE, TWO))
    with database.read() as session:
        service.names(session, "sample")
        statements.clear()
        service.names(session, "sample")
        service.choices(session, "sample", TODAY)
    asked = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(asked) == 2
    assert all("checksum" in statement and "FROM code_table" in statement for statement in asked)


def test_a_load_by_another_process_is_seen_at_once(load, names, clock, database_url):
    load(file(ONE))
    assert names() == {"01": "一つ目"}
    elsewhere = build.open_database(database_url)
    try:
        with elsewhere.write() as session:
            service.load_tables(session, clock, OPERATOR, [file(ONE.replace("一つ目", "改めた名"))])
    finally:
        elsewhere.dispose()
    assert names() == {"01": "改めた名"}


def test_rows_that_do_not_fit_their_checksum_are_read_but_never_kept(database, names):
    build.build_codes(database, "sample", ["01"])
    assert list(names()) == ["01"]
    with database.write() as session:
        store.add(session, read_rows(SAMPLE, file(ONE, TWO).data)[1:])
        session.commit()
    assert list(names()) == ["01", "02"]


def test_choices_can_be_narrowed_to_one_parent_and_carry_their_facts(load, database):
    load(file(ONE, TWO), file(UNDER_ONE, "12,隣,2026-01-01,,架空,own_decision,02,", table=CHILD))
    with database.read() as session:
        assert [choice.code for choice in service.choices(session, "child", TODAY, parent="02")] == ["12"]
        assert dict(service.names(session, "sample")["01"].facts) == {"note": "1"}
        assert service.choices(session, "never_loaded", TODAY) == ()


def test_a_name_falls_back_to_japanese_where_there_is_no_english_one():
    choice = service.Choice("01", "見本", "", "", None, "official", {})
    assert (choice.name("ja"), choice.name("en")) == ("見本", "見本")
    assert replace(choice, name_en="Sample").name("en") == "Sample"


def test_the_operators_list_counts_rows_by_confidence(load, database):
    load(file(ONE, "02,終わり,2026-01-01,2026-01-31,架空,secondary,,"))
    with database.read() as session:
        (view,) = service.tables(session, TODAY)
        assert (view.rows, view.in_force, dict(view.confidence)) == (
            2,
            1,
            {"own_decision": 1, "secondary": 1},
        )
        assert [row.code for row in service.rows(session, "sample")] == ["01", "02"]

"""The tables of applications refuse what the rules refuse; serials and look-alikes in the database."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.domain.application import Act, Kind, Party, Result, Source, State
from portal.domain.application_content import Content
from portal.domain.reach import UnitClass
from portal.store import application as store
from portal.store import application_trail as trail
from portal.store.database import Database
from portal.store.tables import (
    application,
    application_check,
    application_counter,
    application_event,
)
from tests.build import build_unit

NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
DAY = date(2026, 6, 15)
NUMBERED = {
    "case_number": "R08-24-00001-6",
    "bureau_code": "24",
    "unit_class": "private",
    "unit_number": "24-ユ-300001",
}
RECEIVED = {**NUMBERED, "received_on": DAY}
DECIDED = {**RECEIVED, "decided_on": DAY, "decision_sealed": b"x"}
# What the database asks of each state beside the state itself.
WHOLE: dict[State, dict[str, Any]] = {
    State.DRAFT: {},
    State.READY: NUMBERED,
    State.RECEIVED: RECEIVED,
    State.RETURNED: RECEIVED,
    State.APPROVED: {**DECIDED, "effective_on": DAY, "unit_id": "a unit"},
    State.REFUSED: DECIDED,
    State.WITHDRAWN: DECIDED,
}


def put(database: Database, state: str, **values: Any) -> None:
    """A row as nobody but a faulty program would write it."""
    row = {"kind": "use", "source": "portal", "public_id": b"0" * 16, "content_sealed": b"x", **values}
    if row.get("unit_id") == "a unit":
        row["unit_id"] = build_unit(database).id
    with database.write() as session:
        session.execute(insert(application).values(state=state, made_at=NOW, touched_at=NOW, **row))
        session.commit()


@pytest.mark.parametrize("state", State)
def test_every_state_of_the_rules_is_one_of_the_table(database: Database, state: State) -> None:
    put(database, state.value, **WHOLE[state])


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("gone", {}),
        ("", {}),
        (State.READY, {"case_number": None}),
        (State.READY, {"bureau_code": None}),
        (State.READY, {"unit_class": None}),
        (State.READY, {"unit_number": None}),
        (State.DRAFT, {"received_on": DAY}),
        (State.READY, {"received_on": DAY}),
        (State.RECEIVED, {"received_on": None}),
        (State.RECEIVED, {"decided_on": DAY}),
        (State.RECEIVED, {"decided_on": DAY, "decision_sealed": b"x"}),
        (State.RECEIVED, {"corrected_at": NOW}),
        (State.RECEIVED, {"applied_at": NOW}),
        (State.APPROVED, {"decided_on": None, "decision_sealed": None}),
        (State.APPROVED, {"decision_sealed": None}),
        (State.APPROVED, {"unit_id": None}),
        (State.APPROVED, {"effective_on": None}),
        (State.APPROVED, {"decided_on": date(2026, 6, 14)}),
        (State.REFUSED, {"decided_on": None}),
        (State.REFUSED, {"applied_at": NOW}),
        (State.DRAFT, {"kind": "change"}),
        (State.DRAFT, {"kind": "renewal"}),
        (State.DRAFT, {"kind": "end"}),
        (State.DRAFT, {"kind": "other"}),
        (State.DRAFT, {"source": "mail"}),
        (State.DRAFT, {"unit_class": "school"}),
        (State.DRAFT, {"revision": 0}),
    ],
)
def test_the_table_refuses_what_the_rules_refuse(
    database: Database, state: str, changes: dict[str, Any]
) -> None:
    whole = WHOLE.get(state, {}) if isinstance(state, State) else {}
    with pytest.raises(IntegrityError):
        put(database, str(state), **{**whole, **changes})


def test_numbers_and_keys_are_given_once(database: Database) -> None:
    put(database, "ready", **NUMBERED, key_hash=b"k")
    for values in (
        {**NUMBERED, "public_id": b"1" * 16},
        {"public_id": b"1" * 16, "key_hash": b"k"},
        {},
    ):
        with pytest.raises(IntegrityError):
            put(database, "ready" if "case_number" in values else "draft", **values)


def test_kinds_sources_acts_and_results_are_those_of_the_rules(database: Database) -> None:
    unit = build_unit(database)
    for place, (kind, source) in enumerate((kind, source) for kind in Kind for source in Source):
        put(
            database,
            "draft",
            kind=kind.value,
            source=source.value,
            unit_id=unit.id,
            public_id=bytes([place]) * 16,
        )
    with database.write() as session:
        number = session.execute(select(application.c.id).limit(1)).scalar_one()
        # Saving, checking, throwing away and deleting leave no line of the history.
        for act in set(Act) - {Act.SAVE, Act.CHECK, Act.DISCARD, Act.EXPIRE}:
            trail.tell(session, number, NOW, act, Party.BUREAU, State.DRAFT, None)
        for result in Result:
            trail.put_check(session, number, trail.Check("papers", result.value, result, "", NOW))
        session.commit()


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (application_event, {"act": "save", "party": "bureau", "state_after": "draft"}),
        (application_event, {"act": "start", "party": "operator", "state_after": "draft"}),
        (application_event, {"act": "start", "party": "applicant", "state_after": "gone"}),
        (application_check, {"item": "papers", "subject": "", "result": "open"}),
        (application_counter, {"bureau_code": "24", "fiscal_year": 2026, "last": 0}),
    ],
)
def test_history_checklist_and_counter_refuse_other_words(
    database: Database, table: Any, values: dict[str, Any]
) -> None:
    put(database, "draft")
    with database.write() as session:
        if table is not application_counter:
            number = session.execute(select(application.c.id)).scalar_one()
            values = {**values, "application_id": number, "at": NOW}
        with pytest.raises(IntegrityError):
            session.execute(insert(table).values(**values))


def test_serials_count_by_bureau_and_year(database: Database) -> None:
    with database.write() as session:
        asked = [("24", 2026), ("24", 2026), ("13", 2026), ("24", 2027), ("24", 2026)]
        assert [trail.next_serial(session, *each) for each in asked] == [1, 2, 1, 1, 3]


def test_a_note_opens_only_where_it_was_written(database: Database) -> None:
    put(database, "draft")
    with database.write() as session:
        number = session.execute(select(application.c.id)).scalar_one()
        for item in ("papers", "officer"):
            check = trail.Check(item, "", Result.OK, f"{item}の見本", NOW)
            trail.put_check(session, number, check)
        session.commit()
    with database.write() as session:
        found = {check.item: check.note for check in trail.checks(session, number)}
        assert found == {"papers": "papersの見本", "officer": "officerの見本"}
        sealed = select(application_check.c.note_sealed).where(application_check.c.item == "papers")
        session.execute(
            update(application_check)
            .where(application_check.c.item == "officer")
            .values(note_sealed=sealed.scalar_subquery())
        )
        with pytest.raises(Exception, match="does not open"):
            trail.checks(session, number)


def test_a_row_counts_its_revisions_and_is_read_back_as_it_was_written(database: Database) -> None:
    with database.write() as session:
        number = store.add(
            session,
            NOW,
            public_id=b"2" * 16,
            kind=Kind.USE,
            content=Content(),
            state="draft",
            source="portal",
        )
        row = store.row(session, number)
        assert row is not None
        assert (row.line.revision, row.line.unit_class, row.content, row.decision) == (
            1,
            None,
            Content(),
            None,
        )
        store.change(session, row.line, NOW, unit_class="municipal")
        changed = store.row(session, number)
        assert changed is not None
        assert (changed.line.revision, changed.line.unit_class) == (2, UnitClass.MUNICIPAL)
        store.forget_one(session, number)
        assert store.row(session, number) is None

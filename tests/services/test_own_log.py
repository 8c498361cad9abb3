"""The seeker's own log: what is told, in which order, and what is never told."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden
from portal.services import block, public_id
from portal.services import own_log as service
from portal.services.own_log import By, Entry, Event, Group, OwnLog, Wanted
from portal.services.scope import public_id as office_address
from portal.services.seeker import restart, stop
from portal.store import audit
from portal.store.tables import profile_view
from tests.build import BuiltSeeker, build_clerk, build_member, build_seeker, build_unit
from tests.registrations import prepare
from tests.services.relay_world import send


def _log(
    database: Any, clock: Any, who: BuiltSeeker, page: int = 1, kind: str = "", month: str = ""
) -> OwnLog:
    with database.read() as session:
        return service.own_log(session, clock, who.actor, wanted=Wanted.read(kind, month), page=page)


def _line(database: Any, clock: Any, who: BuiltSeeker, kind: str, actor: Actor, **more: Any) -> None:
    with database.write() as session:
        audit.record(session, clock.now(), actor, kind, subject=("seeker", who.id), **more)
        session.commit()
    clock.advance(timedelta(minutes=1))


def _view(database: Any, who: BuiltSeeker, unit_id: int, day: date, n: int) -> None:
    with database.write() as session:
        session.execute(insert(profile_view).values(unit_id=unit_id, seeker_id=who.id, jst_day=day, n=n))
        session.commit()


def test_what_was_done_is_told_newest_first_and_by_whom_in_kind_only(database: Any, clock: Any) -> None:
    who, clerk = build_seeker(database), build_clerk(database)
    _line(database, clock, who, "seeker.register", clerk)
    _line(database, clock, who, "account.activate", Actor(ActorKind.PUBLIC))
    with database.write() as session:
        stop(session, clock, who.actor)
    clock.advance(timedelta(days=1))
    with database.write() as session:
        restart(session, clock, clerk, office_address(who.office_id))
    told = [(e.event, e.by) for e in _log(database, clock, who).entries]
    assert told == [
        (Event.RESTARTED, By.OFFICE),
        (Event.STOPPED, By.SEEKER),
        (Event.ACTIVATED, By.HOLDER),
        (Event.REGISTERED, By.OFFICE),
    ]


def test_a_new_end_of_the_registration_and_the_version_agreed_to_are_told(database: Any, clock: Any) -> None:
    prepare(database, clock)
    who, clerk = build_seeker(database), build_clerk(database)
    _line(database, clock, who, "seeker.validity.extend", clerk, facts={"valid_until": date(2026, 8, 31)})
    _line(database, clock, who, "seeker.terms.agree", who.actor, facts={"version": "2026-04"})
    agreed, extended = _log(database, clock, who).entries
    assert (agreed.day, extended.day) == (date(2026, 4, 1), date(2026, 8, 31))


@pytest.mark.parametrize(
    "kind",
    ["profile.open", "access_code.try", "account.sign_in", "thread.read", "unknown"],
)
def test_a_kind_that_is_not_on_the_list_is_not_told(database: Any, clock: Any, kind: str) -> None:
    who = build_seeker(database)
    _line(database, clock, who, kind, build_clerk(database))
    assert _log(database, clock, who).entries == ()


def test_what_was_refused_and_what_is_about_others_is_not_told(database: Any, clock: Any) -> None:
    who, clerk = build_seeker(database), build_clerk(database)
    _line(database, clock, who, "seeker.data.change", clerk, reason="invalid")
    _line(database, clock, build_seeker(database), "seeker.data.change", clerk)
    with database.write() as session:
        audit.record(session, clock.now(), clerk, "seeker.data.change", subject=("account", who.id))
        session.commit()
    assert _log(database, clock, who).entries == ()


def test_messages_stand_in_the_log_with_the_name_of_the_organisation(database: Any, clock: Any) -> None:
    unit = build_unit(database, name="架空紹介所")
    who, other = build_seeker(database), build_seeker(database)
    send(database, clock, unit, build_member(database, unit), [who, other])
    (entry,) = _log(database, clock, who).entries
    assert entry == Entry(clock.now(), Event.RECEIVED, By.UNIT, units=("架空紹介所",))


def test_blocking_and_unblocking_stand_in_the_log_with_every_name(database: Any, clock: Any) -> None:
    first, second = build_unit(database, name="架空甲社"), build_unit(database, name="架空乙社")
    who = build_seeker(database)
    refs = [public_id.shown(unit.public_id) for unit in (first, second)]
    with database.write() as session:
        block.block(session, clock, who.actor, refs)
    clock.advance(timedelta(minutes=1))
    with database.write() as session:
        block.unblock(session, clock, who.actor, refs[:1])
    lifted, set_ = _log(database, clock, who).entries
    assert (lifted.event, lifted.units, lifted.by) == (Event.UNBLOCKED, ("架空甲社",), By.SEEKER)
    assert (set_.event, set_.units) == (Event.BLOCKED, ("架空甲社", "架空乙社"))


def test_the_log_is_cut_into_pages_that_hold_every_line_once(database: Any, clock: Any) -> None:
    who, clerk = build_seeker(database), build_clerk(database)
    for _ in range(service.PAGE + 5):
        _line(database, clock, who, "seeker.data.change", clerk)
    first, second, third = (_log(database, clock, who, page) for page in (1, 2, 3))
    assert [len(page.entries) for page in (first, second, third)] == [service.PAGE, 5, 0]
    assert [page.more for page in (first, second, third)] == [True, False, False]
    times = [entry.at for entry in (*first.entries, *second.entries)]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == service.PAGE + 5


def test_which_organisations_looked_is_told_by_the_month_and_by_no_day(database: Any, clock: Any) -> None:
    who = build_seeker(database)
    first, second = build_unit(database, name="架空甲社"), build_unit(database, name="架空乙社")
    _view(database, who, first.id, date(2026, 6, 1), 2)
    _view(database, who, first.id, date(2026, 6, 10), 1)
    _view(database, who, second.id, date(2026, 6, 10), 4)
    _view(database, who, second.id, date(2026, 5, 31), 1)
    _view(database, build_seeker(database), second.id, date(2026, 5, 31), 9)
    told = [(m.month, m.organisations, m.times, m.names) for m in _log(database, clock, who).looked_at or ()]
    assert told == [
        (date(2026, 6, 1), 2, 7, ("架空乙社", "架空甲社")),
        (date(2026, 5, 1), 1, 1, ("架空乙社",)),
    ]


def test_of_many_organisations_some_are_named_and_all_where_the_month_is_asked_for(
    database: Any, clock: Any
) -> None:
    who = build_seeker(database)
    for n in range(service.NAMED + 2):
        _view(database, who, build_unit(database, name=f"架空{n}社").id, date(2026, 6, 3), n + 1)
    (month,) = _log(database, clock, who).looked_at or ()
    assert (len(month.names), month.unnamed) == (service.NAMED, 2)
    assert month.names[0] == f"架空{service.NAMED + 1}社"
    (month,) = _log(database, clock, who, kind="views", month="2026-06").looked_at or ()
    assert (len(month.names), month.unnamed) == (service.NAMED + 2, 0)


def test_only_the_last_twelve_months_of_views_are_told_unless_one_is_asked_for(
    database: Any, clock: Any
) -> None:
    who, unit = build_seeker(database), build_unit(database)
    _view(database, who, unit.id, date(2025, 7, 1), 1)
    _view(database, who, unit.id, date(2025, 6, 30), 1)
    assert [m.month for m in _log(database, clock, who).looked_at or ()] == [date(2025, 7, 1)]
    asked = _log(database, clock, who, kind="views", month="2025-06")
    assert [m.month for m in asked.looked_at or ()] == [date(2025, 6, 1)]


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("seeker.identity.read", Event.IDENTITY_READ),
        ("seeker.history.read", Event.HISTORY_READ),
        ("seeker.text.read", Event.TEXT_READ),
        ("seeker.correction.read", Event.CORRECTION_READ),
    ],
)
def test_each_reading_by_the_office_is_told_with_the_office_and_no_name_of_a_person(
    database: Any, clock: Any, kind: str, event: Event
) -> None:
    prepare(database, clock)
    who, clerk = build_seeker(database), build_clerk(database, office_code="X1301")
    at = clock.now()
    _line(database, clock, who, kind, clerk)
    (entry,) = _log(database, clock, who, kind="readings").entries
    assert (entry.at, entry.event, entry.by) == (at, event, By.OFFICE)
    assert "架空" in entry.place
    assert _log(database, clock, who, kind="registration").entries == ()


def test_each_group_holds_its_own_lines_and_all_of_them_together_hold_every_line(
    database: Any, clock: Any
) -> None:
    unit = build_unit(database)
    who, clerk = build_seeker(database), build_clerk(database)
    send(database, clock, unit, build_member(database, unit), [who])
    clock.advance(timedelta(minutes=1))
    for kind, actor in (
        ("seeker.terms.agree", who.actor),
        ("seeker.block.add", who.actor),
        ("seeker.identity.read", clerk),
        ("seeker.data.change", clerk),
    ):
        _line(database, clock, who, kind, actor)
    found = {group: [e.event for e in _log(database, clock, who, kind=group).entries] for group in Group}
    assert found[Group.ALL] == [
        Event.DATA,
        Event.IDENTITY_READ,
        Event.BLOCKED,
        Event.TERMS,
        Event.RECEIVED,
    ]
    assert found[Group.VIEWS] == found[Group.CASES] == []
    single = {group: events for group, events in found.items() if group is not Group.ALL and events}
    assert single == {
        Group.MESSAGES: [Event.RECEIVED],
        Group.CONSENTS: [Event.TERMS],
        Group.BLOCKS: [Event.BLOCKED],
        Group.READINGS: [Event.IDENTITY_READ],
        Group.REGISTRATION: [Event.DATA],
    }


@pytest.mark.parametrize(
    ("instant", "month"),
    [
        (datetime(2026, 4, 30, 14, 59, 59, tzinfo=UTC), "2026-04"),
        (datetime(2026, 4, 30, 15, 0, tzinfo=UTC), "2026-05"),
        (datetime(2026, 5, 31, 14, 59, 59, tzinfo=UTC), "2026-05"),
        (datetime(2026, 5, 31, 15, 0, tzinfo=UTC), "2026-06"),
    ],
)
def test_a_month_is_one_of_the_calendar_in_Japan(
    database: Any, clock: Any, instant: datetime, month: str
) -> None:
    who = build_seeker(database)
    clock.set(instant)
    _line(database, clock, who, "seeker.data.change", build_clerk(database))
    held = [m for m in ("2026-04", "2026-05", "2026-06") if _log(database, clock, who, month=m).entries]
    assert held == [month]


@pytest.mark.parametrize(
    "month", ["", "2026-13", "2026-6", "2026-00", "9999-12", "1999-12", "２０２６-06", "x"]
)
def test_what_is_no_month_or_no_kind_asks_for_everything(month: str) -> None:
    assert Wanted.read("no-such-kind", month) == Wanted()


def test_months_can_be_asked_for_back_to_the_registration(database: Any, clock: Any) -> None:
    who = build_seeker(database)
    months = _log(database, clock, who).months
    assert months[0] == date(2026, 6, 1)
    assert months == tuple(sorted(months, reverse=True))
    assert len(months) <= service.MOST_OFFERED


def test_nobody_but_the_seeker_reads_it(database: Any, clock: Any) -> None:
    who = build_seeker(database)
    for kind in ActorKind:
        if kind is not ActorKind.SEEKER:
            with database.read() as session, pytest.raises(Forbidden):
                service.own_log(session, clock, Actor(kind, seeker_id=who.id))


# Questions of job seekers (seed 004)


def test_S_Q2_what_is_told_about_those_who_looked_names_organisations_and_never_the_seeker_to_them(
    database: Any, clock: Any
) -> None:
    """Names stay hidden from organisations; the other way round the seeker learns theirs."""
    who, unit = build_seeker(database, name="見本 花子"), build_unit(database, name="架空甲社")
    _view(database, who, unit.id, date(2026, 6, 1), 1)
    log = _log(database, clock, who)
    assert [month.names for month in log.looked_at or ()] == [("架空甲社",)]
    with database.read() as session, pytest.raises(Forbidden):
        service.own_log(session, clock, build_member(database, unit).actor)


def test_S_Q5_a_block_hides_nothing_of_what_was_before_it_from_the_seeker(database: Any, clock: Any) -> None:
    unit = build_unit(database, name="架空甲社")
    who = build_seeker(database)
    send(database, clock, unit, build_member(database, unit), [who])
    _view(database, who, unit.id, date(2026, 6, 1), 2)
    clock.advance(timedelta(minutes=1))
    with database.write() as session:
        block.block(session, clock, who.actor, [public_id.shown(unit.public_id)])
    log = _log(database, clock, who)
    assert [entry.event for entry in log.entries] == [Event.BLOCKED, Event.RECEIVED]
    assert [month.names for month in log.looked_at or ()] == [("架空甲社",)]
    assert [entry.event for entry in _log(database, clock, who, kind="blocks").entries] == [Event.BLOCKED]


def test_S_Q6_after_an_infection_the_record_shows_what_was_done_in_ones_own_name(
    database: Any, clock: Any
) -> None:
    who = build_seeker(database)
    for kind in ("seeker.terms.agree", "seeker.correction.ask", "seeker.data.take", "seeker.stop"):
        _line(database, clock, who, kind, who.actor)
    told = [(entry.event, entry.by) for entry in _log(database, clock, who).entries]
    assert told == [
        (Event.STOPPED, By.SEEKER),
        (Event.TAKEN, By.SEEKER),
        (Event.CORRECTION_ASKED, By.SEEKER),
        (Event.TERMS, By.SEEKER),
    ]


# How it is asked


# With so few rows the planner of PostgreSQL reads tables whole.
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_record_is_read_by_indexes_whoever_else_is_in_the_tables(database: Any, clock: Any) -> None:
    plans: list[str] = []
    who = build_seeker(database)

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            rows = connection.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(row[3]) for row in rows)

    with database.read() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", explain)
        try:
            service.own_log(session, clock, who.actor)
        finally:
            event.remove(engine, "before_cursor_execute", explain)
    asked = [
        plan for plan in plans if re.match(r"(SCAN|SEARCH) (audit|message|profile_view|complaint|paid)", plan)
    ]
    assert len(asked) >= 5
    assert [plan for plan in asked if plan.startswith("SCAN")] == []

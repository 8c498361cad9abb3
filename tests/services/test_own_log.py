"""The seeker's own log: what is told, in which order, and what is never told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden
from portal.services import block, public_id
from portal.services import own_log as service
from portal.services.own_log import Entry, Event, OwnLog
from portal.services.scope import public_id as office_address
from portal.services.seeker import restart, stop
from portal.store import audit
from portal.store.tables import profile_view
from tests.build import BuiltSeeker, build_clerk, build_member, build_seeker, build_unit
from tests.registrations import prepare
from tests.services.relay_world import send


def _log(database: Any, clock: Any, who: BuiltSeeker, page: int = 1) -> OwnLog:
    with database.read() as session:
        return service.own_log(session, clock, who.actor, page=page)


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
    told = [(e.event, e.by_seeker, e.by_office) for e in _log(database, clock, who).entries]
    assert told == [
        (Event.RESTARTED, False, True),
        (Event.STOPPED, True, False),
        (Event.ACTIVATED, True, False),
        (Event.REGISTERED, False, True),
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
    ["seeker.identity.read", "profile.open", "access_code.try", "account.sign_in", "thread.read", "unknown"],
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
    assert entry == Entry(
        clock.now(), Event.RECEIVED, by_seeker=False, by_office=False, units=("架空紹介所",)
    )


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
    assert (lifted.event, lifted.units, lifted.by_seeker) == (Event.UNBLOCKED, ("架空甲社",), True)
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


def test_views_are_counted_by_month_and_by_organisation_without_names(database: Any, clock: Any) -> None:
    who, first, second = build_seeker(database), build_unit(database), build_unit(database)
    _view(database, who, first.id, date(2026, 6, 1), 2)
    _view(database, who, first.id, date(2026, 6, 10), 1)
    _view(database, who, second.id, date(2026, 6, 10), 4)
    _view(database, who, second.id, date(2026, 5, 31), 1)
    _view(database, build_seeker(database), second.id, date(2026, 5, 31), 9)
    told = [(m.month, m.organisations, m.times) for m in _log(database, clock, who).looked_at]
    assert told == [(date(2026, 6, 1), 2, 7), (date(2026, 5, 1), 1, 1)]


def test_only_the_last_twelve_months_of_views_are_told(database: Any, clock: Any) -> None:
    who, unit = build_seeker(database), build_unit(database)
    _view(database, who, unit.id, date(2025, 7, 1), 1)
    _view(database, who, unit.id, date(2025, 6, 30), 1)
    assert [m.month for m in _log(database, clock, who).looked_at] == [date(2025, 7, 1)]


def test_that_the_office_read_the_file_is_counted_by_the_month_in_Japan(database: Any, clock: Any) -> None:
    who, clerk = build_seeker(database), build_clerk(database)
    clock.set(datetime(2026, 5, 31, 14, 59, tzinfo=UTC))
    _line(database, clock, who, "seeker.identity.read", clerk)
    _line(database, clock, who, "seeker.identity.read", clerk)
    _line(database, clock, who, "seeker.text.read", clerk)
    told = [(m.month, m.office) for m in _log(database, clock, who).looked_at]
    assert told == [(date(2026, 6, 1), 2), (date(2026, 5, 1), 1)]


def test_nobody_but_the_seeker_reads_it(database: Any, clock: Any) -> None:
    who = build_seeker(database)
    for kind in ActorKind:
        if kind is not ActorKind.SEEKER:
            with database.read() as session, pytest.raises(Forbidden):
                service.own_log(session, clock, Actor(kind, seeker_id=who.id))

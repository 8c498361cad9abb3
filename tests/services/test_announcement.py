"""Announcements: who sees which, on which day, what counts as new, and what the author learns of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.announcement import Kind
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import announcement, announcement_desk, inbox, public_id, unit_home
from portal.services.use_case import use_case
from portal.store.database import Database
from portal.store.tables import announcement as table
from portal.store.tables import announcement_opened, announcement_read, audit, outbox, unit
from tests.build import (
    BuiltMember,
    BuiltUnit,
    build_account,
    build_bureau_clerk,
    build_clerk,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.test_relay_same import statements
from tests.services.test_reminder import wants_mail

OPERATOR = Actor(ActorKind.OPERATOR)
TODAY = date(2026, 6, 15)


def typed(**more: str) -> dict[str, str]:
    return {"to": "units", "title": "架空のお知らせ", "text": "見本の本文です。", **more}


_keys = iter(range(10_000))


def write(database: Database, clock: FixedClock, actor: Actor, **more: str) -> str:
    key = public_id.shown(next(_keys).to_bytes(16))
    with database.write() as session:
        return announcement_desk.write(session, clock, actor, typed(**more), key)


def titles(database: Database, clock: FixedClock, actor: Actor) -> list[str]:
    with database.read() as session:
        return [line.title for line in announcement.listing(session, clock, actor).lines]


def new(database: Database, clock: FixedClock, actor: Actor) -> int:
    with database.read() as session:
        return announcement.unread(session, clock, actor)


def opened(database: Database, clock: FixedClock, member: BuiltMember, ref: str | None = None) -> int:
    with database.write() as session:
        return announcement.mark_read(session, clock, member.actor, ref)


def number_of(database: Database, built: BuiltUnit) -> str:
    with database.read() as session:
        return str(session.execute(select(unit.c.number).where(unit.c.id == built.id)).scalar_one())


@pytest.fixture
def people(database: Database) -> dict[str, Any]:
    agency, city = build_unit(database), build_unit(database, unit_class="municipal")
    far = build_unit(database, bureau_code="27")
    seeker = build_seeker(database, with_account=True)
    return {
        "agency": build_member(database, agency).actor,
        "city": build_member(database, city).actor,
        "far": build_member(database, far).actor,
        "seeker": seeker.actor,
        "office": build_clerk(database),
        "bureau": build_bureau_clerk(database),
        "number": number_of(database, agency),
    }


@pytest.mark.parametrize(
    ("author", "to", "readers"),
    [
        ("bureau", "unit", {"agency"}),
        ("bureau", "units", {"agency", "city"}),
        ("bureau", "private", {"agency"}),
        ("bureau", "municipal", {"city"}),
        ("operator", "unit", {"agency"}),
        ("operator", "units", {"agency", "city", "far"}),
        ("operator", "private", {"agency", "far"}),
        ("operator", "municipal", {"city"}),
        ("operator", "everybody", {"agency", "city", "far", "seeker", "office", "bureau"}),
    ],
)
def test_it_is_shown_to_those_it_was_written_to_and_to_nobody_else(
    database: Database,
    clock: FixedClock,
    people: dict[str, Any],
    author: str,
    to: str,
    readers: set[str],
) -> None:
    actor = OPERATOR if author == "operator" else people["bureau"]
    ref = write(database, clock, actor, to=to, number=people["number"] if to == "unit" else "")
    for who in ("agency", "city", "far", "seeker", "office", "bureau"):
        assert titles(database, clock, people[who]) == (["架空のお知らせ"] if who in readers else []), who
        assert new(database, clock, people[who]) == (who in readers), who
        with database.read() as session:
            if who in readers:
                assert announcement.one(session, clock, people[who], ref).text == "見本の本文です。"
            else:
                with pytest.raises(NotFound):
                    announcement.one(session, clock, people[who], ref)


def test_R15_a_bureau_speaks_to_no_other_bureaus_unit_and_not_to_everybody(
    database: Database, clock: FixedClock, people: dict[str, Any]
) -> None:
    other = build_bureau_clerk(database, bureau_code="27")
    with pytest.raises(Invalid) as refused:
        write(database, clock, other, to="unit", number=people["number"])
    assert refused.value.errors == {"number": ["unknown_unit"]}
    with pytest.raises(Invalid):
        write(database, clock, other, to="everybody")
    for who in ("agency", "seeker", "office"):
        with pytest.raises(Forbidden):
            write(database, clock, people[who])


def test_it_is_shown_from_the_first_to_the_last_day_in_japan(
    database: Database, clock: FixedClock, people: dict[str, Any]
) -> None:
    write(database, clock, OPERATOR, shown_from="2026-06-20", shown_until="令和8年6月21日")
    seen = []
    for moment in (
        day_start(date(2026, 6, 20)) - timedelta(seconds=1),
        day_start(date(2026, 6, 20)),
        day_start(date(2026, 6, 22)) - timedelta(seconds=1),
        day_start(date(2026, 6, 22)),
    ):
        clock.set(moment)
        seen.append((len(titles(database, clock, people["agency"])), new(database, clock, people["agency"])))
    assert seen == [(0, 0), (1, 1), (1, 1), (0, 0)]


def test_what_was_read_is_new_to_nobody_but_the_others_until_it_is_changed(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database)
    one, other = build_member(database, built), build_member(database, built)
    ref, second = (write(database, clock, OPERATOR) for _ in range(2))
    assert opened(database, clock, one, ref) == 1
    assert opened(database, clock, one, ref) == 0
    assert (new(database, clock, one.actor), new(database, clock, other.actor)) == (1, 2)
    assert opened(database, clock, one) == 1
    assert new(database, clock, one.actor) == 0
    clock.advance(timedelta(hours=1))
    with database.write() as session:
        announcement_desk.change(session, clock, OPERATOR, ref, 1, typed(title="直した題"))
    assert new(database, clock, one.actor) == 1
    assert titles(database, clock, one.actor) == ["直した題", "架空のお知らせ"]
    with database.read() as session:
        line = announcement.one(session, clock, one.actor, ref)
    assert (line.changed, line.read) == (True, False)
    assert opened(database, clock, one) == 1
    assert second != ref


def test_the_author_sees_how_many_units_have_opened_it_as_it_reads_now_and_nobody_sees_who(
    database: Database, clock: FixedClock
) -> None:
    clerk = build_bureau_clerk(database)
    built = [build_unit(database) for _ in range(3)]
    build_unit(database, bureau_code="27")
    build_unit(database, status="ended")
    members = [build_member(database, each) for each in (*built, built[0])]
    ref = write(database, clock, clerk)

    def reached() -> tuple[int | None, int | None]:
        with database.read() as session:
            found = announcement_desk.one(session, clock, clerk, ref)
        return found.units, found.opened

    assert reached() == (3, 0)
    for member, expected in zip(members, (1, 2, 3, 3), strict=True):
        opened(database, clock, member, ref)
        assert reached() == (3, expected)
    with database.write() as session:
        announcement_desk.change(session, clock, clerk, ref, 1, typed(title="直した題"))
    assert reached() == (3, 0)
    assert set(announcement_opened.c.keys()) == {"announcement_id", "unit_id", "revision"}
    assert set(announcement_read.c.keys()) == {"announcement_id", "account_id", "revision"}


def test_a_withdrawn_one_is_shown_to_nobody_kept_and_audited(
    database: Database, clock: FixedClock, people: dict[str, Any]
) -> None:
    ref = write(database, clock, people["bureau"])
    with database.write() as session:
        announcement_desk.withdraw(session, clock, people["bureau"], ref)
    with database.write() as session:
        announcement_desk.withdraw(session, clock, people["bureau"], ref)
    assert titles(database, clock, people["agency"]) == []
    with database.write() as session, pytest.raises(Conflict):
        announcement_desk.change(session, clock, people["bureau"], ref, 1, typed())
    with database.read() as session:
        assert announcement_desk.one(session, clock, people["bureau"], ref).state == "withdrawn"
        lines = session.execute(
            select(audit.c.kind, audit.c.outcome, audit.c.bureau_code)
            .where(audit.c.kind.startswith("announcement."))
            .order_by(audit.c.id)
        ).all()
    assert [tuple(line) for line in lines] == [
        ("announcement.write", "done", "13"),
        ("announcement.withdraw", "done", "13"),
        ("announcement.change", "refused", "13"),
    ]


def test_two_clerks_who_change_it_at_once_do_not_overwrite_each_other(
    database: Database, clock: FixedClock, people: dict[str, Any]
) -> None:
    ref = write(database, clock, people["bureau"])
    with database.write() as session:
        announcement_desk.change(session, clock, people["bureau"], ref, 1, typed(title="先の直し"))
    with database.write() as session, pytest.raises(Conflict):
        announcement_desk.change(session, clock, people["bureau"], ref, 1, typed(title="後の直し"))
    assert titles(database, clock, people["agency"]) == ["先の直し"]


def test_pressing_twice_makes_one(database: Database, clock: FixedClock) -> None:
    key = public_id.shown(b"pressed-twice-00")
    for _ in range(2):
        with database.write() as session:
            assert announcement_desk.write(session, clock, OPERATOR, typed(), key) == key
    with database.read() as session:
        assert session.execute(select(func.count()).select_from(table)).scalar_one() == 1


def test_another_bureaus_announcement_is_not_found_by_its_writers_pages(
    database: Database, clock: FixedClock, people: dict[str, Any]
) -> None:
    other = build_bureau_clerk(database, bureau_code="27")
    ref = write(database, clock, other)
    for act in (
        lambda session: announcement_desk.one(session, clock, people["bureau"], ref),
        lambda session: announcement_desk.withdraw(session, clock, people["bureau"], ref),
        lambda session: announcement_desk.change(session, clock, people["bureau"], ref, 1, typed()),
    ):
        with database.write() as session, pytest.raises(NotFound):
            act(session)


def test_what_the_portal_tells_a_unit_reaches_its_people_and_mails_officer_and_contact(
    database: Database, clock: FixedClock
) -> None:
    built = build_unit(database)
    officer, member = build_member(database, built, role="officer"), build_member(database, built)
    wants_mail(database, officer)
    wants_mail(database, member)
    with database.write() as session, use_case(session, clock, OPERATOR, "unit.suspend") as trail:
        announcement.tell_unit(session, trail, built.id, Kind.SUSPENDED, since=TODAY, until=None)
    with database.read() as session:
        (line,) = announcement.listing(session, clock, member.actor).lines
        mailed = session.execute(select(outbox.c.account_id, outbox.c.kind)).all()
    assert (line.kind, line.facts, line.author, line.to_unit) == (
        Kind.SUSPENDED,
        {"since": TODAY},
        "system",
        True,
    )
    assert [tuple(row) for row in mailed] == [(officer.account_id, "announcement_notice")]
    clock.advance(timedelta(days=366))
    assert titles(database, clock, member.actor) == []


def test_the_menu_of_a_unit_and_of_a_seeker_counts_in_the_statement_it_makes_anyway(
    database: Database, clock: FixedClock, people: dict[str, Any]
) -> None:
    def asked() -> tuple[int, int, int, int]:
        with statements(database) as sent, database.write() as session:
            home = unit_home.unit_home(session, clock, people["agency"])
            of_unit = len(sent)
            news = inbox.new(session, clock, people["seeker"])
        return of_unit, len(sent) - of_unit, home.announcements, news[1]

    before = asked()
    for _ in range(3):
        write(database, clock, OPERATOR, to="everybody")
    after = asked()
    assert before[2:] == (0, 0)
    assert after[2:] == (3, 3)
    assert after[:2] == before[:2]


def test_somebody_of_two_units_has_read_what_went_to_both_once(database: Database, clock: FixedClock) -> None:
    built = [build_unit(database) for _ in range(2)]
    one = build_member(database, built[0])
    other = Actor(
        ActorKind.MEMBER, account_id=one.account_id, unit_id=built[1].id, membership_id=0, role="member"
    )
    ref = write(database, clock, OPERATOR)
    opened(database, clock, one, ref)
    assert new(database, clock, other) == 0
    with database.read() as session:
        assert announcement_desk.one(session, clock, OPERATOR, ref).opened == 1


def test_nobody_signed_in_as_anything_has_none(database: Database, clock: FixedClock) -> None:
    for actor in (Actor(ActorKind.PUBLIC), Actor(ActorKind.WORKER), Actor(ActorKind.MEMBER, account_id=1)):
        with database.read() as session, pytest.raises(Forbidden):
            announcement.listing(session, clock, actor)
    assert build_account(database) > 0

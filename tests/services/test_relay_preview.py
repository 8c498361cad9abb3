"""A look at a send before it is sent: it says what the send then does, and refuses as the send would."""

import random
import re
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import (
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    Refusal,
    SendingClosed,
    Unreachable,
)
from portal.services import relay_preview
from portal.services.relay_preview import Preview
from portal.store.database import Database, Use
from portal.store.tables import quota_use, unit_record
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_block,
    build_department,
    build_installation,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import TEXT, counter, send

TODAY = date(2026, 6, 15)
OUT_OF_REACH: dict[str, dict[str, Any]] = {
    "blocked": {},
    "stopped": {"stopped": True},
    "expired": {"valid_until": date(2026, 6, 14)},
    "narrowed": {"range_private": False},
    "school": {"never_eligible": True},
    "terms": {"terms_until": date(2026, 6, 14)},
    "unpublished": {"published": False},
}


@pytest.fixture
def here(database: Database) -> BuiltUnit:
    return build_unit(database)


@pytest.fixture
def member(database: Database, here: BuiltUnit) -> BuiltMember:
    return build_member(database, here)


def look(
    database: Database,
    clock: FixedClock,
    where: BuiltUnit,
    actor: Actor,
    *people: BuiltSeeker,
    text: str = TEXT,
) -> Preview:
    with database.read() as session:
        return relay_preview.preview(session, clock, actor, [where.token(who) for who in people], text)


def out_of_reach(database: Database, where: BuiltUnit, cause: str) -> BuiltSeeker:
    who = build_seeker(database, **OUT_OF_REACH[cause])
    if cause == "blocked":
        build_block(database, who, where)
    return who


def use_up(database: Database, where: BuiltUnit, n: int) -> None:
    with database.write() as session:
        session.execute(insert(quota_use).values(unit_id=where.id, jst_day=TODAY, n=n))
        session.commit()


@contextmanager
def statements(database: Database):
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(re.sub(r"IN \([^)]*\)", "IN (...)", statement))

    engine = database.engine(use=Use.READ)
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("seed", range(4))
def test_the_preview_says_what_the_send_then_does(
    database: Database, clock: FixedClock, here: BuiltUnit, seed: int
) -> None:
    chance = random.Random(seed)
    mine, theirs = (build_department(database, here, name) for name in ("見本一課", "見本二課"))
    somebody = build_member(database, here, department_id=mine)
    colleague = build_member(database, here, department_id=theirs)
    people = [
        out_of_reach(database, here, chance.choice(list(OUT_OF_REACH)))
        if chance.random() < 0.4
        else build_seeker(database)
        for _ in range(12)
    ]
    for who in people:
        if chance.random() < 0.4:
            writer = chance.choice([somebody, colleague])
            try:
                send(database, clock, here, writer, [who])
            except Unreachable:
                continue
    before = counter(database, here, TODAY)
    seen = look(database, clock, here, somebody.actor, *people)
    done = send(database, clock, here, somebody, people)
    assert (seen.requested, seen.sent, seen.unreachable, seen.elsewhere) == (
        done.requested,
        done.sent,
        done.unreachable,
        done.elsewhere,
    )
    assert seen.left_after == done.quota.left_for_new
    assert counter(database, here, TODAY) == before + seen.sent


def test_looking_changes_nothing(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember
) -> None:
    who = build_seeker(database)
    assert look(database, clock, here, member.actor, who) == look(database, clock, here, member.actor, who)
    assert counter(database, here, TODAY) == 0


def test_S_Q4_the_letterhead_is_due_at_first_and_again_when_it_has_changed(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember
) -> None:
    known, new = build_seeker(database), build_seeker(database)
    send(database, clock, here, member, [known])
    seen = look(database, clock, here, member.actor, known, new)
    assert (seen.sent, seen.first, seen.again) == (2, 1, 1)
    with database.write() as session:
        session.execute(
            update(unit_record).where(unit_record.c.unit_id == here.id).values(officer_name="見本 後任")
        )
        session.commit()
    changed = look(database, clock, here, member.actor, known, new)
    assert (changed.sent, changed.first) == (2, 2)
    assert changed.letterhead.officer_name == "見本 後任"
    assert changed.seen != seen.seen


def test_S_Q5_nobody_out_of_reach_is_told_from_another(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember
) -> None:
    told: dict[str, Any] = {}
    for cause in OUT_OF_REACH:
        who = out_of_reach(database, here, cause)
        with statements(database) as sent, pytest.raises(Refusal) as refused:
            look(database, clock, here, member.actor, who)
        told[cause] = (type(refused.value), refused.value.reason, refused.value.facts, sent)
    assert told["blocked"][0] is Unreachable
    assert {cause for cause, one in told.items() if one != told["blocked"]} == set()


def test_several_are_looked_at_with_as_many_statements_as_one(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember
) -> None:
    people = [build_seeker(database) for _ in range(30)]
    counts = []
    for some in (people[:1], people):
        with statements(database) as sent:
            look(database, clock, here, member.actor, *some)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_P_Q6_what_does_not_fit_is_refused_whole_before_it_is_sent(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember
) -> None:
    use_up(database, here, 998)
    people = [build_seeker(database) for _ in range(3)]
    with pytest.raises(LimitReached) as refused:
        look(database, clock, here, member.actor, *people)
    assert refused.value.facts["fits"] == 2
    assert look(database, clock, here, member.actor, *people[:2]).left_after == 0


def test_those_out_of_reach_need_no_room(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember
) -> None:
    use_up(database, here, 999)
    people = [build_seeker(database), *(out_of_reach(database, here, cause) for cause in OUT_OF_REACH)]
    assert look(database, clock, here, member.actor, *people).sent == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"officer": False}, "officer_missing"),
        ({"suspended_from": TODAY}, "suspended"),
        ({"valid_until": date(2026, 6, 14)}, "validity_ended"),
        ({"status": "ended"}, "application_ended"),
    ],
)
def test_what_the_unit_may_not_do_is_said_whoever_the_seeker_is(
    database: Database, clock: FixedClock, values: dict[str, Any], reason: str
) -> None:
    where = build_unit(database, **values)
    somebody = build_member(database, where)
    for who in (build_seeker(database), out_of_reach(database, where, "blocked")):
        with pytest.raises(SendingClosed) as refused:
            look(database, clock, where, somebody.actor, who)
        assert refused.value.reason == reason


def test_sending_held_closed_by_the_operator_closes_the_preview(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember
) -> None:
    build_installation(database, sending_closed=True)
    with pytest.raises(SendingClosed) as refused:
        look(database, clock, here, member.actor, build_seeker(database))
    assert refused.value.reason == "sending_closed"


def test_whose_thread_is_with_another_department_is_said_to_the_own_unit(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember
) -> None:
    department = build_department(database, here)
    who = build_seeker(database)
    send(database, clock, here, build_member(database, here, department_id=department), [who])
    with pytest.raises(Forbidden) as refused:
        look(database, clock, here, member.actor, who)
    assert refused.value.reason == "thread_elsewhere"


def test_addressees_are_named_by_code_whether_or_not_they_can_be_reached(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember
) -> None:
    people = [build_seeker(database), out_of_reach(database, here, "stopped")]
    tokens = [here.token(who) for who in people]
    with database.read() as session:
        told = relay_preview.addressees(session, clock, member.actor, [*tokens, tokens[0], "x"])
        assert len(told.codes) == 2
        assert told.letterhead is not None
        with pytest.raises(NotFound):
            relay_preview.addressees(
                session, clock, member.actor, ["x", build_unit(database).token(people[0])]
            )


@pytest.mark.parametrize(("many", "code"), [(0, "missing"), (1001, "too_many")])
def test_nobody_and_too_many_are_refused(
    database: Database, clock: FixedClock, here: BuiltUnit, member: BuiltMember, many: int, code: str
) -> None:
    tokens = [f"{number:043}" for number in range(many)]
    with database.read() as session:
        for act in (
            lambda: relay_preview.preview(session, clock, member.actor, tokens, TEXT),
            lambda: relay_preview.addressees(session, clock, member.actor, tokens),
        ):
            with pytest.raises(Invalid) as refused:
                act()
            assert refused.value.errors == {"recipients": [code]}


def test_only_a_person_of_a_unit_looks(database: Database, clock: FixedClock, here: BuiltUnit) -> None:
    who = build_seeker(database, with_account=True)
    left = build_member(database, here, until=TODAY).actor
    for actor in (who.actor, left, Actor(ActorKind.PUBLIC)):
        with pytest.raises(Forbidden):
            look(database, clock, here, actor, who)

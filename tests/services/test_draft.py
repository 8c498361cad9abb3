"""Drafts: one's own only, sealed, one for each form, gone in time; what came too late waits for the same person."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from portal.calendar.clock import SystemClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.draft import LATE_KEPT, LONGEST, MOST, Keeping
from portal.domain.refusal import NotFound
from portal.services import account as accounts
from portal.services import draft as service
from portal.services.draft import Draft, Keeper, Sheet
from portal.store.database import Use
from portal.store.tables import account, draft, late_form
from tests import build

LONG = "駅から近い職場を希望しています。" * 20
WORKER = Actor(ActorKind.WORKER)
TOKEN = "the-id-of-a-session"


@pytest.fixture
def one(database: Any) -> Actor:
    return build.build_seeker(database, with_account=True).actor


@pytest.fixture
def other(database: Any) -> Actor:
    return build.build_seeker(database, with_account=True).actor


def sheet(text: str = LONG, ref: str = "架空社", days: int = 14) -> Sheet:
    return Sheet("seeker.thread", {"ref": ref}, {"text": [text], "kind": ["question"]}, timedelta(days=days))


def keep(database: Any, clock: Any, who: Actor, what: Sheet | None = None) -> Keeping:
    with database.write() as session:
        return service.keep(session, clock, who, what or sheet()).how


def found(database: Any, clock: Any, who: Actor, ref: str = "架空社") -> Draft | None:
    with database.read() as session:
        return service.find(session, clock, who, "seeker.thread", {"ref": ref})


def text_of(kept: Draft | None) -> str | None:
    return None if kept is None else kept.sheet.fields["text"][0]


def every(database: Any, clock: Any, who: Actor) -> list[str | None]:
    with database.read() as session:
        return [text_of(kept) for kept in service.every(session, clock, who)]


def keeper(database: Any, who: Actor, token: str = TOKEN) -> Keeper:
    with database.read() as session:
        read = service.read_keeper(session, service.make_keeper(session, who, token))
    assert read is not None
    return read


def late(database: Any, clock: Any, who: Actor, text: str = LONG, token: str = TOKEN) -> str | None:
    with database.write() as session:
        return service.keep_late(session, clock, keeper(database, who), token, sheet(text))


def claim(database: Any, clock: Any, who: Actor, cookie: str) -> Sheet | None:
    assert who.account_id is not None
    with database.write() as session:
        return service.claim(session, clock, who.account_id, cookie)


# Drafts


def test_a_draft_comes_back_word_by_word_and_the_next_one_takes_its_place(
    database: Any, clock: Any, one: Actor
) -> None:
    keep(database, clock, one, sheet("一つめ"))
    keep(database, clock, one, sheet("二つめ"))
    kept = found(database, clock, one)
    assert text_of(kept) == "二つめ"
    assert kept is not None
    assert kept.sheet.fields["kind"] == ["question"]
    assert every(database, clock, one) == ["二つめ"]


def test_nobody_else_finds_a_draft_by_place_by_list_or_by_its_reference(
    database: Any, clock: Any, one: Actor, other: Actor
) -> None:
    keep(database, clock, one)
    kept = found(database, clock, one)
    assert kept is not None
    assert found(database, clock, other) is None
    assert every(database, clock, other) == []
    with database.write() as session:
        for ref in (kept.ref, kept.ref.upper(), "", "xy", "00" * 16):
            with pytest.raises(NotFound):
                service.by_ref(session, clock, other, ref)
            with pytest.raises(NotFound):
                service.forget(session, other, ref)
    assert text_of(found(database, clock, one)) == LONG


def test_a_draft_of_one_unit_or_office_is_not_seen_when_acting_for_another(database: Any, clock: Any) -> None:
    first, second = build.build_unit(database), build.build_unit(database)
    here = build.build_member(database, first)
    there = build.build_member(database, second, account_id=here.account_id)
    keep(database, clock, here.actor)
    assert found(database, clock, there.actor) is None
    assert text_of(found(database, clock, here.actor)) == LONG
    clerk = Actor(ActorKind.OFFICE, account_id=here.account_id, role="office_clerk", office_code="9901")
    moved = Actor(ActorKind.OFFICE, account_id=here.account_id, role="office_clerk", office_code="9902")
    keep(database, clock, clerk, sheet("見本 花子"))
    assert found(database, clock, moved) is None


def test_the_tables_hold_no_word_and_no_account_in_clear(database: Any, clock: Any, one: Actor) -> None:
    keep(database, clock, one)
    late(database, clock, one)
    with database.read() as session:
        rows = [*session.execute(select(draft)).all(), *session.execute(select(late_form)).all()]
    for row in rows:
        for value in row:
            if isinstance(value, bytes):
                assert "駅".encode() not in value
                assert b"seeker.thread" not in value
    assert rows[1].account_key != str(one.account_id).encode()


def test_a_draft_is_gone_after_its_time_and_the_worker_deletes_it(
    database: Any, clock: Any, one: Actor
) -> None:
    keep(database, clock, one, sheet(days=1))
    clock.advance(timedelta(days=1) - timedelta(seconds=1))
    assert found(database, clock, one) is not None
    clock.advance(timedelta(seconds=1))
    assert found(database, clock, one) is None
    assert every(database, clock, one) == []
    with database.write() as session:
        assert service.forget_expired(session, clock, WORKER) == 1
        assert service.forget_expired(session, clock, WORKER) == 0
        assert session.execute(select(draft)).all() == []


def test_what_was_sent_takes_its_draft_away(database: Any, clock: Any, one: Actor) -> None:
    keep(database, clock, one)
    keep(database, clock, one, sheet("ほかの団体へ", ref="見本社"))
    with database.write() as session:
        service.sent(session, clock, one, sheet())
    assert every(database, clock, one) == ["ほかの団体へ"]


def test_too_much_is_not_kept_nor_one_too_many_and_no_older_draft_gives_way(
    database: Any, clock: Any, one: Actor, other: Actor
) -> None:
    assert keep(database, clock, one, sheet("あ" * LONGEST)) is Keeping.TOO_LARGE
    for number in range(MOST):
        assert keep(database, clock, one, sheet(str(number), ref=str(number))) is Keeping.KEPT
    assert keep(database, clock, one, sheet("一つ多い", ref="見本社")) is Keeping.FULL
    assert len(every(database, clock, one)) == MOST
    assert text_of(found(database, clock, one, "0")) == "0"
    # A draft that is there already can be gone on with, and others have their own room.
    assert keep(database, clock, one, sheet("続き", ref="0")) is Keeping.KEPT
    assert keep(database, clock, other) is Keeping.KEPT


def test_a_late_form_is_kept_even_when_there_are_as_many_drafts_as_may_be(
    database: Any, clock: Any, one: Actor
) -> None:
    for number in range(MOST):
        keep(database, clock, one, sheet(str(number), ref=str(number)))
    cookie = late(database, clock, one)
    assert cookie is not None
    assert claim(database, clock, one, cookie) is not None
    assert text_of(found(database, clock, one)) == LONG
    assert len(every(database, clock, one)) == MOST + 1


def test_drafts_past_their_time_take_no_room(database: Any, clock: Any, one: Actor) -> None:
    for number in range(MOST):
        keep(database, clock, one, sheet(str(number), ref=str(number), days=1))
    clock.advance(timedelta(days=1))
    assert keep(database, clock, one, sheet("見本", ref="見本社")) is Keeping.KEPT


def test_an_account_that_is_closed_leaves_nothing_it_typed(database: Any, clock: Any) -> None:
    member = build.build_member(database, build.build_unit(database), name="kakuu-9")
    keep(database, clock, member.actor)
    late(database, clock, member.actor)
    operator = Actor(ActorKind.OPERATOR)
    with database.write() as session:
        accounts.close(session, clock, operator, sign_in_name="kakuu-9")
    with database.read() as session:
        assert session.execute(
            select(account.c.closed_at).where(account.c.id == member.account_id)
        ).scalar_one()
        assert session.execute(select(draft)).all() == []
        assert session.execute(select(late_form)).all() == []


# Whose form it is


def test_a_keeper_is_of_one_person_acting_as_they_did(database: Any, one: Actor, other: Actor) -> None:
    with database.read() as session:
        mine = keeper(database, one)
        assert service.is_of(session, mine, one)
        assert not service.is_of(session, mine, other)
        assert not service.is_of(session, mine, Actor(ActorKind.PUBLIC))


@pytest.mark.parametrize("change", [0, 20, 40, 60, 84])
def test_a_keeper_that_was_touched_anywhere_is_none(database: Any, one: Actor, change: int) -> None:
    with database.read() as session:
        made = service.make_keeper(session, one, TOKEN)
        touched = made[:change] + ("A" if made[change] != "A" else "B") + made[change + 1 :]
        assert service.read_keeper(session, touched) is None
        for text in ("", "あ", "A" * 88, made[:-4], made + "AAAA"):
            assert service.read_keeper(session, text) is None


def test_a_keeper_asks_the_database_nothing(database: Any, one: Actor) -> None:
    seen: list[str] = []
    engine = database.engine(use=Use.READ)

    def note(*given: Any) -> None:
        seen.append(given[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        keeper(database, one)
        assert [one for one in seen if one != "BEGIN"] == []
        found(database, SystemClock(), one)
        assert len([one for one in seen if one.startswith("SELECT")]) == 1
    finally:
        event.remove(engine, "before_cursor_execute", note)


# Forms that come after their session's end


def test_a_late_form_becomes_a_draft_of_the_same_person(database: Any, clock: Any, one: Actor) -> None:
    cookie = late(database, clock, one)
    assert cookie is not None
    assert found(database, clock, one) is None
    claimed = claim(database, clock, one, cookie)
    assert claimed is not None
    assert claimed.args == {"ref": "架空社"}
    assert text_of(found(database, clock, one)) == LONG
    assert claim(database, clock, one, cookie) is None


def test_a_late_form_is_thrown_away_when_somebody_else_signs_in_and_never_comes_back(
    database: Any, clock: Any, one: Actor, other: Actor
) -> None:
    cookie = late(database, clock, one)
    assert cookie is not None
    assert claim(database, clock, other, cookie) is None
    assert every(database, clock, other) == []
    assert claim(database, clock, one, cookie) is None
    assert every(database, clock, one) == []


def test_nobody_plants_a_form_without_the_very_session_it_was_shown_in(
    database: Any, clock: Any, one: Actor
) -> None:
    assert late(database, clock, one, token="another-session") is None
    with database.read() as session:
        assert session.execute(select(late_form)).all() == []


def test_only_the_browser_that_sent_a_late_form_gets_it_and_only_for_a_day(
    database: Any, clock: Any, one: Actor
) -> None:
    cookie = late(database, clock, one)
    assert cookie is not None
    assert claim(database, clock, one, "another-cookie") is None
    with database.read() as session:
        assert service.waits(session, clock, cookie)
    clock.advance(LATE_KEPT)
    with database.read() as session:
        assert not service.waits(session, clock, cookie)
    assert claim(database, clock, one, cookie) is None
    assert every(database, clock, one) == []


def test_a_second_late_form_of_a_session_takes_the_place_of_the_first(
    database: Any, clock: Any, one: Actor
) -> None:
    first = late(database, clock, one, "一つめ")
    second = late(database, clock, one, "二つめ")
    assert first is not None
    assert second is not None
    assert claim(database, clock, one, first) is None
    assert claim(database, clock, one, second) is not None
    assert every(database, clock, one) == ["二つめ"]

"""The threads of a unit by the pages: the list, answering, outcomes, handing over, and whose they are."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from portal.domain.answer import AnswerKind
from portal.services import public_id
from portal.services.thread import PAGE
from portal.store.tables import hand_over, message, outcome_event, profile, quota_use, thread, unit
from tests.build import BuiltSeeker, build_block, build_department, build_member, build_unit
from tests.web.page_client import page_of
from tests.web.provider_world import TEXT, World
from tests.web.provider_world import world as build_world
from tests.web.signing import sign_in_as


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


def written_to(world: World, **values: Any) -> BuiltSeeker:
    """A seeker with an account who was written to."""
    who = world.seeker(with_account=True, **values)
    world.send([who])
    return who


def answer(world: World, who: BuiltSeeker, text: str = "ありがとうございます。ご案内します。") -> Any:
    return world.client.submit(world.thread_url(who), {"text": text})


def threads(page: Any) -> list[str]:
    return [link for link in page.links if re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}(（.*）)?", link)]


def bodies(world: World) -> list[str]:
    with world.database.read() as session:
        return list(session.scalars(select(message.c.body).order_by(message.c.id)))


def use_up(world: World, n: int) -> None:
    with world.database.write() as session:
        session.execute(update(quota_use).where(quota_use.c.unit_id == world.unit.id).values(n=n))
        session.commit()


def test_an_answer_of_the_seeker_is_unread_until_it_is_opened(world: World) -> None:
    who = written_to(world)
    assert "新しい返事はありません" in world.client.page("/provider").text
    world.answer(who)
    home = world.client.page("/provider")
    assert "どんな仕事ですか。" in home.text
    assert "未読" in home.text
    (code,) = threads(home)
    opened = world.client.page(home.links[code])
    assert opened.h1 == f"{code} とのやり取り"
    assert "どんな仕事ですか。" in opened.text
    assert "新しい返事はありません" in world.client.page("/provider").text


def test_an_answer_goes_out_and_counts(world: World) -> None:
    who = written_to(world)
    world.answer(who)
    sent = answer(world, who)
    assert sent.status_code == 303
    page = world.client.page(sent.headers["Location"])
    assert "送信しました。今日あと998件送れます。" in page.text
    assert "ありがとうございます。ご案内します。" in page.text
    assert bodies(world)[-1] == "ありがとうございます。ご案内します。"


def test_a_double_click_on_an_answer_sends_once(world: World) -> None:
    who = written_to(world)
    form = world.client.page(world.thread_url(who)).form_with("text", "key")
    data = {**form.fields, "text": "一度だけ"}
    for told in ("送信しました", "二重には送信していません"):
        assert world.client.post(form.action, data=data).status_code == 303
        assert told in world.client.page(world.thread_url(who)).text
    assert bodies(world).count("一度だけ") == 1


def test_another_answer_from_a_window_that_has_sent_already_is_not_told_as_sent(world: World) -> None:
    who = written_to(world)
    world.answer(who)
    form = world.client.page(world.thread_url(who)).form_with("text", "key")
    world.client.post(form.action, data={**form.fields, "text": "初めの返事"})
    refused = world.client.post(form.action, data={**form.fields, "text": "次の返事"})
    assert refused.status_code == 409
    page = page_of(refused)
    assert "まだ送信していません。" in page.text
    again = page.form_with("text", "key")
    assert again.fields["text"][0].strip() == "次の返事"
    assert world.client.post(again.action, data=again.fields).status_code == 303
    assert bodies(world)[-2:] == ["初めの返事", "次の返事"]


def test_a_long_thread_leads_to_its_newest_message(world: World) -> None:
    who = written_to(world)
    assert "新しいメッセージへ" not in world.client.page(world.thread_url(who)).links
    for _ in range(10):
        world.send([who])
    reader = world.client.application.test_client()
    sign_in_as(reader, who.account_id or 0)
    inbox = f"/seeker/inbox/{public_id.shown(world.unit.public_id)}"
    for page in (world.client.page(world.thread_url(who)), reader.page(inbox)):
        assert page.links["新しいメッセージへ"].endswith("#newest")
        (newest,) = [item for item in page.root.all("li") if item.get("id") == "newest"]
        assert newest is [item for item in page.root.all("li") if "message" in item.get("class")][-1]


def test_answers_may_use_the_reserve_and_new_messages_may_not(database: Any, clock: Any, client: Any) -> None:
    world = build_world(database, clock, client, tables=False, reserve=50)
    asked, silent = written_to(world), written_to(world)
    world.answer(asked)
    use_up(world, 960)
    assert "取っておいた50件も使えます" in world.client.page(world.thread_url(asked)).text
    assert answer(world, asked).status_code == 303
    refused = answer(world, silent)
    assert refused.status_code == 409
    assert "1件も送信していません" in refused.text


def test_an_answer_that_does_not_fit_keeps_its_text(world: World) -> None:
    who = written_to(world)
    world.answer(who)
    use_up(world, 1000)
    refused = answer(world, who, "残しておく文章")
    assert refused.status_code == 409
    assert "残しておく文章" in refused.text
    assert bodies(world)[-1] != "残しておく文章"


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "入力または選択してください。"), ("あ" * 2001, "2,000文字以内"), ("鐘\x07", "使えない文字")],
)
def test_an_answer_that_cannot_be_sent_is_told_and_kept(world: World, text: str, told: str) -> None:
    refused = answer(world, written_to(world), text)
    assert refused.status_code == 422
    assert told in refused.text
    assert text in refused.text


OUT_OF_REACH: dict[str, dict[str, Any]] = {
    "blocked": {},
    "stopped": {"stopped": True},
    "expired": {"valid_until": date(2026, 6, 14)},
    "narrowed": {"range_private": False},
    "unpublished": {"published": False},
    "school": {"never_eligible": True},
    "terms": {"terms_until": date(2026, 6, 14)},
}


def test_R3_a_thread_out_of_reach_is_read_and_is_the_same_page_whatever_the_cause(world: World) -> None:
    pages = {}
    people = {cause: world.seeker(with_account=True) for cause in OUT_OF_REACH}
    world.send(people.values())
    for cause, values in OUT_OF_REACH.items():
        who = people[cause]
        if values:
            with world.database.write() as session:
                session.execute(update(profile).where(profile.c.seeker_id == who.id).values(**values))
                session.commit()
        else:
            build_block(world.database, who, world.unit)
    for cause, who in people.items():
        page = world.client.page(world.thread_url(who))
        assert TEXT.splitlines()[0] in page.text
        assert "現在、この方には送信できません。" in page.text
        assert "求職情報を見る" not in page.links
        assert not [form for form in page.forms if "text" in form.names]
        code = page.h1.partition(" ")[0]
        token = world.thread_url(who).rpartition("/")[2]
        shown = page.html.replace(code, "CODE").replace(token, "THREAD")
        pages[cause] = re.sub(r'name="csrf_token" value="[^"]*"', "TOKEN", shown)
    assert {cause for cause, html in pages.items() if html != pages["blocked"]} == set()


def test_a_block_between_opening_and_answering_keeps_the_text(world: World) -> None:
    who = written_to(world)
    form = world.client.page(world.thread_url(who)).form_with("text", "key")
    build_block(world.database, who, world.unit)
    refused = world.client.post(form.action, data={**form.fields, "text": "届かない文章"})
    assert refused.status_code == 409
    assert "現在、この方には送信できません。" in refused.text
    assert "届かない文章" in refused.text
    assert "届かない文章" not in bodies(world)


def test_an_answer_opened_under_another_unit_is_not_sent_and_given_back(world: World) -> None:
    who = written_to(world)
    form = world.client.page(world.thread_url(who)).form_with("text", "key")
    refused = world.client.post(form.action, data={**form.fields, "text": "戻す文章", "acting": "x"})
    assert refused.status_code == 409
    assert "戻す文章" in refused.text
    assert "戻す文章" not in bodies(world)


# Whose threads


def test_R13_a_member_sees_the_threads_of_the_own_department_only(world: World) -> None:
    theirs = build_department(world.database, world.unit, "見本二課")
    colleague = build_member(world.database, world.unit, department_id=theirs)
    mine, foreign = world.seeker(), world.seeker()
    world.send([mine])
    world.send([foreign], member=colleague)
    assert len(threads(world.client.page("/provider/threads"))) == 1
    assert world.client.get(world.thread_url(foreign)).status_code == 404
    officer = world.sign_in(build_member(world.database, world.unit, role="officer"))
    shown = officer.page("/provider/threads")
    assert len(threads(shown)) == 2
    assert "（見本二課）" in shown.text
    assert officer.page(world.thread_url(foreign)).h1.endswith("とのやり取り")


def test_another_units_thread_is_the_page_of_one_that_never_was(world: World) -> None:
    who = written_to(world)
    other = world.sign_in(build_member(world.database, build_unit(world.database)))

    def masked(address: str) -> tuple[int, str]:
        response = other.get(address)
        text = re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", "REQUEST", response.text)
        return response.status_code, re.sub(r'value="[^"]{30,}"', "TOKEN", text)

    answers = {masked(address) for address in (world.thread_url(who), "/provider/threads/" + "A" * 43)}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "架空", "%00", "x" * 500])
@pytest.mark.parametrize("what", ["", "/answer", "/outcome", "/hand-over"])
def test_a_thread_that_never_was_is_not_found(world: World, token: str, what: str) -> None:
    officer = world.sign_in(build_member(world.database, world.unit, role="officer"))
    address = f"/provider/threads/{token}{what}"
    if not what:
        assert officer.get(address).status_code in (400, 404)
        return
    form = officer.page("/provider/quota").form_with("reserve")
    data = {**form.fields, "text": "文章です", "key": "k" * 20, "outcome": "accepted", "place": "unit"}
    data |= {"happened_on": "2026-06-15"}
    assert officer.post(address, data=data).status_code in (400, 404)


def test_the_list_is_leafed_through_and_narrowed(world: World) -> None:
    people = [world.seeker(with_account=True) for _ in range(PAGE + 3)]
    world.send(people)
    world.answer(people[0])
    first = world.client.page("/provider/threads")
    second = world.client.page(first.links["次へ"])
    assert len(threads(first)) == PAGE
    assert len(set(threads(first)) | set(threads(second))) == PAGE + 3
    assert len(threads(world.client.page(first.links["返事あり"]))) == 1
    assert len(threads(world.client.page("/provider/threads?shown=unread"))) == 1
    waiting = world.client.page(first.links["返事待ち"])
    assert len(threads(waiting)) == PAGE
    assert len(threads(world.client.page(waiting.links["次へ"]))) == 2


@pytest.mark.parametrize("query", ["shown=zzz", "after=x", "after=%E6%9E%B6", "shown=&after=" + "A" * 300])
def test_an_address_of_the_list_that_nobody_gave_out_begins_at_the_top(world: World, query: str) -> None:
    written_to(world)
    assert len(threads(world.client.page(f"/provider/threads?{query}"))) == 1


def test_a_place_in_the_results_is_no_place_in_the_threads(world: World) -> None:
    people = [world.seeker() for _ in range(PAGE + 1)]
    world.send(people)
    place = world.client.page("/provider/results").links["次へ"].partition("after=")[2]
    assert len(threads(world.client.page(f"/provider/threads?after={place}"))) == PAGE


# What came of it


def outcomes(world: World) -> list[tuple[str, date]]:
    with world.database.read() as session:
        rows = session.execute(
            select(outcome_event.c.outcome, outcome_event.c.on_day).order_by(outcome_event.c.id)
        )
        return [tuple(row) for row in rows]


def record(world: World, who: BuiltSeeker, outcome: str, on: str) -> Any:
    return world.client.submit(world.thread_url(who), {"outcome": outcome, "happened_on": on})


def test_R8_a_wish_leads_to_acceptance_referral_and_employment(world: World, clock: Any) -> None:
    who = written_to(world)
    page = world.client.page(world.thread_url(who))
    assert "求職者が「利用希望」と返事をすると" in page.text
    world.answer(who, AnswerKind.USE, "")
    for outcome, on in (
        ("accepted", "2026年6月15日"),
        ("referred", "令和8年6月15日"),
        ("employed", "2026/6/15"),
    ):
        assert record(world, who, outcome, on).status_code == 303
    assert [step for step, _ in outcomes(world)] == ["use_wished", "accepted", "referred", "employed"]
    page = world.client.page(world.thread_url(who))
    assert "就職 2026年6月15日" in page.text
    assert not [form for form in page.forms if "outcome" in form.names]


def test_an_outcome_is_recorded_after_the_seeker_has_stopped(world: World) -> None:
    who = written_to(world)
    world.answer(who, AnswerKind.USE, "")
    with world.database.write() as session:
        session.execute(update(profile).where(profile.c.seeker_id == who.id).values(stopped=True))
        session.commit()
    assert record(world, who, "accepted", "2026年6月15日").status_code == 303


@pytest.mark.parametrize(
    ("outcome", "on", "status", "told"),
    [
        ("accepted", "2026年6月16日", 422, "まだ来ていない日"),
        ("accepted", "2026年6月1日", 422, "前の段階より前の日"),
        ("accepted", "きのう", 422, "日付として読み取れません"),
        ("accepted", "", 422, "日付を入力してください"),
        ("accepted", "2026年2月30日", 422, "その日はありません"),
        ("employed", "2026年6月15日", 409, "今の段階の次には記録できません"),
        ("use_wished", "2026年6月15日", 409, "今の段階の次には記録できません"),
        ("", "2026年6月15日", 422, "入力または選択してください"),
        ("架空", "2026年6月15日", 422, "一覧にあるものから選んでください"),
    ],
)
def test_an_outcome_that_cannot_be_is_told_and_kept(
    world: World, outcome: str, on: str, status: int, told: str
) -> None:
    who = written_to(world)
    world.answer(who, AnswerKind.USE, "")
    form = world.client.page(world.thread_url(who)).form_with("outcome")
    refused = world.client.post(form.action, data={**form.fields, "outcome": outcome, "happened_on": on})
    assert refused.status_code == status
    assert told in refused.text
    if on:
        assert page_of(refused).form_with("happened_on").fields["happened_on"] == [on]
    assert len(outcomes(world)) == 1


def test_a_day_that_cannot_be_is_told_at_the_day(world: World) -> None:
    who = written_to(world)
    world.answer(who, AnswerKind.USE, "")
    refused = record(world, who, "accepted", "2026年6月16日")
    summary = next(e for e in page_of(refused).root.all("div") if "error-summary" in e.get("class").split())
    assert [link.get("href") for link in summary.all("a")] == ["#happened_on"]


def test_two_windows_cannot_take_the_same_step_twice(world: World) -> None:
    who = written_to(world)
    world.answer(who, AnswerKind.USE, "")
    form = world.client.page(world.thread_url(who)).form_with("outcome")
    data = {**form.fields, "outcome": "accepted", "happened_on": "2026年6月15日"}
    assert world.client.post(form.action, data=data).status_code == 303
    assert world.client.post(form.action, data=data).status_code == 409
    assert [step for step, _ in outcomes(world)] == ["use_wished", "accepted"]


# From hand to hand


def test_R13_the_officer_hands_a_thread_over_and_the_line_stands_in_it(world: World) -> None:
    theirs = build_department(world.database, world.unit, "見本二課")
    colleague = world.sign_in(build_member(world.database, world.unit, department_id=theirs))
    officer = world.sign_in(build_member(world.database, world.unit, role="officer"))
    who = written_to(world)
    form = officer.page(world.thread_url(who)).form_with("place")
    (choice,) = [option for option in form.element.all("option") if option.text == "見本二課"]
    assert officer.post(form.action, data={**form.fields, "place": choice.get("value")}).status_code == 303
    assert world.client.get(world.thread_url(who)).status_code == 404
    assert "担当が「見本二課」に替わりました。" in colleague.page(world.thread_url(who)).text
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(hand_over)) == 1
        assert session.scalar(select(thread.c.department_id)) == theirs


def test_a_member_is_offered_no_handing_over_and_may_not_do_it(world: World) -> None:
    build_department(world.database, world.unit, "見本二課")
    who = written_to(world)
    page = world.client.page(world.thread_url(who))
    assert "引き継ぐ" not in page.text
    form = page.form_with("text")
    refused = world.client.post(world.thread_url(who) + "/hand-over", data={**form.fields, "place": "unit"})
    assert refused.status_code == 404


@pytest.mark.parametrize("place", ["", "zzz", "department-999", "unit"])
def test_a_place_that_is_none_or_the_same_is_refused(world: World, place: str) -> None:
    build_department(world.database, world.unit, "見本二課")
    officer = world.sign_in(build_member(world.database, world.unit, role="officer"))
    who = written_to(world)
    form = officer.page(world.thread_url(who)).form_with("place")
    refused = officer.post(form.action, data={**form.fields, "place": place})
    assert refused.status_code in (409, 422)
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(hand_over)) == 0


def test_a_thread_is_handed_over_three_times_a_day_and_never_by_a_suspended_organisation(
    world: World,
) -> None:
    build_department(world.database, world.unit, "見本二課")
    officer = world.sign_in(build_member(world.database, world.unit, role="officer"))
    who = written_to(world)
    form = officer.page(world.thread_url(who)).form_with("place")

    def give(place: str) -> Any:
        return officer.post(form.action, data={**form.fields, "place": place})

    for place in ("department-1", "unit", "department-1"):
        assert give(place).status_code == 303
    refused = give("unit")
    assert refused.status_code == 409
    assert "一つのやり取りを引き継げるのは、一日に3回までです" in page_of(refused).text
    with world.database.write() as session:
        session.execute(update(unit).values(suspended_from=date(2026, 6, 15), suspension_reason="other"))
        session.commit()
    closed = give("unit")
    assert closed.status_code == 409
    assert "引き継ぐ" not in page_of(closed).text
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(hand_over)) == 3


def test_the_head_of_a_thread_shows_what_the_seeker_was_told_of_the_unit(world: World) -> None:
    page = world.client.page(world.thread_url(written_to(world)))
    assert "この求職者に知らせてある団体の情報" in page.text
    assert "見本 責任" in page.text


def test_a_unit_without_messages_left_still_reads(world: World) -> None:
    who = written_to(world)
    with world.database.write() as session:
        session.execute(insert(quota_use).values(unit_id=world.unit.id, jst_day=date(2026, 6, 14), n=1000))
        session.commit()
    use_up(world, 1000)
    assert "今日の送信は上限の1,000件に達しました" in world.client.page(world.thread_url(who)).text

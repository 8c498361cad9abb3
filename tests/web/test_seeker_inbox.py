"""Letters and answers: one line for each organisation, the warning before an answer, clicks that do no harm."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.services import block, thread
from portal.services.public_id import shown
from portal.services.seeker import stop
from portal.store import profile
from portal.store.tables import audit, held_text, message, quota_use, unit
from portal.store.tables import thread as threads
from tests.build import BuiltSeeker, build_contractor, build_department, build_member, build_unit
from tests.web.page import Page
from tests.web.page_client import page_of
from tests.web.seeker_world import Sender, answered, sender, signed_in, write_to

QUESTION = "勤務地は駅から近いですか。"


@pytest.fixture
def who(client: Any, database: Any) -> BuiltSeeker:
    return signed_in(client, database, name="架空坂 見本子", phone="090-0000-1111")


@pytest.fixture
def of(database: Any, clock: Any, who: BuiltSeeker) -> Sender:
    found = sender(database, name="架空人材紹介")
    write_to(database, clock, who, found)
    return found


def _address(of: Sender) -> str:
    return f"/seeker/inbox/{shown(of.unit.public_id)}"


def _answer(client: Any, of: Sender, kind: str = "question", text: str = QUESTION, **more: Any) -> Any:
    values = ({"kind": kind} if kind else {}) | {"text": text}
    return client.submit(_address(of), values, **more)


def _lines(page: Page) -> list[str]:
    return [li.text for li in page.root.all("li") if "thread-line" in li.get("class").split()]


# The inbox


def test_the_inbox_has_one_line_for_each_organisation(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    first, second = sender(database, name="架空甲社"), sender(database, name="架空乙社")
    for of in (first, second, first):
        write_to(database, clock, who, of, text=f"{clock.now():%H時%M分}のご案内です。")
        clock.advance(timedelta(minutes=10))
    page = client.page("/seeker/inbox")
    assert _lines(page) == [
        "架空甲社 未読 01時20分のご案内です。 2026年6月15日 10:20",
        "架空乙社 未読 01時10分のご案内です。 2026年6月15日 10:10",
    ]
    assert "届いた案内 2" in page.text


def test_the_inbox_is_cut_into_pages(client: Any, database: Any, clock: Any, who: BuiltSeeker) -> None:
    for _ in range(23):
        write_to(database, clock, who, sender(database))
    first = client.page("/seeker/inbox")
    assert len(_lines(first)) == 20
    assert len(_lines(client.page(first.links["次へ"]))) == 3
    assert len(_lines(client.page("/seeker/inbox?page=999"))) == 3


def test_opening_a_thread_marks_it_as_read_and_says_nothing_to_the_organisation(
    client: Any, database: Any, clock: Any, of: Sender, who: BuiltSeeker
) -> None:
    with database.read() as session:
        before = thread.thread(session, clock, of.member.actor, of.unit.token(who, "thread"))
    client.page(_address(of))
    assert "未読" not in client.page("/seeker/inbox").text
    with database.read() as session:
        assert thread.thread(session, clock, of.member.actor, of.unit.token(who, "thread")) == before


def test_the_state_of_an_answer_and_of_a_block_stands_in_the_line(
    client: Any, database: Any, clock: Any, of: Sender, who: BuiltSeeker
) -> None:
    _answer(client, of)
    assert "返事済み：質問 あなた：勤務地は駅から近いですか。" in _lines(client.page("/seeker/inbox"))[0]
    with database.write() as session:
        block.block(session, clock, who.actor, [shown(of.unit.public_id)])
    assert "ブロック中" in _lines(client.page("/seeker/inbox"))[0]


# A thread


def test_S_Q4_the_first_letter_carries_the_officer_and_both_desks(client: Any, of: Sender) -> None:
    page = client.page(_address(of))
    head = next(s.text for s in page.root.all("section") if s.get("class") == "letterhead")
    for words in (
        "団体名 架空人材紹介",
        "申請区分 民間職業紹介事業者等",
        "許可・届出番号 99-ユ-",
        "個人情報管理・苦情処理責任者 見本 責任",
        "責任者の連絡先 00-0000-0000",
        "ブロックすると、以後は届かなくなります",
        "まず上の責任者にご連絡ください",
        "最寄りのハローワークの苦情申出等受付担当者",
    ):
        assert words in head, words
    assert page.links["困ったとき"] == "/seeker/help"
    assert page.links["この団体のことを相談する（苦情）"].endswith("/complaint")


def test_a_contractor_that_acts_is_named_with_its_number(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    city = build_unit(database, unit_class="municipal", number="99201", name="架空市")
    contractor = build_contractor(database, city, name="架空受託社", number="99-ユ-900001")
    of = Sender(city, build_member(database, city, contractor_id=contractor))
    write_to(database, clock, who, of)
    text = client.page(_address(of)).text
    assert "地方自治体等。担当：架空受託社（受託団体）" in text
    assert "受託団体（連名申請者） 架空受託社 受託団体の許可・届出番号 99-ユ-900001" in text


def test_R13_a_hand_over_is_a_line_that_the_seeker_sees(
    client: Any, database: Any, clock: Any, of: Sender, who: BuiltSeeker
) -> None:
    build_department(database, of.unit, "架空第二課")
    officer = build_member(database, of.unit, role="officer")
    with database.write() as session:
        thread.hand_over(session, clock, officer.actor, of.unit.token(who, "thread"), "department-1")
    text = client.page(_address(of)).text
    assert "2026年6月15日 10:00 団体の中で担当が替わりました。" in text
    # What a unit calls its departments is no way to write to anybody without sending.
    assert "架空第二課" not in text


def test_R13_a_contractor_that_takes_over_is_named_to_the_seeker(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    city = build_unit(database, unit_class="municipal", number="99201", name="架空市")
    build_contractor(database, city, name="架空受託社", number="99-ユ-900001")
    of = Sender(city, build_member(database, city))
    officer = build_member(database, city, role="officer")
    write_to(database, clock, who, of)
    with database.write() as session:
        thread.hand_over(session, clock, officer.actor, city.token(who, "thread"), "contractor-1")
    assert "「架空受託社」が担当することになりました" in client.page(_address(of)).text


def test_what_an_organisation_writes_is_text_and_nothing_else(
    client: Any, database: Any, clock: Any, who: BuiltSeeker
) -> None:
    of = sender(database)
    write_to(database, clock, who, of, text="<script>alert(1)</script> https://example.jp/ <b>太字</b>")
    page = client.page(_address(of))
    assert "<script>alert(1)</script>" in page.text
    assert "https://example.jp/" not in page.links


# Answering


@pytest.mark.parametrize(
    ("kind", "name"), [("use", "利用希望"), ("question", "質問"), ("later", "今は見送る"), ("text", "返事")]
)
def test_S_Q2_the_four_answers_go_to_the_organisation(
    client: Any, database: Any, clock: Any, of: Sender, who: BuiltSeeker, kind: str, name: str
) -> None:
    answer = _answer(client, of, kind)
    assert (answer.status_code, answer.headers["Location"]) == (303, _address(of))
    page = client.page(_address(of))
    assert "返事を送りました。" in page.text
    assert f"あなた 2026年6月15日 10:00 {name} {QUESTION}" in page.text
    with database.read() as session:
        seen = thread.thread(session, clock, of.member.actor, of.unit.token(who, "thread"))
    assert [(e.by, e.text) for e in seen.entries][1:] == [("seeker", QUESTION)]


@pytest.mark.parametrize("kind", ["use", "later"])
def test_a_wish_and_a_not_now_need_no_words(client: Any, database: Any, of: Sender, kind: str) -> None:
    assert _answer(client, of, kind, "").status_code == 303
    assert answered(database) == [(kind, "")]


def test_a_wish_to_use_the_service_opens_the_stage(client: Any, of: Sender) -> None:
    _answer(client, of, "use", "")
    assert "今の段階： 利用希望" in client.page(_address(of)).text


def test_a_not_now_is_no_end_and_the_seeker_may_answer_again(client: Any, database: Any, of: Sender) -> None:
    _answer(client, of, "use", "")
    _answer(client, of, "later", "")
    page = client.page(_address(of))
    assert "今の段階： 見送り中 気が変わったら、いつでも下からもう一度返事ができます。" in page.text
    assert "終了" not in page.text
    _answer(client, of, "use", "")
    assert "今の段階： 利用希望" in client.page(_address(of)).text


def test_S_Q2_before_an_answer_tells_who_wrote_it_the_seeker_is_asked(
    client: Any, database: Any, of: Sender
) -> None:
    text = "架空坂と申します。\n090-0000-1111 にお電話ください。"
    asked = _answer(client, of, "question", text)
    page = page_of(asked)
    assert (asked.status_code, page.h1) == (200, "送る前に、ご確認ください")
    marks = [mark.text for mark in page.root.all("mark")]
    assert marks == ["架空坂 （氏名）", "090-0000-1111 （電話番号）"]
    assert "まだ送っていません" in page.text
    assert answered(database) == []


def test_S_Q2_telling_oneself_is_allowed(client: Any, database: Any, of: Sender) -> None:
    text = "架空坂と申します。\r\n090-0000-1111 にお電話ください。"
    page = page_of(_answer(client, of, "question", text))
    sent = client.submit(_address(of) + "/answer", {}, form=page.form_with("sure"), press="sure")
    assert sent.status_code == 303
    assert answered(database) == [("question", text.replace("\r\n", "\n"))]


def test_whoever_prefers_to_write_it_anew_finds_everything_in_the_form(
    client: Any, database: Any, of: Sender
) -> None:
    text = "架空坂です。\nよろしくお願いします。"
    page = page_of(_answer(client, of, "use", text))
    again = client.submit(_address(of) + "/answer", {}, form=page.form_with("rewrite"), press="rewrite")
    fields = page_of(again).form_with("kind", "text").fields
    assert (again.status_code, fields["kind"], fields["text"]) == (200, ["use"], [text])
    assert answered(database) == []


def test_nothing_is_kept_of_what_was_found(client: Any, database: Any, of: Sender) -> None:
    _answer(client, of, "question", "架空坂です。")
    with database.read() as session:
        assert session.execute(select(held_text)).all() == []
        kinds = set(session.scalars(select(audit.c.kind)))
    assert kinds <= {"relay.send"}


def test_a_second_click_sends_nothing_twice(client: Any, database: Any, of: Sender) -> None:
    form = client.page(_address(of)).form_with("kind", "text")
    for _ in range(2):
        sent = client.submit(_address(of), {"kind": "use", "text": "はい"}, form=form)
        assert sent.status_code == 303
    assert answered(database) == [("use", "はい")]


def test_two_tabs_are_two_answers(client: Any, database: Any, of: Sender) -> None:
    forms = [client.page(_address(of)).form_with("kind", "text") for _ in range(2)]
    for n, form in enumerate(forms):
        assert client.submit(_address(of), {"kind": "text", "text": f"{n}"}, form=form).status_code == 303
    assert answered(database) == [("text", "0"), ("text", "1")]


def test_S_Q3_the_back_button_after_stopping_says_so_and_keeps_the_text(
    client: Any, database: Any, clock: Any, of: Sender, who: BuiltSeeker
) -> None:
    form = client.page(_address(of)).form_with("kind", "text")
    with database.write() as session:
        stop(session, clock, who.actor)
    refused = client.submit(_address(of), {"kind": "question", "text": QUESTION}, form=form)
    page = page_of(refused)
    assert refused.status_code == 409
    assert "利用をやめているため、返事を送れません" in page.text
    assert QUESTION in page.text
    assert answered(database) == []
    # Reading stays.
    assert "はじめまして" in client.page(_address(of)).text


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"valid_until": date(2026, 6, 14)}, "求職の登録が有効な期間ではない"),
        ({"eligible_from": date(2026, 7, 1)}, "卒業した年の6月末まで"),
        ({"terms_until": date(2026, 6, 14)}, "今の利用規約にまだ同意していない"),
        ({"range_private": False}, "あなたが選んだ範囲に入っていない"),
    ],
)
def test_a_thread_that_is_closed_says_why_to_its_owner(
    client: Any, database: Any, clock: Any, of: Sender, who: BuiltSeeker, facts: dict[str, Any], words: str
) -> None:
    with database.write() as session:
        profile.change(session, who.id, **facts)
        session.commit()
    page = client.page(_address(of))
    assert words in page.text
    assert not [form for form in page.forms if "kind" in form.names]
    assert "はじめまして" in page.text


def test_S_Q5_a_block_closes_the_thread_for_writing_until_it_is_lifted_there(
    client: Any, database: Any, of: Sender
) -> None:
    form = client.page(_address(of)).form_with("kind", "text")
    asked = client.page(client.page(_address(of)).links["この団体をブロックする"])
    blocked = client.submit(
        f"/seeker/organisations/{shown(of.unit.public_id)}/block", {}, form=asked.form_with("from")
    )
    assert blocked.headers["Location"] == _address(of)
    page = client.page(_address(of))
    assert "この団体をブロックしています" in page.text
    refused = client.submit(_address(of), {"kind": "question", "text": QUESTION}, form=form)
    assert refused.status_code == 409
    assert QUESTION in page_of(refused).text
    lifted = client.submit(
        _address(of), {}, form=next(f for f in page.forms if f.action.endswith("/unblock"))
    )
    assert lifted.headers["Location"] == _address(of)
    assert _answer(client, of).status_code == 303


def test_a_suspended_organisation_takes_no_answers_and_the_seeker_is_told_neutrally(
    client: Any, database: Any, of: Sender
) -> None:
    with database.write() as session:
        session.execute(
            unit.update()
            .where(unit.c.id == of.unit.id)
            .values(suspended_from=date(2026, 6, 15), suspension_reason="見本の理由")
        )
        session.commit()
    page = client.page(_address(of))
    assert "この団体は、現在やり取りができません" in page.text
    assert "見本の理由" not in page.html


def test_the_seekers_answers_cost_the_organisation_nothing(
    client: Any, database: Any, clock: Any, of: Sender
) -> None:
    for n in range(3):
        _answer(client, of, "text", f"{n}")
    with database.read() as session:
        assert session.execute(select(quota_use.c.n)).scalar_one() == 1


def test_an_answer_to_oneself_only(app: Any, client: Any, database: Any, clock: Any, of: Sender) -> None:
    """Another seeker's browser cannot answer in this thread, nor see it."""
    other = app.test_client()
    signed_in(other, database)
    other.page(_address(of), 404)
    token = other.page("/seeker/stop").form_with("csrf_token").fields["csrf_token"][0]
    sent = other.post(_address(of) + "/answer", data={"csrf_token": token, "kind": "use", "key": "k"})
    assert sent.status_code == 404
    assert answered(database) == []
    with database.read() as session:
        assert session.execute(select(threads.c.answer)).scalar_one() is None
        assert len(session.execute(select(message)).all()) == 1

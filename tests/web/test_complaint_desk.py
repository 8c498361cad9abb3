"""The desk of complaints on the pages of an office and of a bureau."""

from typing import Any

import pytest

from portal.domain.complaint import Act
from portal.domain.complaint_desk import DeskFilter
from portal.services import complaint_case, public_id
from tests.services.complaint_world import ASKED, COMPLAINT, LETTER, RESULT, Desks
from tests.web.page import Page
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

PLACES = "/consultation-places"


@pytest.fixture
def engine_kind() -> str:
    return "sqlite"


@pytest.fixture
def desks(app: Any, database: Any, clock: Any) -> Desks:
    return Desks(database, clock)


def browser(app: Any, who: Any) -> Any:
    client = app.test_client()
    sign_in_as(client, who.account_id)
    return client


@pytest.fixture
def desk(app: Any, desks: Desks) -> Any:
    return browser(app, desks.desk)


def at(ref: str, tail: str = "") -> str:
    return f"/office/complaints/{ref}{tail}"


def form_to(page: Page, tail: str) -> Any:
    return next(form for form in page.forms if form.action.endswith(tail))


def plain_form(page: Page) -> Any:
    """The form that goes to its own page."""
    return next(form for form in page.forms if form.action == "")


def test_a_case_from_the_start_page_to_its_end(desk: Any, desks: Desks) -> None:
    ref = desks.opens()
    home = desk.page("/office/")
    assert "新しい書き込み：1件" in home.text
    listed = desk.page("/office/complaints")
    assert at(ref) in listed.links.values()
    page = desk.page(at(ref))
    assert COMPLAINT in page.text
    assert LETTER not in page.text
    assert desk.submit(at(ref), form=form_to(page, "/take-up")).status_code == 303
    for act, text in (("ask", ASKED), ("answer", RESULT), ("settle", RESULT)):
        answer = desk.submit(at(ref, f"/say/{act}"), {"text": text})
        assert answer.status_code == 303, act
    page = desk.page(at(ref))
    assert "解決として終えました" in page.text
    assert at(ref, "/say/reopen") in page.links.values()
    assert "当てはまる" in desk.page("/office/complaints?shown=new").text


def test_the_first_question_to_the_organisation_says_that_it_will_know_of_the_case(
    desk: Any, desks: Desks
) -> None:
    ref = desks.opens()
    assert "団体は、この申出があることと" in desk.page(at(ref, "/say/ask")).text
    desks.says(desks.desk, ref, Act.ASK, ASKED)
    assert "団体は、この申出があることと" not in desk.page(at(ref, "/say/ask")).text


def test_a_text_that_is_missing_is_said_beside_the_field(desk: Any, desks: Desks) -> None:
    answer = desk.submit(at(desks.opens(), "/say/answer"), {"text": " "})
    assert answer.status_code == 422
    assert "入力または選択してください" in page_of(answer).text


def test_of_two_clerks_the_second_keeps_what_was_typed_and_may_send_it_knowingly(
    desk: Any, desks: Desks
) -> None:
    ref = desks.opens()
    form = desk.page(at(ref, "/say/answer")).form_with("text", "key")
    desks.says(desks.desk, ref, Act.WRITE)
    late = desk.submit(at(ref, "/say/answer"), {"text": RESULT}, form=form)
    assert late.status_code == 409
    page = page_of(late)
    assert RESULT in page.text
    assert "この画面を開いたあとに、内容が変わりました" in page.text
    assert desk.submit(at(ref, "/say/answer"), form=page.form_with("text", "key")).status_code == 303


def test_a_second_click_is_no_error(desk: Any, desks: Desks) -> None:
    ref = desks.opens()
    form = desk.page(at(ref, "/say/close")).form_with("text", "key")
    for _ in range(2):
        assert desk.submit(at(ref, "/say/close"), {"text": RESULT}, form=form).status_code == 303
    assert len(desks.case(desks.desk, ref).history) == 2


def test_the_frozen_thread_opens_after_a_page_that_says_what_it_leaves_behind(
    desk: Any, desks: Desks
) -> None:
    ref = desks.opens()
    asked = desk.page(at(ref, "/transcript"))
    assert "記録が残ります" in asked.text
    assert LETTER not in asked.text
    assert desks.readings() == []
    read = page_of(desk.submit(at(ref, "/transcript"), form=plain_form(asked)))
    assert LETTER in read.text
    assert len(desks.readings()) == 1
    assert "例示 受付一" in desk.page(at(ref)).text


def test_once_it_is_over_the_thread_is_not_offered_and_not_opened(desk: Any, desks: Desks) -> None:
    ref = desks.opens()
    asked = desk.page(at(ref, "/transcript"))
    desks.says(desks.desk, ref, Act.CLOSE)
    assert desk.submit(at(ref, "/transcript"), form=plain_form(asked)).status_code == 409
    assert desk.get(at(ref, "/transcript")).status_code == 303
    assert desks.readings() == []


def test_notes_and_reminders(desk: Any, desks: Desks) -> None:
    ref = desks.opens()
    page = desk.page(at(ref))
    assert desk.submit(at(ref), {"text": "見本のメモです。"}, form=form_to(page, "/note")).status_code == 303
    late = desk.submit(at(ref), {"remind_on": "いつか"}, form=form_to(page, "/reminder"))
    assert late.status_code == 422
    done = desk.submit(at(ref), {"remind_on": "R8.6.30"}, form=form_to(page, "/reminder"), follow=True)
    assert "見本のメモです。" in done.text
    assert "2026年6月30日" in done.text
    assert desk.submit(at(ref), {"text": ""}, form=form_to(page, "/note")).status_code == 422


def test_handing_over_to_the_bureau_of_the_application(desk: Any, desks: Desks, app: Any) -> None:
    ref = desks.opens()
    page = desk.page(at(ref, "/hand-over"))
    assert "東京労働局（団体の申請を受け持つ労働局）" in page.text
    assert "大阪労働局" not in page.text
    missing = desk.submit(at(ref, "/hand-over"), {"text": ""})
    assert missing.status_code == 422
    values = {"to": "bureau", "text": "見本の引き継ぎです。"}
    assert desk.submit(at(ref, "/hand-over"), values).headers["Location"] == "/office/complaints"
    assert desk.get(at(ref)).status_code == 404
    bureau = browser(app, desks.bureau)
    assert f"/bureau/complaints/{ref}" in bureau.page("/bureau/complaints").links.values()
    case = bureau.page(f"/bureau/complaints/{ref}")
    assert "東京労働局" in case.text
    assert any(address.endswith("/measures") for address in case.links.values())
    assert "自動的にとられることはありません" in case.text


def test_the_list_is_filtered_by_what_stands_in_the_address(desk: Any, desks: Desks) -> None:
    number = desks.case(desks.desk, desks.opens(kind="false")).line.number
    desks.consults()
    for asked, found in (
        ("kind=false", 1),
        ("opened_by=unit", 1),
        (f"number={number[:9]}", 1),
        ("shown=due", 0),
        ("shown=closed", 0),
        ("shown=all", 2),
    ):
        page = desk.page(f"/office/complaints?{asked}")
        assert sum(address.startswith(at("")) for address in page.links.values()) == found, asked
    assert desk.get("/office/complaints?kind=x").status_code == 422


def test_a_long_list_goes_on(desk: Any, desks: Desks) -> None:
    for n in range(4):
        desks.opens(kind="false" if n % 2 else "conduct")
    whole = desks.look(complaint_case.listing, desks.desk, DeskFilter())
    seen, after = [], ""
    while True:
        part = desks.look(complaint_case.listing, desks.desk, DeskFilter(), after, most=1)
        seen += part.lines
        after = part.after
        if not after:
            break
    assert seen == list(whole.lines)


def test_telework_and_home_work_show_where_else_to_ask(desk: Any, desks: Desks) -> None:
    shown = {kind: desk.page(at(desks.opens(kind=kind))).text for kind in ("telework", "home_work", "other")}
    assert "法テラス" in shown["telework"]
    assert "労働基準監督署" in shown["home_work"]
    assert "法テラス" not in shown["home_work"] + shown["other"]


def test_a_clerk_of_an_office_with_a_desk_finds_neither_menu_nor_case(app: Any, desks: Desks) -> None:
    ref = desks.opens()
    clerk = browser(app, desks.clerk)
    assert "苦情・相談の申出" not in clerk.page("/office/seekers").text
    assert clerk.get("/office/complaints").status_code == 403
    assert clerk.get(at(ref)).status_code == 403


def test_a_draft_of_an_answer_is_kept(desk: Any, desks: Desks) -> None:
    address = at(desks.opens(), "/say/answer")
    assert desk.submit(address, {"text": RESULT}, press="keep_draft").status_code == 303
    assert RESULT in desk.page(address).text
    assert "まだ送信していない下書きがあります" in desk.page("/office/").text


def test_an_act_that_does_not_exist_is_not_found(desk: Any, desks: Desks) -> None:
    ref = desks.opens()
    for act in ("open", "reply", "examine", "hand_over", "x"):
        assert desk.get(at(ref, f"/say/{act}")).status_code == 404


def test_only_the_page_that_shows_what_is_new_takes_the_mark_away(desk: Any, desks: Desks) -> None:
    ref = desks.opens()
    for tail in ("/say/answer", "/hand-over", "/transcript"):
        desk.page(at(ref, tail))
    assert "新しい書き込み：1件" in desk.page("/office/").text
    desk.page(at(ref))
    assert "新しい書き込みはありません。" in desk.page("/office/").text


def test_a_seeker_finds_the_places_to_ask_where_such_a_dispute_is_chosen(app: Any, desks: Desks) -> None:
    seeker = browser(app, desks.seeker)
    unit = public_id.shown(desks.unit.public_id)
    assert PLACES in seeker.page(f"/seeker/organisations/{unit}/complaint").links.values()
    for kind, shown in (("telework", True), ("home_work", True), ("conduct", False)):
        case = seeker.page(f"/seeker/complaints/{desks.opens(kind=kind)}")
        assert (PLACES in case.links.values()) == shown, kind

"""An application at the bureau, from the paper to the letter, as a clerk goes through it."""

import io
from typing import Any

import pypdf
import pytest

from portal.domain.actor import Actor
from portal.domain.application_number import case_number
from portal.services import application_desk
from portal.store.tables import unit as unit_table
from tests import applications
from tests.application_forms import BUREAU, NUMBER, PRIVATE
from tests.applications import OTHER_BUREAU
from tests.build import build_bureau_clerk, build_unit
from tests.registrations import prepare
from tests.web.alike import shown
from tests.web.bureau_world import signed_in
from tests.web.page_client import page_of

HEAD = {
    "registration_class": "paid",
    "name": "株式会社架空人材",
    "kana": "かくうじんざい",
    "number": "２４ーユー３００００１",
    "basis": "art30",
    "address": "三重県架空市見本町1番地",
    "representative": "見本 代表",
}


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_bureau_clerk(database, bureau_code=BUREAU, name="例示 職員")


@pytest.fixture
def desk(app: Any, clerk: Actor) -> Any:
    """The browser of a clerk who is signed in."""
    return signed_in(app, clerk)


@pytest.fixture
def received(database: Any, clock: Any, clerk: Actor) -> str:
    """The address of an application in the clerk's hands."""
    return f"/bureau/applications/{applications.received(database, clock, clerk)}"


def case_of(database: Any, clock: Any, clerk: Actor, address: str) -> Any:
    return applications.case(database, clock, clerk, address.split("/")[3])


def decide(desk: Any, address: str, typed: dict[str, str]) -> Any:
    """Fill in a decision, read it once more, record it."""
    asked = desk.submit(address, typed)
    assert asked.status_code == 200, page_of(asked).text
    assert "まだ記録していません" in page_of(asked).text
    return desk.submit(address, form=page_of(asked).form_with("confirmed"))


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_paper_is_found_by_its_number_in_any_spelling_and_received(
    desk: Any, database: Any, clock: Any, clerk: Actor
) -> None:
    _, number = applications.printed(database, clock)
    for typed in (number, number.replace("-", ""), number.replace("R", "Ｒ").replace("-", "ー")):
        found = desk.get("/bureau/applications/find", query_string={"number": typed})
        assert found.status_code == 303
        page = desk.page(found.location)
        assert "まだ受け付けていません" in page.text
    answer = desk.submit(found.location, {"received_on": "令和8年6月14日"})
    assert answer.status_code == 303
    page = desk.page(answer.location)
    assert "2026年6月14日" in page.text
    assert "受付済み・審査中" in page.text
    assert "株式会社架空人材" in desk.page("/bureau/").text


def test_an_application_that_is_not_received_is_in_no_list(desk: Any, database: Any, clock: Any) -> None:
    applications.printed(database, clock)
    for address in ("/bureau/", "/bureau/applications"):
        assert "架空人材" not in desk.page(address).text
    assert "架空人材" not in desk.page("/bureau/applications?state=ready", 422).text
    assert "架空人材" not in desk.get("/bureau/applications/file?as=csv").data.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("R08-24-99999-9", "この番号の申請は見つかりません"),
        ("R08-24-99999-0", "番号のどこかが違います"),
        ("R08-24-00001", "当てはまる団体はありません"),
        ("x", "当てはまる団体はありません"),
        ("あ" * 300, "長すぎます"),
        ("", "今日の仕事"),
    ],
)
def test_an_unknown_number_leads_to_a_kind_page(desk: Any, typed: str, words: str) -> None:
    typed = case_number(2026, BUREAU, 99_999) if typed.endswith("-9") else typed
    answer = desk.get("/bureau/applications/find", query_string={"number": typed}, follow_redirects=True)
    assert answer.status_code in (200, 404, 422)
    assert words in page_of(answer).text


def test_a_paper_without_number_is_typed_in_and_approved(
    desk: Any, database: Any, clock: Any, clerk: Actor
) -> None:
    desk.page("/bureau/applications/new")
    assert desk.page("/bureau/applications/new?paper=", 422)
    answer = desk.submit("/bureau/applications/new?paper=use_private", HEAD)
    assert answer.status_code == 303, page_of(answer).text
    assert answer.location.endswith("/steps/people")
    address = answer.location.removesuffix("/steps/people")
    steps = {step.value: dict(fields) for step, fields in PRIVATE.items()}
    while "/steps/" in answer.location:
        step = answer.location.rpartition("/")[2]
        form = desk.page(answer.location).form_with("seen")
        if step == "places":
            more = page_of(desk.submit(answer.location, press=("add_row", "departments"), form=form))
            form = more.form_with("departments-0-name")
        answer = desk.submit(answer.location, steps[step], form=form)
        assert answer.status_code == 303, page_of(answer).text
    assert answer.location == address
    page = desk.page(address)
    assert "R08-24-00001" in page.text
    assert "紙から入力" in page.text
    assert desk.get(f"{address}/paper").mimetype == "application/pdf"

    form = page.form_with("result-0")
    results = {name: "ok" for name in form.names if name.startswith("result-")}
    assert desk.submit(address, results, form=form).status_code == 303
    assert "すべての項目を確認しました" in desk.page(address).text

    days = {"valid_from": "R8.7.1", "valid_until": "2029年6月30日", "reason": "見本の連絡です。"}
    asked = page_of(desk.submit(f"{address}/approve", days)).text
    assert "2026年7月1日（令和8年7月1日）" in asked
    assert "2029年6月30日（令和11年6月30日）" in asked
    answer = decide(desk, f"{address}/approve", days)
    assert answer.status_code == 303, page_of(answer).text
    page = desk.page(address)
    assert "2029年6月30日" in page.text
    assert "承認に進む" not in page.text
    letter = text_of(desk.get(f"{address}/letter").data)
    assert "承認" in letter
    assert "見本の連絡です。" in letter
    assert len(desk.page("/bureau/units").links) > 3
    unit = page.links["団体の記録"]
    sheet = desk.page(f"{unit}/start-sheet")
    assert "見本 責任" in sheet.text
    form = next(form for form in sheet.forms if form.action.endswith("/print"))
    first, second = (text_of(desk.submit(sheet.h1, form=form).data) for _ in range(2))
    assert "見本 責任" in first
    assert "見本 連絡" in first
    assert first != second


def test_two_clerks_at_once_the_slower_one_is_told_and_keeps_what_was_typed(
    desk: Any, app: Any, database: Any, clock: Any, clerk: Actor, received: str
) -> None:
    other = signed_in(app, build_bureau_clerk(database, bureau_code=BUREAU))
    forms = {
        "ask-back": ({"more": "見本の理由です。"}, desk.page(f"{received}/ask-back").form_with("more")),
        "refuse": ({"reason": "見本の理由です。"}, desk.page(f"{received}/refuse").form_with("reason")),
        "checks": ({"note-0": "見本のメモ", "result-0": "missing"}, desk.page(received).form_with("note-0")),
    }
    step = desk.page(f"{received}/steps/people").form_with("officer_name")
    assert decide(other, f"{received}/withdraw", {"reason": "申請者の申出"}).status_code == 303
    assert "取下げ" in desk.page(received).text

    for place, (typed, form) in forms.items():
        answer = desk.submit(f"{received}/{place}", typed, form=form)
        if place == "refuse":
            answer = desk.submit(f"{received}/{place}", form=page_of(answer).form_with("confirmed"))
        assert answer.status_code == 409, place
        page = page_of(answer)
        assert "まだ" in page.text
        if place != "checks":
            assert "見本の理由です。" in page.text or "見本の理由です。" in answer.text
    answer = desk.submit(f"{received}/steps/people", {"officer_name": "ほか 名前"}, form=step)
    assert answer.status_code == 409
    assert case_of(database, clock, clerk, received).line.state == "withdrawn"


def test_what_two_clerks_find_does_not_overwrite_each_other(
    desk: Any, app: Any, database: Any, clock: Any, clerk: Actor, received: str
) -> None:
    other = signed_in(app, build_bureau_clerk(database, bureau_code=BUREAU))
    mine, theirs = (browser.page(received).form_with("result-0") for browser in (desk, other))
    assert other.submit(received, {"result-0": "ok", "note-0": "先に見た"}, form=theirs).status_code == 303
    answer = desk.submit(received, {"result-1": "missing", "note-1": "後から見た"}, form=mine)
    assert answer.status_code == 409
    again = page_of(answer).form_with("result-0")
    assert again.fields["note-1"] == ["後から見た"]
    assert again.fields["result-1"] == ["missing"]
    assert desk.submit(received, form=again).status_code == 303
    found = case_of(database, clock, clerk, received).checks
    assert [(line.result, line.note) for line in found[:2]] == [("ok", "先に見た"), ("missing", "後から見た")]


def test_a_note_without_a_result_is_pointed_at(desk: Any, received: str) -> None:
    answer = desk.submit(received, {"note-2": "見本のメモ"}, form=desk.page(received).form_with("note-2"))
    assert answer.status_code == 422
    assert "結果も選んでください" in page_of(answer).text
    assert page_of(answer).form_with("note-2").fields["note-2"] == ["見本のメモ"]


def test_asking_back_and_receiving_the_correction(
    desk: Any, database: Any, clock: Any, clerk: Actor, received: str
) -> None:
    form = desk.page(received).form_with("result-0")
    assert desk.submit(received, {"result-0": "missing"}, form=form).status_code == 303
    page = desk.page(f"{received}/ask-back")
    (chosen,) = page.form_with("more").fields["phrase"]
    assert "申請書に必要事項が記入され" in chosen
    answer = desk.submit(f"{received}/ask-back", {"more": "見本の理由1\n見本の理由2"})
    assert answer.status_code == 303
    page = desk.page(received)
    assert "補正待ち" in page.text
    letter = text_of(desk.get(f"{received}/letter").data)
    assert "見本の理由2" in letter
    assert "架空人材" in desk.page("/bureau/").text
    button = next(form for form in desk.page(received).forms if form.action.endswith("/receive"))
    assert desk.submit(received, form=button).status_code == 303
    assert case_of(database, clock, clerk, received).line.state == "received"


def test_asking_back_without_any_reason_is_refused(desk: Any, received: str) -> None:
    answer = desk.submit(f"{received}/ask-back", {"more": " "})
    assert answer.status_code == 422


def test_open_items_need_a_reason_and_a_last_day_in_the_past_is_refused(
    desk: Any, database: Any, received: str
) -> None:
    days = {"valid_from": "2020-01-01", "valid_until": "2020-12-31"}
    answer = desk.submit(f"{received}/approve", days)
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.form_with("valid_from").fields["valid_from"] == ["2020-01-01"]
    assert "確認が残ったまま承認する理由" in page.text
    with database.read() as session:
        assert session.execute(unit_table.select()).all() == []


def test_going_back_from_the_last_look_keeps_what_was_typed(desk: Any, received: str) -> None:
    asked = desk.submit(f"{received}/refuse", {"reason": "一つめ\n二つめ"})
    back = next(form for form in page_of(asked).forms if "change" in form.names)
    page = page_of(desk.submit(f"{received}/refuse", form=back))
    assert page.form_with("reason").fields["reason"] == ["一つめ\n二つめ"]


def test_a_refusal_stands_in_the_letter(desk: Any, received: str) -> None:
    assert decide(desk, f"{received}/refuse", {"reason": "見本の理由です。"}).status_code == 303
    letter = text_of(desk.get(f"{received}/letter").data)
    assert "見本の理由です。" in letter
    assert desk.get(f"{received}/refuse").status_code == 303


def test_R2_a_second_application_is_shown_with_the_first_and_shares_its_counter(
    desk: Any, database: Any, clock: Any, clerk: Actor, received: str
) -> None:
    first = build_unit(database, number=NUMBER, name="架空の先の団体", bureau_code=BUREAU)
    page = desk.page(received)
    assert "架空の先の団体" in page.text
    assert "番号が同じ" in page.text
    assert "1日の送信件数も合わせて数えます" in page.text
    typed = {"open_reason": "見本のため", "join_reason": ""}
    assert desk.submit(f"{received}/approve", typed).status_code == 422
    typed["join_reason"] = "同じ法人の別の部署のため"
    assert decide(desk, f"{received}/approve", typed).status_code == 303
    with database.read() as session:
        assert [row.id for row in session.execute(unit_table.select())] == [first.id]


def test_R15_another_bureau_s_application_is_one_that_never_existed(
    desk: Any, database: Any, clock: Any, received: str
) -> None:
    theirs = build_bureau_clerk(database, bureau_code=OTHER_BUREAU)
    with database.write() as session:
        typed = {"kind": "use", "unit_class": "private", **HEAD, "number": "13-ユ-300001"}
        foreign = application_desk.take_in(session, clock, theirs, typed)
    for place in ("", "/paper", "/letter", "/approve", "/ask-back", "/steps/people"):
        addresses = [f"/bureau/applications/{ref}{place}" for ref in (foreign, "A" * 22)]
        answers = [shown(desk.get(address), address) for address in addresses]
        assert answers[0].startswith("404")
        assert answers[0] == answers[1]
    assert "架空人材" in desk.page("/bureau/applications").text


def test_the_same_paper_entered_twice_on_a_day_is_asked_about_and_kept(desk: Any) -> None:
    address = "/bureau/applications/new?paper=use_private"
    form = desk.page(address).form_with("number")
    assert desk.submit(address, HEAD, form=form).status_code == 303
    answer = desk.submit(address, HEAD, form=form)
    assert answer.status_code == 409
    again = page_of(answer).form_with("number")
    assert again.fields["name"] == [HEAD["name"]]
    assert desk.submit(address, form=again).status_code == 303


def test_what_is_wrong_with_a_paper_is_told_at_once_and_nothing_is_lost(desk: Any) -> None:
    answer = desk.submit(
        "/bureau/applications/new?paper=use_private", {**HEAD, "number": "x", "kana": "漢字", "basis": ""}
    )
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.form_with("number").fields["address"] == [HEAD["address"]]
    assert "許可・届出の番号をご確認ください" in page.text
    for paper in ("change", "renewal", "end"):
        for unit in ("99-ユ-999999", "", "x"):
            answer = desk.submit(f"/bureau/applications/new?paper={paper}", {"unit": unit})
            assert answer.status_code == 422


def test_a_paper_about_a_unit_begins_with_the_record_in_force(desk: Any, database: Any) -> None:
    built = build_unit(database, number=NUMBER, name="架空の先の団体", bureau_code=BUREAU)
    unit = desk.page("/bureau/units").links["架空の先の団体"]
    assert built
    new = desk.page(unit).links["この団体の紙の申請を受け付ける"]
    chosen = desk.submit(new, {"paper": "change"})
    answer = desk.submit(f"{new}&paper=change", form=page_of(chosen).form_with("unit", "received_on"))
    assert answer.status_code == 303
    assert answer.location.endswith("/steps/change")
    answer = desk.submit(answer.location, {"day": "2026-06-20", "parts": ["people"]})
    assert answer.location.endswith("/steps/people")
    form = desk.page(answer.location).form_with("officer_name")
    assert form.fields["officer_name"] == ["見本 責任"]
    answer = desk.submit(
        answer.location, {"officer_name": "見本 後任", "officer_phone": "00-0000-0000"}, form=form
    )
    assert answer.status_code in (303, 422), page_of(answer).text
    case = answer.location.rpartition("/steps/")[0]
    page = desk.page(case)
    assert "見本 後任" in page.text
    assert "今の記録：見本 責任" in page.text
    assert "利用申請の変更" in desk.page(unit).text


def test_what_was_typed_of_a_paper_or_a_reason_is_kept_as_a_draft(desk: Any, received: str) -> None:
    for address, typed, place in (
        ("/bureau/applications/new?paper=use_private", HEAD, "name"),
        (f"{received}/ask-back", {"more": "見本の理由です。"}, "more"),
    ):
        assert desk.submit(address, typed, press="keep_draft").status_code == 303
        page = desk.page(address)
        assert "まだ送信していません" in page.text
        form = page.form_with(place)
        assert form.fields[place] == [typed[place]]
        assert "まだ送信していない下書きがあります" in desk.page("/bureau/").text
        assert desk.submit(address, form=form).status_code == 303
        assert "まだ送信していない下書きがあります" not in desk.page("/bureau/").text


def test_one_wrong_item_leaves_the_whole_checklist_as_it_was(
    desk: Any, database: Any, clock: Any, clerk: Actor, received: str
) -> None:
    for wrong, status in (
        ({"subject-3": "99-ユ-999999"}, 404),
        ({"item-3": "no-such-item"}, 404),
        ({"note-3": "あ" * 3000, "result-3": "ok"}, 422),
    ):
        form = desk.page(received).form_with("result-0")
        assert desk.submit(received, {"result-0": "ok", **wrong}, form=form).status_code == status
        assert [line.result for line in case_of(database, clock, clerk, received).checks if line.result] == []

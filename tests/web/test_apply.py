"""A first application without an account: filled in, printed, followed; nothing to anybody without its key."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.actor import Actor, ActorKind
from portal.domain.application import DRAFT_DAYS
from portal.services import application as service
from tests.registrations import prepare
from tests.web.alike import shown
from tests.web.application_world import (
    APPLICANT,
    CONTRACTOR,
    ORGANISATION,
    PEOPLE,
    UNDERTAKINGS,
    Bureau,
    begin,
    fill,
    finished,
    number_on,
    press,
)
from tests.web.page import Page

NOT_SUBMITTED = "これは申請の受付ではありません"


@pytest.fixture(autouse=True)
def tables(database: Any, clock: Any) -> None:
    prepare(database, clock)


@pytest.fixture
def bureau(database: Any, clock: Any) -> Bureau:
    return Bureau(database, clock)


def page_in(answer: Any) -> Page:
    return Page(answer.get_data(as_text=True))


def test_P_Q2_M_Q2_every_page_before_receipt_says_that_it_is_no_submission(client: Any) -> None:
    assert NOT_SUBMITTED in client.page("/apply").text
    address = begin(client)
    assert NOT_SUBMITTED in client.page(address).text
    fill(client, address)
    press(client, address, "finish")
    assert NOT_SUBMITTED in client.page(address).text


def test_the_page_for_organisations_leads_to_the_draft(client: Any) -> None:
    assert "/apply" in client.page("/for-organisations").links.values()


def test_a_new_draft_has_an_address_to_be_written_down(client: Any) -> None:
    answer = client.submit("/apply", APPLICANT["private"])
    page = client.page(str(answer.location))
    assert f"http://localhost{str(answer.location).split('?')[0]}" in page.text
    assert "このページのアドレスを控えてください" in page.text
    assert len(str(answer.location).split("?")[0].removeprefix("/apply/")) >= 22


def test_the_first_step_is_refused_with_what_was_chosen(client: Any) -> None:
    answer = client.submit("/apply", {**APPLICANT["private"], "registration_class": "municipality"})
    assert answer.status_code == 422
    page = page_in(answer)
    assert "選んだ申請の区分に合うものを選んでください。" in page.text
    assert page.form_with("bureau_code").fields["bureau_code"] == ["13"]
    assert "http://localhost/apply/" not in page.text


def test_M_Q3_a_contractor_cannot_apply_by_itself(client: Any) -> None:
    options = [option.get("value") for option in client.page("/apply").root.all("option")]
    assert "paid" in options
    assert "contractor" not in options
    page = client.page("/apply").form_with("unit_class").fields
    sent = {**page, **APPLICANT["municipal"], "registration_class": "contractor"}
    answer = client.post("/apply", data=sent)
    assert answer.status_code == 422
    assert "受託団体だけでは申請できません" in answer.text


def test_the_overview_names_what_is_missing_step_by_step(client: Any) -> None:
    address = begin(client)
    assert "あと4項目あります" in client.page(address).text
    client.submit(f"{address}/steps/people", PEOPLE)
    page = client.page(address)
    assert "あと3項目あります" in page.text
    assert f"{address}/finish" not in [form.action for form in page.forms]
    assert "見本 花子" in page.text.replace("\u3000", " ")


def test_each_saved_step_leads_to_the_next_and_the_last_to_the_overview(client: Any) -> None:
    address = begin(client)
    steps = {"organisation": ORGANISATION["private"], "people": PEOPLE, "places": {}}
    following = {"organisation": "people", "people": "places", "places": "undertakings"}
    for step, values in steps.items():
        answer = client.submit(f"{address}/steps/{step}", values)
        assert (answer.status_code, answer.location) == (303, f"{address}/steps/{following[step]}")
    assert client.submit(f"{address}/steps/undertakings", UNDERTAKINGS).location == address


def test_a_step_can_be_saved_and_left_for_the_overview(client: Any) -> None:
    address = begin(client)
    answer = client.submit(
        f"{address}/steps/organisation", ORGANISATION["private"], press=("then", "overview")
    )
    assert (answer.status_code, answer.location) == (303, address)


def test_what_was_typed_is_kept_when_a_step_is_refused(client: Any) -> None:
    address = begin(client)
    answer = client.submit(
        f"{address}/steps/organisation", {**ORGANISATION["private"], "number": "まちがい", "kana": "漢字"}
    )
    assert answer.status_code == 422
    page = page_in(answer)
    kept = page.form_with("number").fields
    assert (kept["number"], kept["name"]) == (["まちがい"], ["架空見本人材株式会社"])
    assert {"#number", "#kana"} <= set(page.links.values())
    assert "まだ何も保存・送信されていません" in page.text
    assert "あと4項目あります" in client.page(address).text


def test_one_person_may_be_officer_and_contact_and_is_typed_once(client: Any) -> None:
    address = begin(client)
    client.submit(f"{address}/steps/people", PEOPLE)
    form = client.page(f"{address}/steps/people").form_with("contact_name")
    assert form.fields["same"]
    assert form.fields["contact_name"] == [""]
    assert client.submit(f"{address}/steps/people", form=form).status_code == 303
    assert "個人情報管理・苦情処理責任者と同じ" in client.page(address).text


def test_the_contact_is_asked_for_when_it_is_somebody_else(client: Any) -> None:
    address = begin(client)
    answer = client.submit(
        f"{address}/steps/people", {"officer_name": "見本　花子", "officer_phone": "00-0000-0000"}
    )
    assert answer.status_code == 422
    assert {"#contact_name", "#contact_phone"} <= set(page_in(answer).links.values())


def test_rows_are_added_and_taken_away_without_a_script_and_without_saving(client: Any) -> None:
    address = begin(client)
    here = f"{address}/steps/places"
    page = page_in(client.submit(here, press=("add_row", "branches")))
    filled = page.form_with("branches-0-name")
    page = page_in(
        client.submit(
            here,
            {"branches-0-branch_number": "02", "branches-0-name": "架空東支店"},
            press=("add_row", "branches"),
            form=filled,
        )
    )
    page = page_in(client.submit(here, press=("add_row", "departments"), form=page.form_with("add_row")))
    names = {"branches-0-name", "branches-1-name", "departments-0-name"}
    assert names <= page.form_with("add_row").names
    second = {"branches-1-branch_number": "03", "branches-1-name": "架空西支店"}
    page = page_in(
        client.submit(here, second, press=("remove_row", "branches-0"), form=page.form_with("add_row"))
    )
    kept = page.form_with("add_row")
    assert "branches-1-name" not in kept.names
    assert kept.fields["branches-0-name"] == ["架空西支店"]
    assert client.page(here).form_with("add_row").fields.keys() == {"csrf_token", "seen"}
    assert client.submit(here, form=kept).status_code == 303
    assert "架空西支店" in client.page(address).text
    assert "架空東支店" not in client.page(address).text


def test_what_is_wrong_in_a_row_is_told_at_its_field(client: Any) -> None:
    address = begin(client)
    here = f"{address}/steps/places"
    form = page_in(client.submit(here, press=("add_row", "branches"))).form_with("branches-0-name")
    answer = client.submit(here, {"branches-0-name": "架空東支店"}, form=form)
    assert answer.status_code == 422
    assert "#branches-0-branch_number" in page_in(answer).links.values()
    assert page_in(answer).form_with("branches-0-name").fields["branches-0-name"] == ["架空東支店"]


def test_M_Q3_a_public_body_names_its_contractors_with_number_and_period(client: Any) -> None:
    address = fill(client, begin(client, "municipal"), "municipal")
    here = f"{address}/steps/contractors"
    form = page_in(client.submit(here, press=("add_row", "contractors"))).form_with("contractors-0-name")
    assert client.submit(here, CONTRACTOR, form=form).status_code == 303
    text = client.page(address).text
    assert "架空受託株式会社" in text
    assert "2026年4月1日" in text
    assert "2027年3月31日" in text


def test_P_Q4_a_private_application_has_no_contractors(client: Any) -> None:
    address = begin(client)
    assert client.get(f"{address}/steps/contractors").status_code == 404
    assert client.get(f"{address}/steps/ending").status_code == 404
    assert client.get(f"{address}/steps/nothing").status_code == 404


def test_another_class_empties_what_depended_on_it(client: Any) -> None:
    address = begin(client)
    client.submit(f"{address}/steps/organisation", ORGANISATION["private"])
    client.submit(f"{address}/steps/applicant", APPLICANT["municipal"])
    assert "受託団体（連名申請者） まだです" in client.page(address).text
    assert "架空見本人材株式会社" not in client.page(address).text


def test_the_second_of_two_tabs_is_refused_with_what_it_typed_and_what_is_saved(client: Any) -> None:
    address = begin(client)
    here = f"{address}/steps/organisation"
    first, second = client.page(here), client.page(here)
    client.submit(here, ORGANISATION["private"], form=first.form_with("name"))
    other = {**ORGANISATION["private"], "name": "架空もう一つの名称"}
    answer = client.submit(here, other, form=second.form_with("name"))
    assert answer.status_code == 409
    page = page_in(answer)
    assert "まだ保存していません" in page.text
    assert "架空見本人材株式会社" in page.text
    assert page.form_with("name").fields["name"] == ["架空もう一つの名称"]
    assert client.submit(here, form=page.form_with("name")).status_code == 303
    assert "架空もう一つの名称" in client.page(address).text


def test_finishing_gives_a_number_and_freezes_what_was_written(client: Any) -> None:
    address = finished(client)
    page = client.page(address)
    assert number_on(page).startswith("R08-13-00001-")
    assert "提出待ち" in page.text
    answer = client.get(f"{address}/steps/people")
    assert (answer.status_code, answer.location) == (303, address)


def test_a_tab_left_open_cannot_change_a_frozen_application_and_loses_nothing(client: Any) -> None:
    address = fill(client, begin(client))
    left = client.page(f"{address}/steps/organisation").form_with("name")
    press(client, address, "finish")
    answer = client.submit(f"{address}/steps/organisation", {"name": "架空変更後の名称"}, form=left)
    assert answer.status_code == 409
    assert "架空変更後の名称" in answer.text
    assert "今は書き直せません" in answer.text
    assert "保存して次へ" not in answer.text
    assert "架空変更後の名称" not in client.page(address).text


def test_finishing_is_refused_while_something_is_missing(client: Any) -> None:
    address = begin(client)
    fields = client.page(f"{address}/steps/people").form_with("seen").fields
    answer = client.post(f"{address}/finish", data={name: fields[name] for name in ("csrf_token", "seen")})
    assert answer.status_code == 409
    assert "まだ書いていない項目があります" in answer.text


def test_the_paper_is_a_pdf_that_nobody_in_between_keeps(client: Any) -> None:
    address = finished(client)
    answer = client.get(f"{address}/paper")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert number_on(client.page(address)) in answer.headers["Content-Disposition"]
    for path in ("", "/paper"):
        headers = client.get(f"{address}{path}").headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_reopening_keeps_the_number_and_takes_the_paper_away(client: Any) -> None:
    address = finished(client)
    number = number_on(client.page(address))
    assert press(client, address, "reopen").status_code == 303
    assert client.get(f"{address}/paper").status_code == 404
    client.submit(f"{address}/steps/people", {**PEOPLE, "officer_name": "見本　新子"})
    press(client, address, "finish")
    assert number_on(client.page(address)) == number


def test_discarding_is_asked_once_more_and_leaves_nothing(client: Any) -> None:
    address = begin(client)
    assert "元に戻せません" in client.page(f"{address}/discard").text
    assert client.page(address).h1
    answer = client.submit(f"{address}/discard", form=client.page(f"{address}/discard").form_with("seen"))
    assert (answer.status_code, answer.location) == (303, "/apply")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("last", ["finish", "reopen"])
def test_opening_the_address_of_a_button_leads_back(client: Any, last: str) -> None:
    address = begin(client)
    assert client.get(f"{address}/{last}").location == address


PLACES = ("", "/steps/organisation", "/finish", "/reopen", "/discard", "/paper", "/letter")


@pytest.mark.parametrize("place", PLACES)
def test_a_key_that_was_never_given_out_is_the_one_page_404(client: Any, place: str) -> None:
    nowhere = shown(client.get("/no-such-page"))
    for key in ("A" * 22, "x", "見本"):
        assert shown(client.get(f"/apply/{key}{place}")) == nowhere


def test_a_key_opens_its_own_draft_only(client: Any) -> None:
    first, second = begin(client), begin(client, "municipal")
    client.submit(f"{first}/steps/organisation", ORGANISATION["private"])
    assert "架空見本人材株式会社" not in client.page(second).text


def test_a_draft_that_nobody_touched_is_gone_with_its_address(client: Any, database: Any, clock: Any) -> None:
    address = begin(client)
    clock.advance(timedelta(days=DRAFT_DAYS, minutes=1))
    with database.write() as session:
        assert service.forget_old(session, clock, Actor(ActorKind.WORKER)) == 1
    assert client.get(address).status_code == 404


def test_the_state_and_the_reasons_of_the_bureau_are_seen_by_the_applicant(
    client: Any, bureau: Bureau
) -> None:
    address = finished(client)
    number = number_on(client.page(address))
    bureau.receive(number)
    page = client.page(address)
    assert "受付済み・審査中" in page.text
    assert NOT_SUBMITTED not in page.text
    assert "労働局が、書類を受け付けました" in page.text
    assert [form.action for form in page.forms] == []
    bureau.ask_back(number, "許可証の写しが足りません。\n責任者の電話番号が違います。")
    page = client.page(address)
    assert "補正待ち" in page.text
    assert "許可証の写しが足りません。" in page.text
    assert client.get(f"{address}/letter").mimetype == "application/pdf"


def test_a_correction_is_written_printed_and_received_again(client: Any, bureau: Bureau) -> None:
    address = finished(client)
    number = number_on(client.page(address))
    bureau.receive(number)
    bureau.ask_back(number, "責任者の電話番号が違います。")
    client.submit(f"{address}/steps/people", {**PEOPLE, "officer_phone": "00-0000-0009"})
    assert press(client, address, "finish").status_code == 303
    page = client.page(address)
    assert page.text.count("直し終えたことを記録しました") == 2
    assert page.text.count("番号の付いた紙を作りました") == 1
    assert "補正待ち" in page.text
    assert client.get(f"{address}/paper").mimetype == "application/pdf"
    bureau.receive(number)
    assert "受付済み・審査中" in client.page(address).text


def test_an_approval_is_told_with_its_days_and_its_letter(client: Any, bureau: Bureau) -> None:
    address = finished(client)
    number = number_on(client.page(address))
    bureau.receive(number)
    assert client.get(f"{address}/letter").status_code == 404
    bureau.approve(number, valid_from="2026-07-01", valid_until="2027-06-30")
    page = client.page(address)
    assert "労働局が認めました" in page.text
    assert "2026年7月1日 から 2027年6月30日 まで" in page.text
    assert client.get(f"{address}/letter").data.startswith(b"%PDF")
    assert "見本の理由" not in page.text


def test_a_refusal_is_told_with_its_reason_and_nothing_can_be_changed_any_more(
    client: Any, bureau: Bureau
) -> None:
    address = finished(client)
    number = number_on(client.page(address))
    bureau.receive(number)
    bureau.refuse(number, "許可が確かめられません。")
    page = client.page(address)
    assert "不承認" in page.text
    assert "許可が確かめられません。" in page.text
    assert page.forms == []
    assert client.get(f"{address}/letter").data.startswith(b"%PDF")


def test_a_withdrawal_is_told(client: Any, bureau: Bureau) -> None:
    address = finished(client)
    number = number_on(client.page(address))
    bureau.receive(number)
    bureau.withdraw(number, "申出による")
    assert "取り下げられました" in client.page(address).text
    assert client.get(f"{address}/letter").status_code == 404


def test_the_pages_speak_english_too(client: Any) -> None:
    client.set_cookie("lang", "en")
    address = fill(client, begin(client))
    for path in ("", "/steps/applicant", "/steps/organisation", "/steps/people", "/discard"):
        assert client.get(f"{address}{path}").status_code == 200

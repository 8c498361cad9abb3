"""The pages of paid services, from registering to the copy of a consent, as each side sees them (seed 004 P-Q8)."""

from datetime import date
from typing import Any

import pytest

from portal.services import block, paid_consent
from tests.build import build_bureau_clerk
from tests.registrations import prepare
from tests.services.paid_world import TERMS, old_terms
from tests.web.page_client import page_of
from tests.web.paid_clients import Paid, browsers
from tests.web.signing import sign_in_as

TYPED = {**TERMS, "kind": "graduate"}


@pytest.fixture
def paid(app: Any, database: Any, clock: Any) -> Paid:
    return browsers(app, database, clock)


def test_P_Q8_the_whole_way_by_the_pages(paid: Paid) -> None:
    registered = paid.unit.submit("/provider/paid-services/new", TYPED)
    assert registered.status_code == 303
    home = paid.unit.page(registered.location)
    assert "まだ届出になっていません" in home.text
    ref = registered.location.rsplit("/", 1)[1]
    assert paid.unit.get(home.links["届出の書類を開く（PDF）"]).data.startswith(b"%PDF")

    # Nobody is asked before the notice is at the bureau.
    assert "まだ届いていません" in paid.unit.page(paid.thread).text
    assert all(
        "承諾をお願いする" not in button.text
        for form in paid.unit.page(paid.thread).forms
        for button in form.buttons
    )

    found = paid.bureau.submit("/bureau/paid-notices", {"number": paid.world.number(ref).lower()})
    assert found.location == paid.notice(ref)
    assert paid.bureau.submit(found.location, {"received_on": "令和8年6月15日"}).status_code == 303
    asked = paid.unit.submit(paid.thread, form=paid.unit.page(paid.thread).form_with("seen", "key"))
    assert asked.status_code == 303

    letter = paid.seeker.page(f"/seeker/inbox/{paid.world.ref}")
    assert "有料サービスの承諾のお願いがあります" in letter.text
    asking = paid.seeker.page(paid.asking())
    for words in (TERMS["type"], "5,000円", TERMS["cancellation"], "影響はありません"):
        assert words in asking.text
    assert not [box for box in asking.root.all("input") if "checked" in box.attributes]

    assert paid.seeker.submit(paid.asking(), {}, form=asking.form_with("decision")).status_code == 422
    assert paid.seeker.submit(paid.asking(), {"decision": "consent"}).status_code == 303
    assert paid.seeker.get(paid.asking("/copy")).data.startswith(b"%PDF")

    assert paid.unit.submit(paid.thread, {"happened_on": "2026-06-15"}).status_code == 303
    assert "提供の記録：2026年6月15日" in paid.unit.page(paid.thread).text
    everything = paid.seeker.page("/seeker/consents")
    assert TERMS["type"] in everything.text
    assert "1回提供" in everything.text


def test_the_officer_reads_what_a_change_means_before_it_is_saved(paid: Paid) -> None:
    ref = paid.world.consented()
    form = paid.unit.page(paid.service(ref, "/change"))
    assert "前の版の承諾では提供できません" in form.text
    assert paid.unit.submit(paid.service(ref, "/change"), {"amount": "6000"}).status_code == 303
    assert "第2版" in paid.unit.page(paid.service(ref)).text
    assert "承諾をお願いしていません" in paid.unit.page(paid.thread).text


def test_a_refused_form_keeps_what_was_typed(paid: Paid) -> None:
    refused = paid.unit.submit("/provider/paid-services/new", {**TYPED, "amount": "五千円"})
    assert refused.status_code == 422
    shown = page_of(refused)
    assert "金額は、数字で入力してください" in shown.text
    assert shown.form_with("amount").fields["amount"] == ["五千円"]
    assert shown.form_with("amount").fields["type"] == [TERMS["type"]]
    late = paid.unit.submit("/provider/paid-services/new", {**TYPED, "amount": "99,999,999"})
    assert "9,999,999円までの金額" in page_of(late).text
    called = page_of(
        paid.unit.submit("/provider/paid-services/new", {**TYPED, "cancellation": "電話は00-0000-0000です。"})
    )
    assert "連絡先は書けません" in called.text
    assert called.form_with("amount").fields["cancellation"] == ["電話は00-0000-0000です。"]


def test_an_asking_that_cannot_go_says_why_and_what_to_do(paid: Paid) -> None:
    ref = old_terms(paid.world, cancellation="入社が決まった方に、お祝い金3万円を差し上げます。")
    said = paid.unit.post(paid.thread + "/ask", data=_hidden(paid, ref) | {"seen": "2"})
    assert said.status_code == 409
    shown = page_of(said).text
    assert "新しい内容を届け出てください" in shown
    assert "お礼として金品を渡すことは" in shown
    assert "適法である理由" not in shown


def test_P_Q8_the_page_says_that_kind_C_is_for_new_graduates_alone(paid: Paid) -> None:
    paid.world.ready()
    other = paid.world.another(None)
    shown = paid.unit.page(f"/provider/threads/{paid.world.token(other)}/paid")
    assert "有料サービス届出対象ではないため" in shown.text
    assert "承諾をお願いする" not in shown.text


def test_a_seeker_withdraws_and_the_unit_reads_it(paid: Paid) -> None:
    ref = paid.world.consented()
    withdrawn = paid.seeker.submit(paid.asking(), form=paid.seeker.page(paid.asking()).forms[-1])
    assert withdrawn.status_code == 303
    assert "承諾を取りやめました" in paid.seeker.page(paid.asking()).text
    assert "承諾を取りやめ（2026年6月15日）" in paid.unit.page(paid.thread).text
    late = paid.unit.submit(paid.thread, {"happened_on": "2026-06-15"})
    assert late.status_code == 422
    assert "その日からは記録できません" in page_of(late).text
    assert paid.world.offer(ref).given_on == ()


def test_a_seeker_refuses_and_nobody_can_ask_again(paid: Paid) -> None:
    ref = paid.world.ready()
    paid.world.asks(ref)
    answered = paid.seeker.submit(paid.asking(), {"decision": "refuse"}, follow=True)
    assert "職業紹介を受けることには影響しません" in page_of(answered).text
    assert paid.unit.page(paid.thread).text.count("承諾しない（2026年6月15日）") == 1
    again = paid.unit.post(paid.thread + "/ask", data=_hidden(paid, ref))
    assert again.status_code == 409
    assert "もう一度お願いすることはできません" in page_of(again).text


def _hidden(paid: Paid, ref: str) -> dict[str, str]:
    fields = paid.unit.page("/provider/paid-services/new").form_with("acting").fields
    return {
        "csrf_token": fields["csrf_token"][0],
        "acting": fields["acting"][0],
        "service": ref,
        "seen": "1",
        "key": "k" * 20,
    }


def test_a_wish_is_recorded_by_the_seeker_alone(paid: Paid) -> None:
    paid.world.registers("support", type="書類の添削（架空）")
    someone = paid.world.another(None)
    client = paid.seeker
    sign_in_as(client, someone.account_id)
    address = f"/seeker/inbox/{paid.world.ref}/paid"
    thread = f"/provider/threads/{paid.world.token(someone)}/paid"
    assert "団体から記録することはできません" in paid.unit.page(thread).text
    assert client.submit(address, form=client.page(address).forms[-1]).status_code == 303
    assert "希望を記録しています" in client.page(address).text
    assert paid.unit.submit(thread, {"happened_on": "2026-06-15"}).status_code == 303
    assert client.submit(address, form=client.page(address).forms[-1]).status_code == 303
    assert "前の希望は" in client.page(address).text
    assert "2026年6月15日に提供" in client.page(address).text


def test_P_Q8_求職受理_asks_when_and_how_it_was_explained(paid: Paid) -> None:
    ref = paid.world.registers("placement", type="受付手数料（架空）")
    thread = f"/provider/threads/{paid.world.token()}"
    accepted = {"outcome": "accepted", "happened_on": "2026-06-15"}
    missing = paid.unit.submit(thread, accepted)
    assert missing.status_code == 422
    assert "この職業紹介に伴う有料サービス" in page_of(missing).text
    late = paid.unit.submit(thread, {**accepted, "paid": [ref], "explained_on": "2026-06-16", "way": "phone"})
    assert late.status_code == 422
    done = paid.unit.submit(thread, {**accepted, "paid": [ref], "explained_on": "2026-06-14", "way": "phone"})
    assert done.status_code == 303
    assert "2026年6月14日に、電話で" in paid.unit.page(paid.thread).text
    own = paid.seeker.page(f"/seeker/inbox/{paid.world.ref}/paid")
    assert "2026年6月14日に、電話で説明" in own.text


def test_without_such_a_service_the_outcome_form_stays_short(paid: Paid) -> None:
    thread = f"/provider/threads/{paid.world.token()}"
    assert "way" not in paid.unit.page(thread).form_with("outcome").names
    assert paid.unit.submit(thread, {"outcome": "accepted", "happened_on": "2026-06-15"}).status_code == 303


def test_organisations_see_of_a_graduate_one_word_and_neither_school_nor_day(
    paid: Paid, database: Any, clock: Any
) -> None:
    prepare(database, clock)
    address = f"/provider/seekers/{paid.world.unit.token(paid.world.seeker)}"
    shown = paid.unit.page(address).text
    assert "有料サービス届出対象" in shown
    assert "9999" not in shown
    assert "有料サービス届出対象" in paid.seeker.page("/seeker/profile").text
    assert (
        "有料サービス届出対象"
        not in paid.unit.page(f"/provider/seekers/{paid.world.unit.token(paid.world.another(None))}").text
    )


def test_municipal_units_read_why_they_have_none(app: Any, database: Any, clock: Any) -> None:
    paid = browsers(app, database, clock, unit_class="municipal")
    for address in ("/provider/paid-services", paid.thread):
        assert "登録できないことは、それを受けたこのサイトの決まりです" in paid.unit.page(address).text
    assert paid.unit.get("/provider/paid-services/new").status_code == 303
    assert "提供の記録" not in paid.unit.page(f"/provider/threads/{paid.world.token()}").text
    profile = paid.unit.page(f"/provider/seekers/{paid.world.unit.token(paid.world.seeker)}").text
    assert "届出対象" not in profile
    assert "有料の就職支援を希望する" not in paid.seeker.page(f"/seeker/inbox/{paid.world.ref}/paid").text


def test_R15_another_bureau_finds_no_notice(paid: Paid, app: Any, database: Any) -> None:
    ref = paid.world.ready()
    client = app.test_client()
    sign_in_as(client, build_bureau_clerk(database, bureau_code="14").account_id)
    unknown = client.get("/bureau/paid-notices/P-2222-2222")
    foreign = client.get(paid.notice(ref))
    assert foreign.status_code == unknown.status_code == 404
    assert (
        "この労働局にはありません"
        in page_of(client.submit("/bureau/paid-notices", {"number": paid.world.number(ref)})).text
    )
    assert "当てはまる届出はありません" in client.page("/bureau/paid-notices").text


def test_the_bureau_asks_back_and_the_unit_reads_the_words(paid: Paid) -> None:
    ref = paid.world.ready()
    nothing = paid.bureau.submit(paid.notice(ref), {"told": ""})
    assert nothing.status_code == 422
    assert paid.bureau.submit(paid.notice(ref), {"told": "内訳を書いてください（見本）"}).status_code == 303
    assert "内訳を書いてください（見本）" in paid.unit.page(paid.service(ref)).text
    assert "補正を求められています" in paid.unit.page("/provider/announcements").text
    unit = f"/bureau/units/{paid.world.ref}/paid-notices"
    assert paid.world.number(ref) in paid.bureau.page(unit).text
    assert paid.bureau.submit(paid.notice(ref), {"received_on": ""}).status_code == 303
    assert (
        paid.bureau.submit(paid.notice(ref), form=paid.bureau.page(paid.notice(ref)).forms[-2]).status_code
        == 303
    )
    assert "確認済み" in paid.bureau.page("/bureau/paid-notices").text


def test_a_service_is_ended_after_one_question(paid: Paid) -> None:
    ref = paid.world.ready()
    page = paid.unit.page(paid.service(ref, "/end"))
    assert "元には戻せません" in page.text
    assert paid.unit.submit(paid.service(ref, "/end"), form=page.form_with("seen")).status_code == 303
    assert "取扱い終了" in paid.unit.page("/provider/paid-services").text
    assert paid.unit.get(paid.service(ref, "/change")).status_code == 303


def test_R3_to_whoever_blocked_the_page_tells_no_more_and_asking_gets_the_neutral_words(paid: Paid) -> None:
    ref, thread = paid.world.ready(), f"/provider/threads/{paid.world.token()}"
    paid.unit.page(thread)  # The number of threads with something new stands on every page.
    before = paid.unit.page(paid.thread).text
    assert (before.count("この求職者"), before.count("有料サービス届出対象")) == (1, 1)
    paid.world.act(block.block, paid.world.seeker.actor, [paid.world.ref])
    shown = paid.unit.page(paid.thread).text
    assert shown == before.replace("この求職者 有料サービス届出対象 ", "")
    for until in (None, date.max):
        paid.world.graduates(paid.world.seeker, until)
        assert paid.unit.page(paid.thread).text == shown
        assert "届出対象" not in paid.unit.page(thread).text
    asked = paid.unit.submit(paid.thread, form=paid.unit.page(paid.thread).form_with("seen", "key"))
    assert asked.status_code == 409
    assert "現在、この方には送信できません" in page_of(asked).text
    assert paid.world.offer(ref).state == "none"


def test_a_seeker_who_blocked_reads_why_no_consent_goes(paid: Paid) -> None:
    ref = paid.world.ready()
    paid.world.asks(ref)
    paid.world.act(block.block, paid.world.seeker.actor, [paid.world.ref])
    answered = paid.seeker.submit(paid.asking(), {"decision": "consent"})
    assert answered.status_code == 409
    assert "ブロックしている" in page_of(answered).text
    wished = paid.seeker.submit(
        f"/seeker/inbox/{paid.world.ref}/paid",
        form=paid.seeker.page(f"/seeker/inbox/{paid.world.ref}/paid").forms[-1],
    )
    assert wished.status_code == 409
    assert paid.world.look(paid_consent.with_unit, paid.world.seeker.actor, paid.world.ref).wished_at is None

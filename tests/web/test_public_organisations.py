"""Pages for organisations before there is an account: the published questions (seed 004), and what to bring."""

from itertools import product
from typing import Any

import pytest

from portal.domain.application import Kind
from portal.domain.reach import UnitClass
from portal.web.public.bringing import PAPERS, READY, Who, items
from tests.documents.test_papers import text_of

PAGES = (
    "/for-organisations/procedures",
    "/for-organisations/questions",
    "/for-organisations/bring",
    "/for-organisations/papers",
)
BLANK = tuple(
    f"/for-organisations/papers/{unit_class}/{kind}" for unit_class, kind in product(UnitClass, Kind)
)
LISTS = tuple(f"/for-organisations/bring/{who}/{kind}" for who, kind in product(Who, Kind))


@pytest.mark.parametrize("address", [*PAGES, LISTS[0], LISTS[-1]])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_open_in_both_languages_without_a_cookie_or_a_form(
    client: Any, address: str, language: str
) -> None:
    client.set_cookie("lang", language)
    response = client.get(address)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "<form" not in response.text
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_everything_is_reached_from_the_page_for_organisations(client: Any) -> None:
    links = set(client.page("/for-organisations").links.values())
    assert set(PAGES) <= links
    assert set(LISTS) <= set(client.page("/for-organisations/bring").links.values())
    assert set(BLANK) <= set(client.page("/for-organisations/papers").links.values())


@pytest.mark.parametrize("address", ["nobody/use", "private/nothing", "PRIVATE/use", "private/use/"])
def test_a_list_that_does_not_exist_is_not_found(client: Any, address: str) -> None:
    assert client.get(f"/for-organisations/bring/{address}").status_code == 404


@pytest.mark.parametrize("address", ["/for-organisations/procedures", "/for-organisations/questions"])
def test_P_Q2_M_Q2_all_four_procedures_are_papers_at_the_bureau(client: Any, address: str) -> None:
    text = client.page(address).text
    assert "利用申請、変更、更新、利用停止" in text
    assert "労働局に、必要な書類を出してください" in text or "労働局に書類を出して行います" in text


def test_P_Q3_one_application_for_offices_whose_numbers_differ_in_the_branch_only(client: Any) -> None:
    assert "主たる事業所が利用申請者となって、一つ出してください" in client.page(PAGES[1]).text
    assert "枝番だけが違う事業所は、主たる事業所がまとめて申請します" in client.page(PAGES[0]).text


def test_P_Q4_a_contractor_applies_anew_for_its_own_business(client: Any) -> None:
    assert "自社としての利用申請が別に必要です" in client.page(PAGES[1]).text
    assert "自社の事業でも使うときは、別に新規の申請をします" in client.page(PAGES[0]).text


def test_P_Q6_P_Q7_departments_share_and_classes_do_not(client: Any) -> None:
    text = client.page(PAGES[1]).text
    assert "すべての部署を合わせて1,000件です" in text
    assert "申請の区分が違うので、それぞれ1日1,000件です" in text


def test_P_Q10_M_Q7_an_infection_is_handled_by_the_own_policy(client: Any) -> None:
    assert "団体のセキュリティポリシーに沿って" in client.page(PAGES[1]).text


def test_P_Q11_M_Q8_another_officer_is_a_change_with_the_named_form(client: Any) -> None:
    assert "「ハローワーク求職情報の提供サービス利用・変更・更新申請書」に書いて、労働局に出してください" in (
        client.page(PAGES[1]).text
    )


def test_M_Q3_a_contractor_is_added_by_a_change_and_has_a_licence(client: Any) -> None:
    text = client.page(PAGES[1]).text
    assert "利用申請をした労働局で、利用申請の変更の手続きをしてください" in text
    assert "許可または届出のある事業者でなければなりません" in text


def test_M_Q5_one_application_one_officer_and_one_count_for_a_public_body(client: Any) -> None:
    text = client.page(PAGES[1]).text
    assert "部署が別々に申請しないでください" in text
    assert "利用している部署を把握し" in text
    assert "合わせて1日1,000件以内です" in text


@pytest.mark.parametrize(("who", "kind"), list(product(Who, Kind)))
def test_every_list_names_the_form_first_and_marks_what_is_ours(client: Any, who: Who, kind: Kind) -> None:
    page = client.page(f"/for-organisations/bring/{who}/{kind}")
    ticks = [element.text for element in page.root.all("li") if element.get("class") == "tick"]
    named = "利用停止のための様式" if kind is Kind.END else "利用・変更・更新申請書"
    assert named in ticks[0]
    ours = [*items(PAPERS, who, kind), *items(READY, who, kind)]
    assert len(ticks) == len(ours)
    assert sum("このサイトが加えた項目" in tick for tick in ticks) == sum(item.ours for item in ours)
    assert "公式の書類ではありません" in page.text


@pytest.mark.parametrize("kind", [Kind.USE, Kind.CHANGE, Kind.RENEWAL])
def test_only_a_list_with_a_contractor_asks_for_its_contract(client: Any, kind: Kind) -> None:
    asked = {
        who: "委託契約書の写し" in client.page(f"/for-organisations/bring/{who}/{kind}").text for who in Who
    }
    assert asked == {Who.PRIVATE: False, Who.MUNICIPAL: False, Who.CONTRACTOR: True}


def test_the_condition_of_three_months_is_told_to_public_bodies_only_and_as_unverified(client: Any) -> None:
    for who in Who:
        text = client.page(f"/for-organisations/bring/{who}/use").text
        assert ("3か月以内に、常用就職" in text) is (who is not Who.PRIVATE)
        assert ("今も必要かどうかは確かめられていない" in text) is (who is not Who.PRIVATE)


@pytest.mark.parametrize("address", BLANK)
def test_P_Q2_M_Q2_blank_papers_say_that_they_are_no_official_form(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data).replace("\n", "")
    assert "作成補助・公式様式ではありません" in text
    assert ("利用停止" in text) if address.endswith("/end") else ("利用・変更・更新申請書" in text)


@pytest.mark.parametrize("address", ["contractor/use", "private/nothing", "nobody/end"])
def test_a_blank_paper_that_does_not_exist_is_not_found(client: Any, address: str) -> None:
    assert client.get(f"/for-organisations/papers/{address}").status_code == 404


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_list_is_there_as_a_paper_in_japanese_too(client: Any, language: str) -> None:
    client.set_cookie("lang", language)
    text = text_of(client.get("/for-organisations/bring/contractor/use/paper").data)
    assert "委託契約書の写し" in text
    assert client.get("/for-organisations/bring/nobody/use/paper").status_code == 404

"""Papers between an organisation and its bureau: every box, every page says what it is, nothing falls off the edge."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest

from portal.documents.application_paper import ApplicationPaper, application_paper
from portal.documents.bring_list import BringItem, BringList, bring_list
from portal.documents.letter import Letter, LetterKind, letter
from portal.documents.start_sheet import StartCode, StartSheet, start_sheet
from portal.domain.application import Kind, Part, Step
from portal.domain.application_content import (
    Applicant,
    Branch,
    Change,
    Content,
    Contractors,
    Department,
    Ending,
    Organisation,
    People,
    Person,
    Places,
    Undertakings,
)
from portal.domain.application_reading import typed_of
from portal.domain.reach import UnitClass
from portal.domain.unit import ContractorEntry

AT = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
NUMBER = "R08-13-00017-3"
LINK = f"https://portal.example/bureau/applications/find?number={NUMBER}"
SEATS = "架空𠮷髙﨑"
HOSTILE = "x" * 200
FILLED = Content(
    applicant=Applicant(UnitClass.PRIVATE, "paid", "13"),
    organisation=Organisation(
        name="株式会社架空職業紹介",
        kana="カブシキガイシャカクウショクギョウショウカイ",
        corporation_number="0000000000001",
        number="13-ユ-300001",
        branch="",
        own_number="",
        basis="paid_30",
        postal_code="000-0000",
        address="東京都架空区見本町1丁目1番",
        representative_title="代表取締役",
        representative="見本一郎",
    ),
    people=People(
        Person("架空太郎", "カクウタロウ", "管理部", "00-0000-0001", ""),
        Person("見本花子", "", "営業部", "00-0000-0002", "hanako@example.jp"),
    ),
    places=Places((Branch("01", "見本第一支店"), Branch("02", "見本第二支店")), (Department("人材紹介部"),)),
    undertakings=Undertakings(antivirus=True, terms=True, correctness=True),
)
JOINT = ContractorEntry(
    "株式会社架空受託", "0000000000009", "13-ユ-300009", date(2026, 4, 1), date(2027, 3, 31)
)
assert FILLED.organisation
TOWN = replace(
    FILLED,
    applicant=Applicant(UnitClass.MUNICIPAL, "municipality", "13"),
    organisation=replace(FILLED.organisation, name="見本市", number="13999", basis="municipal_29"),
    places=Places((), (Department("商工課"),)),
    contractors=Contractors((JOINT,)),
)
LONG = replace(
    TOWN,
    organisation=replace(FILLED.organisation, name=SEATS + "長" * 95, kana="ア" * 100, address=HOSTILE),
    people=People(
        Person("*太字* $x$", "ア" * 100, "W" * 40, "1" * 30, HOSTILE), Person("#import", "", HOSTILE, "", "")
    ),
    places=Places(
        tuple(Branch(f"{n:04}", f"第{n}支店" + "名" * 90) for n in range(60)),
        (Department("W" * 100), Department("iiiiiiii" * 12)),
    ),
    contractors=Contractors(tuple(replace(JOINT, name=f"受託{n}" + "x" * 90) for n in range(30))),
)


def application(kind: Kind = Kind.USE, **changes: Any) -> ApplicationPaper:
    values: dict[str, Any] = {
        "unit_class": UnitClass.PRIVATE,
        "content": FILLED,
        "name": "株式会社架空職業紹介",
        "unit_number": "13-ユ-300001",
        "number": NUMBER,
        "link": LINK,
        "bureau_name": "東京労働局",
        "words": {"paid": "有料職業紹介事業者", "paid_30": "見本の根拠"},
    }
    return ApplicationPaper(kind, AT, **{**values, **changes})


def about(content: Content, *parts: Part) -> Content:
    """A change of these parts."""
    return replace(content, change=Change(date(2026, 7, 1), frozenset(parts), "異動のため"))


def decided(kind: LetterKind = LetterKind.APPROVED, of: Kind = Kind.USE, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "number": NUMBER,
        "unit_class": UnitClass.PRIVATE,
        "unit_number": "13-ユ-300001",
        "unit_name": "株式会社架空職業紹介",
        "bureau_name": "東京労働局",
        "on": date(2026, 6, 15),
        "at": AT,
    }
    return letter(Letter(kind, of, **{**values, **changes}))


def started(**changes: Any) -> bytes:
    values: dict[str, Any] = {
        "codes": [
            StartCode("officer", "架空太郎", "K7QM3XPA0123", LINK + "a", date(2026, 6, 29)),
            StartCode("contact", "見本花子", "K7QM-3XPA-0124", LINK + "b", date(2026, 6, 29)),
        ],
        "unit_name": "株式会社架空職業紹介",
        "bureau_name": "東京労働局",
        "address": "https://portal.example/invitation",
        "issued_on": date(2026, 6, 15),
        "at": AT,
        "number": NUMBER,
    }
    return start_sheet(StartSheet(**{**values, **changes}))


def pages(paper: bytes) -> list[str]:
    """The text of each page, without blanks, line breaks and marks where a line may be broken."""
    return [
        re.sub(r"[\s\u200b]", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(paper)).pages
    ]


def in_order(text: str, *words: str) -> bool:
    at = 0
    for word in words:
        at = text.find(word, at)
        if at < 0:
            return False
    return True


def over_the_edge(paper: bytes) -> list[str]:
    """Pieces of text that begin or end outside the margins, reckoned with half and full width."""
    outside: list[str] = []
    for page in pypdf.PdfReader(io.BytesIO(paper)).pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)

        def see(
            text: str, on: Any, at: Any, _font: Any, size: float, right: float = width, top: float = height
        ) -> None:
            x, y = at[4] * on[0] + at[5] * on[2] + on[4], at[4] * on[1] + at[5] * on[3] + on[5]
            wide = sum(0.5 if ord(c) < 0x2000 else 1.0 for c in text.strip()) * size
            if text.strip() and not (x >= 50 and x + wide <= right - 50 and 20 <= y <= top - 20):
                outside.append(f"{text} {x:.0f} {y:.0f} {wide:.0f}")

        page.extract_text(visitor_text=see)
    return outside


@pytest.mark.parametrize("kind", [Kind.USE, Kind.CHANGE, Kind.RENEWAL])
def test_P_Q11_M_Q8_one_form_serves_use_change_and_renewal_with_its_boxes_in_the_order_of_the_source(
    kind: Kind,
) -> None:
    content = about(FILLED, *Part) if kind is Kind.CHANGE else FILLED
    text = "".join(pages(application_paper(application(kind, content=content))))
    assert in_order(
        text,
        "利用・変更・更新申請書",
        "団体の名称株式会社架空職業紹介",
        "13-ユ-300001",
        "見本の根拠",
        "〒000-0000東京都架空区見本町1丁目1番",
        "代表取締役見本一郎",
        "連絡責任者氏名見本花子",
        "個人情報管理・苦情処理責任者氏名架空太郎",
        "労働局で使う欄",
    )
    assert in_order(text, "枝番01", "見本第二支店", "人材紹介部") is (kind is not Kind.RENEWAL)
    assert ("✓ウイルス対策ソフト" in text) is (kind is not Kind.CHANGE)
    assert "✓書いた内容に間違いはありません" in text
    assert ("有料職業紹介事業者" in text) is (kind is Kind.USE)
    ticked = {Kind.USE: "✓利用", Kind.CHANGE: "✓変更", Kind.RENEWAL: "✓更新"}
    assert [mark for mark in ticked.values() if mark in text] == [ticked[kind]]


def test_the_end_of_use_has_a_paper_of_its_own() -> None:
    content = Content(ending=Ending(date(2027, 3, 31), "委託事業が終わるため"))
    (text,) = pages(application_paper(application(Kind.END, content=content)))
    for words in (
        "利用停止",
        "令和9年3月31日（2027年3月31日）",
        "委託事業が終わるため",
        NUMBER,
        "東京労働局",
        "株式会社架空職業紹介",
        "13-ユ-300001",
    ):
        assert words in text, words
    for words in ("利用・変更・更新申請書", "連絡責任者", "枝番01"):
        assert words not in text, words


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("unit_class", [None, *UnitClass])
def test_every_page_of_every_paper_filled_or_blank_says_that_it_is_no_official_form(
    kind: Kind, unit_class: UnitClass | None
) -> None:
    long = replace(about(LONG, *Part), ending=Ending(date(2027, 3, 31), HOSTILE))
    for view in (
        application(kind, unit_class=unit_class, content=long),
        ApplicationPaper(kind, AT, unit_class),
    ):
        found = pages(application_paper(view))
        for place, page in enumerate(found, 1):
            assert "作成補助・公式様式ではありません" in page
            assert f"{place}/{len(found)}" in page
            assert (NUMBER in page) is bool(view.number)
        assert "この紙は申請の受付ではありません" in found[0]
        assert "番号まだありません" in found[0] or view.number


def test_M_Q3_only_a_public_body_has_boxes_for_contractors_with_the_period_of_the_contract() -> None:
    town = "".join(pages(application_paper(application(unit_class=UnitClass.MUNICIPAL, content=TOWN))))
    for words in (
        "連名申請者（受託団体）",
        "株式会社架空受託",
        "13-ユ-300009",
        "令和8年4月1日（2026年4月1日）から",
        "令和9年3月31日（2027年3月31日）まで",
        "商工課",
        "13999",
    ):
        assert words in town, words
    private = "".join(pages(application_paper(application(content=TOWN))))
    assert "受託" not in private
    blank = "".join(pages(application_paper(ApplicationPaper(Kind.USE, AT))))
    assert "地方自治体等だけがお書きください" in blank


def test_a_change_shows_what_is_in_force_beside_what_it_becomes_and_only_the_parts_it_is_about() -> None:
    assert TOWN.people
    successor = replace(JOINT, name="架空キャリア株式会社", licence_number="13-ユ-300010")
    longer = replace(JOINT, licence_number="13-ユ-300011", until=date(2028, 3, 31))
    after = replace(
        TOWN,
        people=replace(TOWN.people, officer=replace(TOWN.people.officer, name="架空次郎")),
        places=Places((), (Department("商工課", date(2026, 6, 30)), Department("福祉課"))),
        contractors=Contractors((successor, longer)),
    )
    old = replace(TOWN, contractors=Contractors((JOINT, replace(longer, until=date(2027, 3, 31)))))
    view = application(
        Kind.CHANGE,
        unit_class=UnitClass.MUNICIPAL,
        content=about(after, Part.PEOPLE, Part.CONTRACTORS),
        before={step: typed_of(old, step) for step in Step},
    )
    text = "".join(pages(application_paper(view)))
    for words in ("変更前架空太郎", "変更後架空次郎", "変わる日令和8年7月1日（2026年7月1日）", "異動のため"):
        assert words in text, words
    assert in_order(
        text, "追加架空キャリア株式会社", "変更株式会社架空受託", "2028年3月31日", "終了株式会社架空受託"
    )
    assert "変更前見本花子" not in text
    assert "商工課" not in text
    everything = replace(view, content=about(after, *Part))
    places = "".join(pages(application_paper(everything)))
    assert in_order(places, "終了令和8年6月30日（2026年6月30日）部署商工課", "追加部署福祉課")
    unknown = "".join(pages(application_paper(replace(everything, before={}))))
    assert "追加" not in unknown
    assert "変更前" not in unknown


def test_a_blank_paper_has_boxes_to_write_in_and_nothing_ticked_but_its_procedure() -> None:
    text = "".join(pages(application_paper(ApplicationPaper(Kind.RENEWAL, AT))))
    assert text.count("✓") == 1
    assert "✓更新" in text


def test_a_draft_that_is_half_filled_in_is_printed_as_far_as_it_goes() -> None:
    half = Content(applicant=FILLED.applicant, people=FILLED.people)
    text = "".join(pages(application_paper(application(content=half, number="", link=""))))
    for words in ("まだありません", "見本花子", "団体の名称", "確認すること"):
        assert words in text, words


def test_hostile_and_long_content_goes_on_to_further_pages_whole_and_within_the_edges() -> None:
    made = application_paper(application(unit_class=UnitClass.MUNICIPAL, content=LONG, bureau_name=HOSTILE))
    found = pages(made)
    assert len(found) > 4
    text = "".join(found)
    for words in (
        *(SEATS, HOSTILE, "#import", "*太字*$x$", "第0支店", "第59支店", "受託0xxx", "受託29xxx", "W" * 100),
    ):
        assert words in text, words
    assert over_the_edge(made) == []


def test_the_same_paper_is_the_same_bytes_and_its_qr_code_is_there_only_with_an_address() -> None:
    assert application_paper(application()) == application_paper(application())
    assert application_paper(application()) != application_paper(application(link=LINK + "4"))
    assert len(application_paper(application())) > len(application_paper(application(link="")))


# Letters


@pytest.mark.parametrize(
    ("kind", "of", "changes", "told"),
    [
        (
            LetterKind.APPROVED,
            Kind.USE,
            {"valid_from": date(2026, 7, 1), "valid_until": date(2029, 6, 30)},
            [
                "承認のお知らせ",
                "令和8年7月1日（2026年7月1日）から",
                "令和11年6月30日（2029年6月30日）まで",
                "利用開始の用紙",
            ],
        ),
        (
            LetterKind.APPROVED,
            Kind.CHANGE,
            {"effective_on": date(2026, 7, 1)},
            ["承認のお知らせ", "変更の効力が生じる日令和8年7月1日", "利用申請の変更"],
        ),
        (
            LetterKind.APPROVED,
            Kind.RENEWAL,
            {"valid_from": date(2026, 7, 1), "valid_until": date(2029, 6, 30)},
            ["そのまま続きます", "手続き更新"],
        ),
        (
            LetterKind.APPROVED,
            Kind.END,
            {"effective_on": date(2027, 3, 31)},
            ["利用の最後の日令和9年3月31日", "読むことはできます"],
        ),
        (
            LetterKind.REFUSED,
            Kind.USE,
            {"reasons": ["事業停止命令の期間中です。"]},
            ["不承認のお知らせ", "1.事業停止命令の期間中です。", "改めて申請することができます"],
        ),
        (
            LetterKind.RETURNED,
            Kind.RENEWAL,
            {"reasons": ["番号がありません。", "期間がありません。"], "answer_by": date(2026, 7, 15)},
            [
                "補正のお願い",
                "1.番号がありません。",
                "2.期間がありません。",
                "令和8年7月15日（2026年7月15日）まで",
                "書類を受け取ってから続けます",
            ],
        ),
    ],
)
def test_a_letter_tells_number_day_what_was_decided_why_and_what_happens_next(
    kind: LetterKind, of: Kind, changes: dict[str, Any], told: list[str]
) -> None:
    (text,) = pages(decided(kind, of, **changes))
    for words in (
        *told,
        NUMBER,
        "令和8年6月15日（2026年6月15日）",
        "株式会社架空職業紹介御中",
        "東京労働局",
        "これからのこと",
        "受け付けた労働局の窓口にお尋ねください",
        "国の様式ではありません",
        "1/1",
    ):
        assert words in text, words


@pytest.mark.parametrize("kind", list(LetterKind))
@pytest.mark.parametrize("of", list(Kind))
def test_a_letter_of_every_kind_names_nobodys_number_and_only_an_approval_a_period(
    kind: LetterKind, of: Kind
) -> None:
    period = {"valid_from": date(2026, 7, 1), "valid_until": date(2029, 6, 30)}
    text = "".join(pages(decided(kind, of, reasons=["見本の理由"], **period)))
    assert "見本の理由" in text
    assert ("2029年6月30日" in text) is (kind is LetterKind.APPROVED)
    assert "電話" not in text
    assert "@" not in text


def test_a_letter_with_long_reasons_goes_on_and_stays_within_the_edges() -> None:
    made = decided(
        LetterKind.REFUSED, reasons=["長い理由" * 150, HOSTILE * 3] * 5, unit_name=SEATS + "長" * 95
    )
    found = pages(made)
    assert len(found) > 1
    assert all(NUMBER in page for page in found)
    assert SEATS in found[0]
    assert over_the_edge(made) == []


# The start sheet and what to bring


def test_each_person_has_a_page_of_their_own_with_only_their_code() -> None:
    officer, contact = pages(started())
    assert in_order(
        officer,
        "個人情報管理・苦情処理責任者架空太郎様",
        "K7QM-3XPA-0123",
        "令和8年6月29日（2026年6月29日）まで",
    )
    assert in_order(contact, "連絡責任者見本花子様", "K7QM-3XPA-0124")
    assert "0124" not in officer
    assert "0123" not in contact
    for page in (officer, contact):
        assert "https://portal.example/invitation" in page
        assert "1日1,000件が上限" in page
        assert "特別なソフトウェアはいりません" in page


def test_a_start_sheet_with_long_names_is_still_one_page_each() -> None:
    code = StartCode("officer", SEATS + "長" * 95, "K7QM3XPA0123", LINK * 3, date(2026, 6, 29))
    made = started(codes=[code], unit_name="株" * 100, bureau_name="局" * 40)
    assert len(pages(made)) == 1
    assert SEATS in pages(made)[0]
    assert over_the_edge(made) == []


def test_a_start_sheet_without_a_code_or_for_a_plain_member_is_none() -> None:
    with pytest.raises(ValueError, match="at least one"):
        started(codes=[])
    with pytest.raises(KeyError):
        started(codes=[StartCode("member", "見本", "K7QM3XPA0123", LINK, date(2026, 6, 29))])


def test_the_list_of_what_to_bring_marks_what_is_our_own_and_has_boxes_to_tick() -> None:
    items = [BringItem("申請書", "様式は掲載されています。"), BringItem("許可証の写し", ours=True)]
    made = bring_list(BringList("民間職業紹介事業者等", "更新", items, [BringItem("連絡責任者の氏名")], AT))
    (text,) = pages(made)
    for words in (
        "民間職業紹介事業者等／更新",
        "申請書",
        "許可証の写しこのサイトが加えた項目",
        "連絡責任者の氏名",
        "電話番号",
    ):
        assert words in text, words
    assert text.count("このサイトが加えた項目") == 1
    assert "公式の書類ではありません" in text

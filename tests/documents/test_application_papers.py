"""Papers between an organisation and its bureau: every box, every page says what it is, and nothing falls off the edge."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest

from portal.documents.application_paper import (
    UNDERTAKINGS,
    ApplicationPaper,
    PaperContent,
    PaperContractor,
    application_paper,
)
from portal.documents.bring_list import BringItem, BringList, bring_list
from portal.documents.letter import Letter, LetterKind, letter
from portal.documents.start_sheet import StartCode, StartSheet, start_sheet
from portal.domain.application import Kind, Part
from portal.domain.reach import UnitClass

AT = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
NUMBER = "R08-13-00017-3"
LINK = f"https://portal.example/bureau/applications/find?number={NUMBER}"
SEATS = "架空𠮷髙﨑"
FILLED = PaperContent(
    name="株式会社架空職業紹介",
    kana="カブシキガイシャカクウショクギョウショウカイ",
    corporation_number="0000000000001",
    unit_number="13-ユ-300001",
    contact_name="見本花子",
    contact_contact="hanako@example.jp",
    officer_name="架空太郎",
    officer_contact="00-0000-0001",
    branches=(("01", "見本第一支店"), ("02", "見本第二支店")),
    departments=("人材紹介部",),
)
JOINT = PaperContractor(
    "株式会社架空受託", "13-ユ-300009", date(2026, 4, 1), date(2027, 3, 31), "0000000000009"
)
TOWN = replace(
    FILLED, name="見本市", unit_number="13999", branches=(), departments=("商工課",), contractors=(JOINT,)
)
HOSTILE = "x" * 200
LONG = PaperContent(
    name=SEATS + "長" * 95,
    kana="ア" * 100,
    corporation_number="0000000000001",
    unit_number="13-ユ-300001",
    contact_name="#import",
    contact_contact=f"https://{HOSTILE}",
    officer_name="*太字* $x$",
    officer_contact=HOSTILE,
    branches=tuple((f"{n:04}", f"第{n}支店" + "名" * 90) for n in range(60)),
    departments=("W" * 100, "iiiiiiii" * 12),
    contractors=tuple(replace(JOINT, name=f"受託{n}" + "x" * 90) for n in range(30)),
)


def application(kind: Kind = Kind.USE, **changes: Any) -> ApplicationPaper:
    values: dict[str, Any] = {
        "unit_class": UnitClass.PRIVATE,
        "content": FILLED,
        "number": NUMBER,
        "link": LINK,
        "bureau_name": "東京労働局",
        "undertakings": [(words, True) for words in UNDERTAKINGS],
    }
    return ApplicationPaper(kind, AT, **{**values, **changes})


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
    text = "".join(pages(application_paper(application(kind))))
    assert in_order(
        text,
        "利用・変更・更新申請書",
        "団体名称株式会社架空職業紹介",
        "13-ユ-300001",
        "連絡責任者",
        "見本花子",
        "個人情報管理・苦情処理責任者",
        "架空太郎",
        "枝番01",
        "見本第二支店",
        "人材紹介部",
        "不正プログラムの自動検査機能",
        "労働局で使う欄",
    )
    ticked = {Kind.USE: "✓利用", Kind.CHANGE: "✓変更", Kind.RENEWAL: "✓更新"}
    assert [mark for mark in ticked.values() if mark in text] == [ticked[kind]]


def test_the_end_of_use_has_a_paper_of_its_own() -> None:
    told = {"last_day": date(2027, 3, 31), "reason": "委託事業が終わるため"}
    (text,) = pages(application_paper(application(Kind.END, **told)))
    for words in (
        "利用停止",
        "令和9年3月31日（2027年3月31日）",
        "委託事業が終わるため",
        NUMBER,
        "東京労働局",
    ):
        assert words in text, words
    for words in ("利用・変更・更新申請書", "架空太郎", "枝番01"):
        assert words not in text, words


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("unit_class", [None, *UnitClass])
def test_every_page_of_every_paper_filled_or_blank_says_that_it_is_no_official_form(
    kind: Kind, unit_class: UnitClass | None
) -> None:
    for view in (
        application(kind, unit_class=unit_class, content=LONG, reason=HOSTILE),
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
    after = replace(
        TOWN,
        officer_name="架空次郎",
        contractors=(replace(JOINT, name="架空キャリア株式会社", licence_number="13-ユ-300010"),),
    )
    view = application(
        Kind.CHANGE,
        unit_class=UnitClass.MUNICIPAL,
        content=after,
        before=TOWN,
        parts=frozenset({Part.PEOPLE, Part.CONTRACTORS}),
        changes_on=date(2026, 7, 1),
    )
    text = "".join(pages(application_paper(view)))
    for words in ("変更前架空太郎", "変更後架空次郎", "令和8年7月1日（2026年7月1日）"):
        assert words in text, words
    assert in_order(text, "追加架空キャリア株式会社", "終了株式会社架空受託")
    assert "変更前見本花子" not in text
    assert "商工課" not in text
    assert "商工課" in "".join(pages(application_paper(replace(view, parts=frozenset()))))


def test_a_blank_paper_has_boxes_to_write_in_and_nothing_ticked_but_its_procedure() -> None:
    text = "".join(pages(application_paper(ApplicationPaper(Kind.RENEWAL, AT))))
    assert text.count("✓") == 1
    assert "✓更新" in text


def test_hostile_and_long_content_goes_on_to_further_pages_whole_and_within_the_edges() -> None:
    made = application_paper(application(unit_class=UnitClass.MUNICIPAL, content=LONG))
    found = pages(made)
    assert len(found) > 4
    text = "".join(found)
    for words in (
        SEATS,
        HOSTILE,
        "#import",
        "*太字*$x$",
        "第0支店",
        "第59支店",
        "受託0xxx",
        "受託29xxx",
        "W" * 100,
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
            {"valid_from": date(2026, 7, 1), "valid_until": date(2029, 6, 30), "codes_follow": True},
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

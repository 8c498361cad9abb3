"""The papers: one page where one is promised, fonts embedded, values printed as they are, the QR code readable."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest

from portal.documents.activation_sheet import ActivationSheet, SheetKind, activation_sheet, activation_sheets
from portal.documents.change_sheet import ChangeSheet, change_sheet
from portal.documents.typesetting import FONTS, printable, qr

AT = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
LINK = "https://portal.example/activate/" + "Ab-_" * 30


def sheet(**changes: Any) -> bytes:
    return activation_sheet(filled(**changes))


def filled(**changes: Any) -> ActivationSheet:
    values: dict[str, Any] = {
        "kind": SheetKind.ACTIVATION,
        "code": "K7QM-3XPA-0123",
        "link": LINK,
        "address": "https://portal.example/activate",
        "issued_on": date(2026, 6, 15),
        "last_day": date(2026, 6, 29),
        "number_end": "345",
        "office_name": "架空見本ハローワーク欅",
        "at": AT,
    }
    return ActivationSheet(**{**values, **changes})


def text_of(paper: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages)


def fonts_of(paper: bytes) -> dict[str, bool]:
    """Name of each font, and whether it is embedded."""
    found = {}
    for page in pypdf.PdfReader(io.BytesIO(paper)).pages:
        for font in page["/Resources"]["/Font"].values():
            for below in font.get_object()["/DescendantFonts"]:
                described = below.get_object()["/FontDescriptor"].get_object()
                found[str(described["/FontName"])] = "/FontFile2" in described
    return found


@pytest.mark.parametrize("kind", list(SheetKind))
def test_every_kind_of_sheet_is_one_page_with_code_expiry_and_desk(kind: SheetKind) -> None:
    paper = sheet(kind=kind, demo=True, office_name="架空見本ハローワーク" + "長" * 20)
    assert len(pypdf.PdfReader(io.BytesIO(paper)).pages) == 1
    text = text_of(paper)
    for words in (
        "K7QM-3XPA-0123",
        "2026年6月29日（令和8年）",
        "https://portal.example/activate",
        "生年月日",
        "苦情申出等受付担当者",
        "見本",
        "345",
    ):
        assert words in text.replace("\n", ""), words


def test_a_stack_has_one_page_for_each_in_the_order_given_and_counts_no_pages() -> None:
    stack = [
        filled(code=f"K7QM-3XPA-012{n}", number_end=f"34{n}", line=line, link=LINK + str(n))
        for n, line in enumerate((12, 5, 900))
    ]
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(activation_sheets(stack))).pages]
    assert len(pages) == 3
    for n, (page, line) in enumerate(zip(pages, ("12", "5", "900"), strict=True)):
        flat = page.replace("\n", "").replace(" ", "")
        assert f"K7QM-3XPA-012{n}" in flat
        assert f"登録ファイルの{line}行目" in flat
        assert "1/3" not in flat
    assert "行目" not in text_of(sheet())


def test_sheets_of_two_kinds_or_none_are_no_stack() -> None:
    for stack in ([], [filled(), filled(kind=SheetKind.PASSWORD)]):
        with pytest.raises(ValueError, match="of one kind"):
            activation_sheets(stack)


def test_the_same_sheet_is_the_same_bytes() -> None:
    assert sheet() == sheet()
    assert sheet() != sheet(code="000000000000")


def test_fonts_are_embedded_and_rare_characters_come_from_the_second_one() -> None:
    plain, rare = fonts_of(sheet()), fonts_of(sheet(office_name="架空𠮷髙﨑ハローワーク"))
    assert all(plain.values())
    assert all("BIZUDGothic" in name for name in plain)
    assert any("NotoSansJP" in name for name in rare)
    assert all(rare.values())
    assert "架空𠮷髙﨑ハローワーク" in text_of(sheet(office_name="架空𠮷髙﨑ハローワーク"))


def test_every_font_has_its_licence_beside_it() -> None:
    for font in FONTS.glob("*.ttf"):
        licence = FONTS / f"{font.stem.partition('-')[0]}-OFL.txt"
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text()
    assert sum(file.stat().st_size for file in FONTS.iterdir()) < 12_000_000


@pytest.mark.parametrize(
    "text",
    ['#import "x"', "*太字*", "$x$", "#sys.inputs", ']#image("/etc/passwd")[', "\\u{0}", "見本\u200b\u202e"],
)
def test_a_value_is_printed_and_never_read_as_markup(text: str) -> None:
    flat = text_of(sheet(office_name=text)).replace("\n", "")
    assert printable(text).replace('"', "") in flat.replace('"', "").replace("“", "").replace("”", "")


def test_the_qr_code_holds_the_whole_link() -> None:
    drawn = qr(LINK)
    assert drawn.startswith("<svg")
    assert qr(LINK) != qr(LINK + "x")
    assert "script" not in drawn


def change(**changes: Any) -> bytes:
    values: dict[str, Any] = {
        "rows": [("希望する職業", ["接客・給仕の職業"]), ("自己PR", "一行目\n二行目"), ("学歴", "")],
        "range_private": True,
        "range_municipal": False,
        "valid_until": date(2026, 8, 31),
        "office_name": "架空見本ハローワーク欅",
        "on": date(2026, 6, 15),
        "at": AT,
    }
    return change_sheet(ChangeSheet(**{**values, **changes}))


def test_the_change_sheet_prints_what_is_there_and_says_that_it_is_no_submission() -> None:
    text = text_of(change()).replace("\n", "")
    for words in (
        "接客・給仕の職業",
        "一行目",
        "二行目",
        "記載なし",
        "2026年8月31日 まで",
        "変更や届出になりません",
        "窓口",
    ):
        assert words in text, words


def test_the_longest_profile_goes_on_to_further_pages() -> None:
    rows = [(f"項目{n}", "あ" * 600) for n in range(12)]
    assert len(pypdf.PdfReader(io.BytesIO(change(rows=rows))).pages) > 1

"""Lists for a spreadsheet, read back with a reader of others: texts stay texts, days are days."""

import csv as _csv
import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from portal.documents import spreadsheet
from portal.documents.spreadsheet import Cell, csv, xlsx

AT = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
HOSTILE = (
    *(
        "=1+1",
        '=HYPERLINK("https://見本.example/","x")',
        "+81-3",
        "-x",
        "@SUM(1)",
        "＝1+1",
        "\u3000=1",
        "\t=1",
    ),
    *("https://example.jp/", "mailto:mihon@example.jp", "0012", "1e5", "13-ユ-300001", "'=1", "架空𠮷髙﨑"),
    *("二行の\n見本", '引用"符', "a,b", "_x0041_", "</c><f>1+1</f>", "見本\u202e"),
)


def opened(made: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(made))


def read(made: bytes) -> list[list[object]]:
    return opened(made).get_sheet_by_index(0).to_python()


def lines(made: bytes) -> list[list[str]]:
    return list(_csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def inside(made: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        return parts.read(name).decode()


def test_a_book_holds_texts_figures_days_and_instants_as_what_they_are() -> None:
    row: list[Cell] = [
        "架空職業紹介",
        1000,
        0.5,
        date(2026, 3, 31),
        datetime(2026, 6, 14, 15, 30, tzinfo=UTC),
        None,
    ]
    made = xlsx("申請の一覧", ["名称", "通数", "割合", "有効期限", "受付", "備考"], [row])
    assert read(made) == [
        ["名称", "通数", "割合", "有効期限", "受付", "備考"],
        ["架空職業紹介", 1000.0, 0.5, date(2026, 3, 31), datetime.fromisoformat("2026-06-15 00:30"), ""],
    ]
    assert opened(made).sheet_names == ["申請の一覧"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_in_a_book_is_the_same_text_and_never_a_formula_or_link(text: str) -> None:
    made = xlsx("見本", [text], [[text]])
    assert read(made) == [[text], [text]]
    sheet = inside(made, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_the_head_row_stays_in_sight_and_columns_are_as_wide_as_their_texts_within_reason() -> None:
    sheet = inside(
        xlsx("見本", ["号", "名称"], [["a", "長" * 25], ["b", "長" * 900]]), "xl/worksheets/sheet1.xml"
    )
    assert 'ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    widths = [float(part.split('"')[0]) for part in sheet.split(' width="')[1:]]
    assert widths == pytest.approx([8.7, 62.7], abs=0.1)


def test_what_the_format_cannot_hold_is_cut_visibly_or_told_as_text() -> None:
    made = xlsx("見本", ["a", "b"], [["あ" * 40_000, date(1873, 1, 1)]])
    long, day = read(made)[1]
    assert (len(str(long)), str(long)[-1], day) == (32_767, "…", "1873-01-01")


@pytest.mark.parametrize("title", ["", "a/b:c*d?e[f]g\\h", "'見本'", "長" * 80, "見\n本"])
def test_any_title_makes_a_sheet(title: str) -> None:
    assert len(opened(xlsx(title, ["a"], [])).sheet_names[0]) in range(1, 32)


def test_a_list_without_rows_is_its_head() -> None:
    assert read(xlsx("見本", ["名称", "番号"], [])) == [["名称", "番号"]]
    assert lines(b"".join(csv(["名称", "番号"], []))) == [["名称", "番号"]]


def test_the_same_list_is_the_same_bytes() -> None:
    assert xlsx("見本", ["a"], [["b"]], at=AT) == xlsx("見本", ["a"], [["b"]], at=AT)
    assert "2026-06-15T01:00:00Z" in inside(xlsx("見本", ["a"], [], at=AT), "docProps/core.xml")


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    assert len(read(xlsx("見本", ["a"], [["b"], ["c"]]))) == 3
    with pytest.raises(ValueError, match="more rows"):
        xlsx("見本", ["a"], [["b"], ["c"], ["d"]])


def test_an_instant_without_a_time_zone_is_refused() -> None:
    for made in (lambda rows: xlsx("見本", ["a"], rows), lambda rows: list(csv(["a"], rows))):
        with pytest.raises(ValueError, match="time zone"):
            made([[datetime(2026, 6, 15)]])  # noqa: DTZ001 -- the very thing that is refused


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("\u3000=1", "'\u3000=1"),
        ("\t=1", "'\t=1"),
        ("+81-3", "'+81-3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-x", "'-x"),
        ("-5", "-5"),
        (-5, "-5"),
        (-0.25, "-0.25"),
        (1000, "1000"),
        ("架空𠮷髙﨑", "架空𠮷髙﨑"),
        ('引用"符, 見本', '引用"符, 見本'),
        ("二行\r\n見本", "二行\r\n見本"),
        ("a\0=1", "a\ufffd=1"),
        (date(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 6, 14, 15, 30, tzinfo=UTC), "2026-06-15 00:30"),
        (None, ""),
    ],
)
def test_a_cell_of_a_csv_is_guarded_when_it_is_a_text_and_left_alone_when_it_is_a_figure(
    value: Cell, told: str
) -> None:
    assert lines(b"".join(csv(["見本"], [[value]])))[1:] == [[told]]


def test_a_csv_begins_with_a_mark_ends_lines_with_cr_lf_and_comes_in_pieces() -> None:
    pieces = list(csv(["=見本"], (["あ" * 1000] for _ in range(500))))
    assert len(pieces) > 3
    whole = b"".join(pieces)
    assert whole.startswith("\ufeff'=見本\r\n".encode())
    assert whole.count(b"\n") == whole.count(b"\r\n") == 501
    assert whole.count("\ufeff".encode()) == 1

"""The reader of registration files: what it takes, what it refuses and how it says so."""

import csv
import gzip
import io
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.file_encoding import CP932, UTF_8, UnknownEncoding, encoding_of
from portal.domain.registration_file import (
    COLUMNS,
    LONGEST_LINE,
    NEEDED_COLUMNS,
    REMARKS,
    BadFile,
    FileFault,
    Layout,
    Limits,
    Record,
    RefusedLine,
    fields_of,
    form_of,
    look,
    records,
)

HEAD = ",".join(NEEDED_COLUMNS)
LINE = ",".join("見" for _ in NEEDED_COLUMNS)
GOOD = f"{HEAD}\n{LINE}\n"
JAPANESE = ",".join(COLUMNS.values())


def portions(data: bytes, size: int = 7) -> Callable[[], Iterator[bytes]]:
    return lambda: (data[at : at + size] for at in range(0, len(data), size))


def looked(data: bytes, limits: Limits | None = None) -> Layout:
    return look(portions(data), limits or Limits())


def faults(data: bytes, limits: Limits | None = None) -> list[tuple[int, str, str]]:
    with pytest.raises(BadFile) as bad:
        looked(data, limits)
    return [(fault.line, fault.column, fault.reason) for fault in bad.value.faults]


def lines(data: bytes, encoding: str = UTF_8) -> list[Record]:
    return list(records(portions(data)(), encoding))


def written(*rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode(encoding)


# The file as a whole


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", [(0, "", "empty")]),
        (b"\n\r\n,,,\n", [(0, "", "empty")]),
        (f"{HEAD}\n".encode(), [(0, "", "empty")]),
        (f"{HEAD}\n{','.join(' ' for _ in NEEDED_COLUMNS)}\n".encode(), [(0, "", "empty")]),
        (GOOD.encode("utf-16"), [(0, "", "utf_16")]),
        (GOOD.encode("utf-16-le"), [(0, "", "utf_16")]),
        (GOOD.encode("utf-16-be"), [(0, "", "utf_16")]),
        (GOOD.encode("utf-32"), [(0, "", "utf_16")]),
        (GOOD.encode("iso-2022-jp"), [(0, "", "iso_2022_jp")]),
        (GOOD.encode("euc-jp"), [(0, "", "euc_jp")]),
        (f"{JAPANESE}\n見本　花子,ﾐﾎﾝ\n".encode("euc-jp"), [(0, "", "euc_jp")]),
        (f"{JAPANESE}\n見本　花子,ミホン\n".encode("euc-jp") + b"\xad\xa1\xfc\xe2\n", [(0, "", "euc_jp")]),
        (f"{JAPANESE}\n".encode("euc-jp") + b"\x81\xff\n", [(1, "", "encoding")]),
        (gzip.compress(bytes(1_000_000)), [(1, "", "encoding")]),
        (b"PK\x03\x04 and more", [(0, "", "workbook")]),
        (b"\xd0\xcf\x11\xe0 and more", [(0, "", "workbook")]),
        (GOOD.encode() + b"\x81\xff\n", [(3, "", "encoding")]),
        (b"\xef\xbb\xbf" + GOOD.encode("cp932"), [(2, "", "encoding")]),
        (GOOD.encode() + f"{LINE}\n".encode("cp932"), [(3, "", "mixed_encoding")]),
        (GOOD.encode("cp932") + f"{LINE}\n".encode(), [(3, "", "mixed_encoding")]),
        (GOOD.replace(",", ";").encode(), [(1, "", "delimiter")]),
        (GOOD.replace(",", "\t").encode("cp932"), [(1, "", "delimiter")]),
        ("見本 花子,東京都\n1,2\n".encode(), [(1, "", "no_head")]),
        (GOOD.replace("\n", "\r").encode(), [(1, "", "line_ends")]),
        (f'{HEAD}\n{LINE}\n"見\n'.encode(), [(3, "", "bad_quote")]),
        (f'{HEAD}\n"見"本,\n'.encode(), [(2, "", "bad_quote")]),
        (f'{HEAD}\n"'.encode() + "見\n".encode() * 600_000 + b'"\n', [(2, "", "bad_quote")]),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_word_and_a_line(
    data: bytes, told: list[tuple[int, str, str]]
) -> None:
    assert faults(data) == told


@pytest.mark.parametrize("nuls", [30, 31, 1000])
def test_a_good_file_with_nuls_behind_it_is_not_called_utf_16(nuls: int) -> None:
    layout = looked(GOOD.encode() + bytes(nuls))
    assert (layout.encoding, layout.lines) == (UTF_8, 2)


@pytest.mark.parametrize("length", [131_072, 131_073, 900_000])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_of_any_length_is_a_fault_of_its_line_alone(length: int, quote: str) -> None:
    long = LINE.replace("見", f"{quote}{'x' * length}{quote}", 1)
    data = f"{GOOD}{long}\n{LINE}\n".encode()
    assert look(portions(data, 262_144), Limits()).lines == 3
    _, good, read, behind = records(portions(data, 262_144)(), UTF_8)
    assert [len(form_of(line, NEEDED_COLUMNS).faults) for line in (good, read, behind)] == [0, 1, 0]
    assert form_of(read, NEEDED_COLUMNS).faults == (FileFault(3, "registration_number", "too_long"),)


def test_a_line_is_too_long_at_the_same_length_in_portions_of_any_size() -> None:
    for size in (50_000, 262_144, 2_000_000):
        for more in (0, 1):
            data = f"{GOOD}{'x' * (LONGEST_LINE + more)}\n".encode()
            if more:
                data = data.rstrip() if size == 50_000 else data
                with pytest.raises(BadFile) as bad:
                    look(portions(data, size), Limits())
                assert bad.value.faults == (FileFault(3, "", "line_too_long"),)
            else:
                assert look(portions(data, size), Limits()).lines == 2


def test_what_a_file_may_hold_is_a_limit_of_bytes_and_of_lines() -> None:
    data = (GOOD + f"{LINE}\n").encode()
    assert looked(data, Limits(len(data), 2)).lines == 2
    assert faults(data, Limits(len(data) - 1, 2)) == [(0, "", "too_large")]
    assert faults(data, Limits(len(data), 1)) == [(0, "", "too_many_lines")]


def test_columns_that_are_unknown_missing_or_there_twice_are_named() -> None:
    head = HEAD.replace("kana", "かな").replace("birth_date", "name")
    assert faults(f"{head}\n{LINE}\n".encode()) == [
        (1, "かな", "unknown_column"),
        (1, "kana", "missing_column"),
        (1, "birth_date", "missing_column"),
        (1, "name", "double_column"),
    ]
    assert (1, "(空)", "unknown_column") in faults(f"{HEAD},\n{LINE},\n".encode())


def test_a_first_line_that_is_hardly_a_head_is_told_by_places_alone() -> None:
    told = faults("見本 花子,氏名,架空市,見本町\n1,2,3,4\n".encode())
    assert [column for _, column, reason in told if reason == "unknown_column"] == ["1", "3", "4"]


@pytest.mark.parametrize(
    ("encoding", "found"), [("utf-8", UTF_8), ("utf-8-sig", UTF_8), ("cp932", CP932), ("ascii", UTF_8)]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_encodings_and_both_line_ends_are_taken(encoding: str, found: str, end: str) -> None:
    text = GOOD if encoding != "ascii" else GOOD.replace("見", "x")
    data = text.replace("\n", end).encode(encoding)
    layout = looked(data)
    assert (layout.encoding, layout.lines, layout.bytes) == (found, 1, len(data))
    assert layout.titles == NEEDED_COLUMNS
    head, line = lines(data, found)
    assert (head.end, head.next_line) == (layout.body_at, layout.body_line)
    assert line.cells == LINE.replace("見", "x" if encoding == "ascii" else "見").split(",")


def test_the_last_line_may_end_without_a_line_end() -> None:
    assert looked(GOOD.rstrip().encode()).lines == 1


@pytest.mark.parametrize("text", ["髙﨑①㈱～－", "ﾃｽﾄ 見本", "表示 ソ 能 予"])
def test_cp932_with_its_own_characters_is_taken(text: str) -> None:
    assert lines(f"{text}\n".encode("cp932"), encoding_of(portions(f"{text}\n".encode("cp932"))))[
        0
    ].cells == [text]


# Lines


def test_a_line_is_numbered_by_where_it_begins_and_reading_goes_on_behind_any_line() -> None:
    data = written(["a", "b"], ["一\n二\r\n三", "x"], ["", ""], ["四", 'y"y'], ["五", "z,z"])
    found = lines(data)
    assert [record.number for record in found] == [1, 2, 6, 7]
    for place, record in enumerate(found):
        rest = list(records(portions(data[record.end :])(), UTF_8, record.end, record.next_line))
        assert rest == found[place + 1 :]


def test_a_line_of_another_length_and_an_endless_cell_are_named() -> None:
    fields = fields_of(["name", "kana"])
    assert form_of(Record(2, ["x"], 0, 3), fields).faults == (FileFault(2, "", "wrong_number_of_cells"),)
    long = form_of(Record(3, ["x", "y" * 5001], 0, 4), fields)
    assert (long.faults, long.typed) == ((FileFault(3, "kana", "too_long"),), {})


def test_remarks_of_an_earlier_list_are_read_over() -> None:
    fields = fields_of([*REMARKS.values(), "氏名"])
    assert form_of(Record(2, ["7", "長すぎます", "見本"], 0, 3), fields).typed == {"name": "見本"}


@given(st.lists(st.text(max_size=30), min_size=1), st.integers(1, 9))
def test_a_refused_line_is_kept_as_it_was(cells: list[str], first: int) -> None:
    line = RefusedLine(2, tuple(cells), (FileFault(2, "name", "double_in_file", first),))
    assert RefusedLine.of(2, line.told()) == line


# Whatever comes


_BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(
        st.sampled_from(
            [
                HEAD.encode(),
                LINE.encode(),
                LINE.encode("cp932"),
                b"\n",
                b"\r\n",
                b"\r",
                b'"',
                b",",
                b"\0",
                b"\xff",
                b"x",
            ]
        ),
        max_size=12,
    ).map(b"".join),
)


@given(_BYTES, st.integers(1, 64))
@example(b"\xef\xbb\xbf", 1)
@example(b"\x1b$B", 1)
def test_no_bytes_bring_about_anything_but_a_layout_or_a_refusal(data: bytes, size: int) -> None:
    try:
        layout = look(portions(data, size), Limits(1000, 10))
    except BadFile:
        return
    found = list(
        records(portions(data[layout.body_at :], size)(), layout.encoding, layout.body_at, layout.body_line)
    )
    assert len(found) == layout.lines
    for record in found:
        form_of(record, fields_of(layout.titles))


_CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=12)
_CP932_CELL = st.text(st.sampled_from("見本花子髙﨑①ｶﾅ、。\n\",' a1=+"), max_size=12)


@given(
    st.one_of(st.tuples(st.just("utf-8"), st.lists(_CELL, min_size=13, max_size=13)),
              st.tuples(st.just("utf-8-sig"), st.lists(_CELL, min_size=13, max_size=13)),
              st.tuples(st.just("cp932"), st.lists(_CP932_CELL, min_size=13, max_size=13))),
    st.integers(1, 50),
)  # fmt: skip
def test_what_is_written_is_read_again(case: tuple[str, list[str]], size: int) -> None:
    encoding, cells = case
    # Japanese column names, so that a file in CP932 can be told from one in UTF-8.
    head = [COLUMNS[name] for name in NEEDED_COLUMNS]
    data = written(head, cells, cells, encoding=encoding)
    if data[:4000].count(0) > 0.05 * len(data[:4000]):
        return
    if not any(cell.strip() for cell in cells):
        assert faults(data) == [(0, "", "empty")]
        return
    layout = look(portions(data, size), Limits())
    read = list(records(portions(data, size)(), layout.encoding))
    assert [record.cells for record in read] == [head, cells, cells]


@given(st.binary(max_size=200))
def test_every_file_has_an_encoding_or_is_refused_by_name(data: bytes) -> None:
    try:
        encoding = encoding_of(portions(data))
    except UnknownEncoding:
        return
    data.decode(encoding)

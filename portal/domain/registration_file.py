"""A file of registrations: which columns it has, and each line as a form that was filled in.

docs/registration_csv.md describes it for people. Column heads may be the Japanese words or the names of the fields.
The file is read line by line and never held as a whole; reading can begin again after any line.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portal.domain.entry import narrow
from portal.domain.file_encoding import UTF_8_MARK, UnknownEncoding, encoding_of, physical_lines
from portal.domain.formula import plain
from portal.domain.refusal import Invalid

LONGEST_CELL = 5_000
LONGEST_LINE = 1_000_000
"""Bytes between two line ends; far more than every cell at its longest."""

# The module's own limit of 131,072 characters would refuse the whole file for one long cell. What is longer than a line
# may be holds line breaks, so that it is most likely a quotation mark that was never closed.
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))

EXAMPLE_NUMBER = "00000-00000001"
"""求職番号 of the invented line in the file to begin with: nobody's, so registered by nothing but a demo."""

COLUMNS: Mapping[str, str] = {
    "registration_number": "求職番号",
    "name": "氏名",
    "kana": "フリガナ",
    "birth_date": "生年月日",
    "sex": "性別",
    "phone": "電話番号",
    "mail": "メールアドレス",
    "residence": "住所",
    "employer": "勤務先",
    "school": "学校名",
    "occupation_1": "希望職種1",
    "occupation_2": "希望職種2",
    "occupation_3": "希望職種3",
    "place_1": "希望勤務地1",
    "place_2": "希望勤務地2",
    "place_3": "希望勤務地3",
    "place_4": "希望勤務地4",
    "place_5": "希望勤務地5",
    "employment": "希望雇用形態",
    "times": "希望時間帯",
    "wage_month": "希望月額",
    "wage_hour": "希望時給",
    "experience_1": "経験職種1",
    "experience_years_1": "経験年数1",
    "experience_2": "経験職種2",
    "experience_years_2": "経験年数2",
    "experience_3": "経験職種3",
    "experience_years_3": "経験年数3",
    "education": "学歴",
    "licences": "免許・資格",
    "pr": "自己PR",
    "experience_text": "職務経験",
    "school_status": "学校の状況",
    "school_kind": "学校の種類",
    "graduated_on": "卒業日",
    "registered_on": "求職申込日",
    "valid_until": "有効期限",
    "range_private": "民間に提供",
    "range_municipal": "自治体に提供",
    "terms_version": "規約の版",
    "terms_agreed": "規約に同意",
}
"""Every column by the name of its field, in the order of docs/registration_csv.md."""

REMARKS: Mapping[str, str] = {"line_number": "行番号", "reason": "理由"}
"""Columns that a list of refused lines has in front; when it is sent again they are read over."""

NEEDED_COLUMNS = (
    "registration_number",
    "name",
    "kana",
    "birth_date",
    "occupation_1",
    "place_1",
    "employment",
    "school_status",
    "registered_on",
    "range_private",
    "range_municipal",
    "terms_version",
    "terms_agreed",
)

_TITLES = {**COLUMNS, **REMARKS}
_FIELD_OF = {narrow(title): field for field, title in _TITLES.items()} | {field: field for field in _TITLES}


@dataclass(frozen=True)
class Limits:
    """What one file may hold: bytes, and lines without the head."""

    bytes: int = 100_000_000
    lines: int = 100_000


@dataclass(frozen=True)
class FileFault:
    """One thing wrong. line: 0 is the file as a whole. column: a field, or in the head what stands there.

    first: for "double_in_file" the line on which the number stands first. Never the value of a cell, which may be
    somebody's name.
    """

    line: int
    column: str
    reason: str
    first: int = 0


class BadFile(Invalid):
    """A file that cannot be read as lines; nothing of it was stored."""

    def __init__(self, *faults: FileFault) -> None:
        self.faults = faults
        super().__init__({f"{fault.line}:{fault.column}": [fault.reason] for fault in faults})


class Record(NamedTuple):
    """One line with its cells. end, next_line: first byte and number of the line after it."""

    number: int
    cells: list[str]
    end: int
    next_line: int


@dataclass(frozen=True)
class Layout:
    """What a look through the whole file found. titles: the head as written. body_at, body_line: where lines begin."""

    encoding: str
    titles: tuple[str, ...]
    bytes: int
    lines: int
    body_at: int
    body_line: int


@dataclass(frozen=True)
class FileLine:
    """One filled-in form. faults: why it cannot be read at all; then `typed` is empty."""

    number: int
    typed: Mapping[str, str]
    faults: tuple[FileFault, ...] = ()


@dataclass(frozen=True)
class RefusedLine:
    """A line to correct: its cells as they were read (under the titles of the file), and all that is wrong."""

    number: int
    cells: tuple[str, ...]
    faults: tuple[FileFault, ...]

    def told(self) -> str:
        """As JSON, to be sealed."""
        faults = [[fault.column, fault.reason, fault.first] for fault in self.faults]
        return json.dumps({"cells": self.cells, "faults": faults}, ensure_ascii=True)

    @classmethod
    def of(cls, number: int, told: str) -> "RefusedLine":
        """The line that was told."""
        read = json.loads(told)
        faults = tuple(FileFault(number, *fault) for fault in read["faults"])
        return cls(number, tuple(read["cells"]), faults)


# The file as a whole


def look(read: Callable[[], Iterable[bytes]], limits: Limits) -> Layout:
    """Read the file once from end to end; ``read`` gives its bytes from the beginning each time it is called.

    Raises BadFile. For the file: "too_large", "empty", "too_many_lines", and what
    portal.domain.file_encoding.encoding_of says. For a line: "bad_quote", "line_ends" (CR alone), "line_too_long". For
    the head: "delimiter", "no_head", "missing_column", "unknown_column", "double_column".
    """
    size = 0
    for piece in read():
        size += len(piece)
        if size > limits.bytes:
            raise BadFile(FileFault(0, "", "too_large"))
    try:
        encoding = encoding_of(read)
    except UnknownEncoding as unknown:
        raise BadFile(FileFault(unknown.line, "", unknown.reason)) from None
    found = records(read(), encoding)
    head = next(found, None)
    if head is None:
        raise BadFile(FileFault(0, "", "empty"))
    _check_head(head)
    lines = 0
    for lines, _ in enumerate(found, 1):
        if lines > limits.lines:
            raise BadFile(FileFault(0, "", "too_many_lines"))
    if not lines:
        raise BadFile(FileFault(0, "", "empty"))
    return Layout(encoding, tuple(head.cells), size, lines, head.end, head.next_line)


def fields_of(titles: Iterable[str]) -> tuple[str, ...]:
    """The field of each column of a head that was accepted; those of `REMARKS` for what is read over."""
    return tuple(_FIELD_OF[narrow(title)] for title in titles)


def _check_head(head: Record) -> None:
    fields = [_FIELD_OF.get(narrow(cell[:100]), "") for cell in head.cells]
    if not any(fields):
        other = any(mark in head.cells[0] for mark in ("\t", ";", "；"))
        raise BadFile(FileFault(head.number, "", "delimiter" if other else "no_head"))
    # A first line may hold anything, a person's name too, as long as it is not plainly a head.
    plainly = 2 * sum(map(bool, fields)) >= len(fields)
    faults = [
        FileFault(head.number, _shown(cell) if plainly else str(place), "unknown_column")
        for place, (cell, field) in enumerate(zip(head.cells, fields, strict=True), 1)
        if not field
    ]
    faults += [
        FileFault(head.number, name, "missing_column") for name in NEEDED_COLUMNS if name not in fields
    ]
    faults += [
        FileFault(head.number, name, "double_column")
        for name in sorted({f for f in fields if fields.count(f) > 1 and f})
    ]
    if faults:
        raise BadFile(*faults)


def _shown(title: str) -> str:
    """A column's name in a message: printable and short. A blank one is named by its place."""
    return (
        "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in title.strip()[:40]) or "(空)"
    )


# Line by line


class _Source:
    """The physical lines as text; knows how far it has been read."""

    def __init__(self, source: Iterable[bytes], encoding: str, at: int, line: int) -> None:
        self._lines = physical_lines(source, LONGEST_LINE)
        self._encoding = encoding
        self.at = at
        self.line = line
        self.last = ""

    def __iter__(self) -> "_Source":
        return self

    def __next__(self) -> str:
        try:
            raw = next(self._lines)
            text = raw.decode(self._encoding)
        except UnicodeDecodeError:
            raise BadFile(FileFault(self.line, "", "encoding")) from None
        except ValueError:
            raise BadFile(FileFault(self.line, "", "line_too_long")) from None
        if self.at == 0 and raw.startswith(UTF_8_MARK):
            text = text[1:]
        self.at += len(raw)
        self.line += 1
        self.last = text
        return text


def records(source: Iterable[bytes], encoding: str, at: int = 0, line: int = 1) -> Iterator[Record]:
    """The lines that hold any text. ``source``: the bytes from place `at` on, where line number `line` begins.

    Raises BadFile: "bad_quote", "line_ends", "line_too_long", "encoding", each with its line.
    """
    text = _Source(source, encoding, at, line)
    reader = csv.reader(text, strict=True)
    while True:
        start = text.line
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            alone = "\r" in text.last.rstrip("\r\n")
            raise BadFile(FileFault(start, "", "line_ends" if alone else "bad_quote")) from None
        if any(cell and not cell.isspace() for cell in cells):
            yield Record(start, cells, text.at, text.line)


def form_of(record: Record, fields: Sequence[str]) -> FileLine:
    """A line as a form. Faults: "wrong_number_of_cells" of the line, "too_long" of a cell."""
    if len(record.cells) != len(fields):
        return FileLine(record.number, {}, (FileFault(record.number, "", "wrong_number_of_cells"),))
    typed = {
        field: plain(cell) for field, cell in zip(fields, record.cells, strict=True) if field not in REMARKS
    }
    faults = tuple(
        FileFault(record.number, field, "too_long")
        for field, cell in typed.items()
        if len(cell) > LONGEST_CELL
    )
    return FileLine(record.number, {} if faults else typed, faults)

"""A small file of registrations: which columns it has, and each line as a form that was filled in.

docs/registration_csv.md describes it for people. Column heads may be the Japanese words or the names of the fields.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.domain.entry import narrow
from portal.domain.refusal import Invalid

LARGEST_FILE = 5_000_000
MOST_LINES = 2_000
LONGEST_CELL = 5_000

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

_FIELD_OF = {narrow(title): field for field, title in COLUMNS.items()} | {field: field for field in COLUMNS}


@dataclass(frozen=True)
class FileFault:
    """One thing wrong. line: 1 is the head, 0 the file as a whole. Never the value, which may be somebody's name."""

    line: int
    column: str
    reason: str


class BadFile(Invalid):
    """A file that cannot be read as lines; nothing of it was stored."""

    def __init__(self, *faults: FileFault) -> None:
        self.faults = faults
        super().__init__({f"{fault.line}:{fault.column}": [fault.reason] for fault in faults})


@dataclass(frozen=True)
class FileLine:
    """One filled-in form. fault: why it cannot be read at all ("wrong_number_of_cells"), or None."""

    number: int
    typed: Mapping[str, str]
    fault: str | None = None


def read_file(data: bytes) -> tuple[FileLine, ...]:
    """Read a CSV file (UTF-8 with or without BOM, or CP932).

    Raises BadFile: "too_large", "encoding", "bad_csv", "empty", "too_many_lines"; for the head "missing_column",
    "unknown_column", "double_column".
    """
    if len(data) > LARGEST_FILE:
        raise BadFile(FileFault(0, "", "too_large"))
    lines = tuple(_lines(_decoded(data)))
    if not lines:
        raise BadFile(FileFault(0, "", "empty"))
    if len(lines) > MOST_LINES:
        raise BadFile(FileFault(0, "", "too_many_lines"))
    return lines


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(FileFault(0, "", "encoding"))


def _lines(text: str) -> Iterator[FileLine]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    head: list[str] | None = None
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if head is None:
                head = _head(line, cells)
            elif len(cells) != len(head):
                yield FileLine(line, {}, "wrong_number_of_cells")
            elif any(len(cell) > LONGEST_CELL for cell in cells):
                yield FileLine(line, {}, "too_long")
            else:
                yield FileLine(line, dict(zip(head, cells, strict=True)))
    except csv.Error:
        raise BadFile(FileFault(reader.line_num, "", "bad_csv")) from None


def _head(line: int, cells: list[str]) -> list[str]:
    fields = [_FIELD_OF.get(narrow(cell), "") for cell in cells]
    # A head may hold anything when the file is not one of ours, so only its place is told.
    faults = [
        FileFault(line, str(place), "unknown_column")
        for place, (cell, field) in enumerate(zip(cells, fields, strict=True), 1)
        if not field
    ]
    faults += [FileFault(line, name, "missing_column") for name in NEEDED_COLUMNS if name not in fields]
    faults += [
        FileFault(line, name, "double_column")
        for name in sorted({f for f in fields if fields.count(f) > 1 and f})
    ]
    if faults:
        raise BadFile(*faults)
    return fields

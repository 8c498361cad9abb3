"""Code tables: what a row is, which files are accepted, and what a newer file may change.

A code is never given a second meaning: rows are ended by their last day, never deleted, and an ended code
stays ended. Everything here is pure; files come in as bytes and go out as frozen rows or as faults with line,
column and reason.
"""

import csv
import hashlib
import io
import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.domain.refusal import Invalid

COLUMNS = (
    "code",
    "name",
    "name_en",
    "kana",
    "parent",
    "valid_from",
    "valid_until",
    "source",
    "confidence",
    "facts",
)
NEEDED_COLUMNS = ("code", "name", "valid_from", "source", "confidence")
CONFIDENCES = ("official", "secondary", "unverified", "own_decision", "fictional")
# Why a file, a line or a change is not taken; the command line has a sentence for each.
REASONS = frozenset(
    """
    bad_code bad_csv bad_day bad_description bad_fact bad_kana bad_pattern bad_text bad_toml circle
    double_column double_fact duplicate empty encoding ends_before_it_starts fictional_here leading_zero_lost
    missing missing_column missing_fact no_parent_here overlap removed reopened reused too_large
    unknown_column unknown_fact unknown_parent unknown_table unknown_value wrong_number_of_cells
    """.split()
)
LARGEST_FILE = 20_000_000
LONGEST_CODE = 20
LONGEST_TEXT = 200

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FACT = re.compile(r"([a-z][a-z0-9_]*)=([A-Za-z0-9_.-]+)")
_KANA = re.compile(r"[ァ-ヺーヽヾ・ ()0-9A-Z]*")
_HIRAGANA_TO_KATAKANA = {point: point + 0x60 for point in range(ord("ぁ"), ord("ゖ") + 1)}


@dataclass(frozen=True)
class Table:
    """What is said about a whole table, from ``config/tables/tables.toml``.

    ``pattern`` is the form of its codes; ``facts`` maps each known key to its allowed values (empty: any) and
    ``required`` names those that every row has. ``fictional``: the rows we ship are invented, for the demo.
    """

    kind: str
    title_ja: str
    title_en: str
    source: str
    licence: str
    verified_on: date | None
    pattern: str
    parent: str | None = None
    fictional: bool = False
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Code:
    """One row. ``valid_until`` is the last day on which it may be chosen, ``sort`` its place in the file."""

    kind: str
    code: str
    name_ja: str
    name_en: str
    kana: str
    parent: str | None
    valid_from: date
    valid_until: date | None
    source: str
    confidence: str
    facts: str
    sort: int

    def in_force(self, on: date) -> bool:
        """May this code be chosen on this day?"""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file. ``line`` counts from 1 (the header); 0 is the file as a whole."""

    kind: str
    line: int
    column: str
    reason: str
    value: str = ""

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"{self.reason} is not a known reason")


class BadTable(Invalid):
    """A table file that is not taken; nothing of it was stored. ``faults`` are in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        errors: dict[str, list[str]] = {}
        for fault in self.faults:
            errors.setdefault(f"{fault.kind}:{fault.line}:{fault.column}", []).append(fault.reason)
        super().__init__(errors, faults=len(self.faults))


def facts_of(text: str) -> dict[str, str]:
    """``"target=yes;ground=item_1"`` as a mapping; the text is one that was accepted before."""
    return dict(pair.split("=", 1) for pair in text.split(";") if pair)


def checksum(rows: Iterable[Code]) -> str:
    """The same for the same rows in the same order, whatever the file's encoding was. Hex SHA-256."""
    digest = hashlib.sha256()
    for row in rows:
        values = [getattr(row, name) for name in Code.__dataclass_fields__]
        digest.update(json.dumps(values, ensure_ascii=False, default=str).encode() + b"\n")
    return digest.hexdigest()


# What is said about the tables


def read_tables(data: bytes) -> dict[str, Table]:
    """Read ``tables.toml``, parents before children. Raises BadTable."""
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadTable([Fault("tables", 0, "", "encoding")]) from None
    except tomllib.TOMLDecodeError as error:
        raise BadTable([Fault("tables", 0, "", "bad_toml", str(error)[:LONGEST_TEXT])]) from None
    faults: list[Fault] = []
    tables = {}
    for kind, values in content.items():
        found = list(_faults_of_description(kind, values, content))
        faults += found
        if not found:
            tables[kind] = _table(kind, values)
    if faults:
        raise BadTable(faults)
    return {table.kind: table for table in _parents_first(tables)}


def _faults_of_description(kind: str, values: Any, content: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(values, dict) or not re.fullmatch(r"[a-z][a-z_]{0,39}", kind):
        yield Fault(kind, 0, "", "bad_description")
        return
    for name in ("title_ja", "title_en", "source", "licence", "pattern"):
        if not isinstance(values.get(name), str) or not values[name].strip():
            yield Fault(kind, 0, name, "missing")
    if not isinstance(values.get("verified_on"), date | None):
        yield Fault(kind, 0, "verified_on", "bad_day")
    try:
        re.compile(str(values.get("pattern", "")))
    except re.error:
        yield Fault(kind, 0, "pattern", "bad_pattern")
    if "parent" in values and values["parent"] not in content:
        yield Fault(kind, 0, "parent", "unknown_table", str(values["parent"]))
    facts = values.get("facts", {})
    if not isinstance(facts, dict) or not all(isinstance(allowed, list) for allowed in facts.values()):
        yield Fault(kind, 0, "facts", "bad_description")
    elif not isinstance(values.get("required", []), list) or set(values.get("required", [])) - set(facts):
        yield Fault(kind, 0, "required", "bad_description")
    known = {*Table.__dataclass_fields__} - {"kind"}
    for name in values.keys() - known:
        yield Fault(kind, 0, name, "unknown_column")


def _table(kind: str, values: Mapping[str, Any]) -> Table:
    described = dict(values)
    described["facts"] = {key: tuple(map(str, allowed)) for key, allowed in values.get("facts", {}).items()}
    described["required"] = frozenset(values.get("required", []))
    described.setdefault("verified_on", None)
    return Table(kind=kind, **described)


def _parents_first(tables: Mapping[str, Table]) -> Iterator[Table]:
    done: set[str] = set()
    while len(done) < len(tables):
        ready = [t for t in tables.values() if t.kind not in done and (t.parent is None or t.parent in done)]
        if not ready:
            raise BadTable([Fault(kind, 0, "parent", "circle") for kind in tables if kind not in done])
        yield from ready
        done.update(table.kind for table in ready)


# Rows of one table


def read_rows(table: Table, data: bytes, parents: Collection[str] | None = None) -> tuple[Code, ...]:
    """Read one CSV file (UTF-8 with or without BOM, or CP932).

    ``parents`` are the codes that a row may name as its parent; None leaves that unchecked.
    Raises BadTable with every fault of the file.
    """
    lines, faults = _lines(table.kind, _decoded(table.kind, data))
    rows: list[Code] = []
    seen: dict[str, Code] = {}
    for line, cells in lines:
        found = list(_faults_of_row(table, line, cells, parents))
        if not found:
            row = _row(table, cells, len(rows) + 1)
            if row.code in seen:
                found.append(Fault(table.kind, line, "code", _repetition(seen[row.code], row), row.code))
            seen.setdefault(row.code, row)
            rows.append(row)
        faults += found
    if not rows and not faults:
        faults.append(Fault(table.kind, 0, "", "empty"))
    if faults:
        raise BadTable(sorted(faults, key=lambda fault: fault.line))
    return tuple(rows)


def _decoded(kind: str, data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise BadTable([Fault(kind, 0, "", "too_large")])
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable([Fault(kind, 0, "", "encoding")])


def _lines(kind: str, text: str) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    lines: list[tuple[int, dict[str, str]]] = []
    faults: list[Fault] = []
    start = 1
    try:
        for values in reader:
            line, start = start, reader.line_num + 1
            cells = [value.strip() for value in values]
            if not any(cells):
                continue
            if header is None:
                header = _header(kind, line, cells)
            elif len(cells) != len(header):
                faults.append(Fault(kind, line, "", "wrong_number_of_cells", str(len(cells))))
            else:
                lines.append((line, dict.fromkeys(COLUMNS, "") | dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        faults.append(Fault(kind, reader.line_num, "", "bad_csv", str(error)))
    return lines, faults


def _header(kind: str, line: int, cells: list[str]) -> list[str]:
    faults = [Fault(kind, line, name, "missing_column") for name in NEEDED_COLUMNS if name not in cells]
    faults += [Fault(kind, line, name[:40], "unknown_column") for name in cells if name not in COLUMNS]
    faults += [Fault(kind, line, name, "double_column") for name in set(cells) if cells.count(name) > 1]
    if faults:
        raise BadTable(faults)
    return cells


def _faults_of_row(
    table: Table, line: int, cells: Mapping[str, str], parents: Collection[str] | None
) -> Iterator[Fault]:
    def fault(column: str, reason: str) -> Fault:
        return Fault(table.kind, line, column, reason, cells[column][:40])

    texts = [name for name in COLUMNS if len(cells[name]) > LONGEST_TEXT or _unprintable(cells[name])]
    if texts:
        yield from (fault(name, "bad_text") for name in texts)
        return
    yield from (fault(name, "missing") for name in NEEDED_COLUMNS if not cells[name])
    code = _narrow(cells["code"])
    if code and (len(code) > LONGEST_CODE or not re.fullmatch(table.pattern, code)):
        yield fault("code", "leading_zero_lost" if _zero_lost(table, code) else "bad_code")
    if not _KANA.fullmatch(_kana(cells["kana"])):
        yield fault("kana", "bad_kana")
    if cells["confidence"] and cells["confidence"] not in CONFIDENCES:
        yield fault("confidence", "unknown_value")
    if cells["confidence"] == "fictional" and not table.fictional:
        yield fault("confidence", "fictional_here")
    yield from _faults_of_days(fault, cells)
    yield from _faults_of_parent(fault, table, _narrow(cells["parent"]), parents)
    yield from (fault("facts", reason) for reason in _faults_of_facts(table, cells["facts"]))


def _faults_of_days(fault: Callable[[str, str], Fault], cells: Mapping[str, str]) -> Iterator[Fault]:
    bad = [name for name in ("valid_from", "valid_until") if cells[name] and _day(cells[name]) is None]
    yield from (fault(name, "bad_day") for name in bad)
    if (
        not bad
        and cells["valid_from"]
        and cells["valid_until"]
        and cells["valid_until"] < cells["valid_from"]
    ):
        yield fault("valid_until", "ends_before_it_starts")


def _faults_of_parent(
    fault: Callable[[str, str], Fault], table: Table, parent: str, parents: Collection[str] | None
) -> Iterator[Fault]:
    if table.parent is None:
        if parent:
            yield fault("parent", "no_parent_here")
    elif not parent:
        yield fault("parent", "missing")
    elif parents is not None and parent not in parents:
        yield fault("parent", "unknown_parent")


def _faults_of_facts(table: Table, text: str) -> Iterator[str]:
    pairs = [_FACT.fullmatch(part.strip()) for part in text.split(";")] if text else []
    found = [(match[1], match[2]) for match in pairs if match]
    if len(found) < len(pairs):
        yield "bad_fact"
    keys = [key for key, _ in found]
    if len(set(keys)) < len(keys):
        yield "double_fact"
    if set(keys) - set(table.facts):
        yield "unknown_fact"
    if any(table.facts.get(key) and value not in table.facts[key] for key, value in found):
        yield "unknown_value"
    if table.required - set(keys):
        yield "missing_fact"


def _row(table: Table, cells: Mapping[str, str], place: int) -> Code:
    return Code(
        kind=table.kind,
        code=_narrow(cells["code"]),
        name_ja=cells["name"],
        name_en=cells["name_en"],
        kana=_kana(cells["kana"]),
        parent=_narrow(cells["parent"]) or None,
        valid_from=date.fromisoformat(cells["valid_from"]),
        valid_until=_day(cells["valid_until"]),
        source=cells["source"],
        confidence=cells["confidence"],
        facts=";".join(sorted(part.strip() for part in cells["facts"].split(";") if part.strip())),
        sort=place,
    )


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _kana(text: str) -> str:
    return _narrow(text).translate(_HIRAGANA_TO_KATAKANA)


def _unprintable(text: str) -> bool:
    return any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") for letter in text)


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _zero_lost(table: Table, code: str) -> bool:
    return code.isdecimal() and any(
        re.fullmatch(table.pattern, code.zfill(width)) for width in range(len(code) + 1, 6)
    )


def _repetition(first: Code, second: Code) -> str:
    if first.name_ja == second.name_ja:
        return "duplicate"
    overlap = (first.valid_until is None or second.valid_from <= first.valid_until) and (
        second.valid_until is None or first.valid_from <= second.valid_until
    )
    return "overlap" if overlap else "reused"

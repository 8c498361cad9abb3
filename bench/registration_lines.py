"""Makes registrations by file from the documented format alone (docs/registration_csv.md), as hard as it allows.

Nothing of the reader is imported: heads, codes, days and reasons stand here once more, written from the document, so
that reader and document check each other. Every person is invented and looks it.

    python -m bench.registration_lines 100000 FILE --encoding cp932 --break-every 50 --expected EXPECTED.json
"""

import argparse
import csv
import io
import json
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import IO

from bench.registration_faults import BREAKS, Broken
from bench.registration_words import Writer, other_width

TABLES = Path(__file__).resolve().parent.parent / "config" / "tables"

HEADS: Mapping[str, str] = {
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
    **{f"occupation_{n}": f"希望職種{n}" for n in (1, 2, 3)},
    **{f"place_{n}": f"希望勤務地{n}" for n in (1, 2, 3, 4, 5)},
    "employment": "希望雇用形態",
    "times": "希望時間帯",
    "wage_month": "希望月額",
    "wage_hour": "希望時給",
    **{f"experience_{n}": f"経験職種{n}" for n in (1, 2, 3)},
    **{f"experience_years_{n}": f"経験年数{n}" for n in (1, 2, 3)},
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
"""Every column of the document: field and Japanese word."""


@dataclass(frozen=True)
class Tables:
    """The codes a line may hold, read from the shipped tables; `towns`: code to full and, where unique, short name."""

    codes: Mapping[str, Sequence[str]]
    towns: Mapping[str, Sequence[str]]
    asked_schools: frozenset[str]

    @classmethod
    def read(cls, folder: Path = TABLES, prefectures: Sequence[str] = ()) -> "Tables":
        """`prefectures`: take towns of these only, for a database that holds no others."""
        rows = {path.stem: _rows(path) for path in sorted(folder.glob("*.csv"))}
        codes = {kind: [row["code"] for row in found] for kind, found in rows.items()}
        codes["wage_month"] = [r["code"] for r in rows["wage_band"] if "unit=month" in r["facts"]]
        codes["wage_hour"] = [r["code"] for r in rows["wage_band"] if "unit=hour" in r["facts"]]
        codes["experience_band"].remove("none")
        above = {row["code"]: row["name"] for row in rows["prefecture"]}
        short = [row["name"] for row in rows["municipality"]]
        alone = {name for name in set(short) if short.count(name) == 1}
        towns = {
            row["code"]: [above[row["parent"]] + row["name"], *({row["name"]} & alone)]
            for row in rows["municipality"]
            if not prefectures or row["parent"] in prefectures
        }
        towns |= {code: [name] for code, name in above.items()}
        asked = {row["code"] for row in rows["school_kind"] if "target=yes" in row["facts"]}
        return cls(codes, towns, frozenset(asked))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class Expected:
    """What must become of the file. refused: line of the file, column ("" for the line), reason; `held` lines have a
    text with a telephone number in it, which must wait for the office."""

    good: int = 0
    held: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def refused_lines(self) -> int:
        """How many lines are refused."""
        return len({line for line, _, _ in self.refused})


def registrations(
    count: int,
    tables: Tables,
    *,
    on: date,
    terms: str,
    seed: int = 1,
    cp932: bool = False,
    break_every: int = 0,
) -> Iterator[Broken]:
    """`count` lines by field, the same ones for the same seed. `on`: the day on which they are read (JST).

    Every `break_every`-th line is broken in one of the known ways, in turn.
    """
    drawn = random.Random(seed)
    writer = Writer(drawn, on, cp932=cp932)
    numbers: list[str] = []
    broken = 0
    for n in range(1, count + 1):
        cells = _good(n, drawn, writer, tables, terms)
        if not break_every or n % break_every:
            numbers.append(cells["registration_number"])
            yield Broken(cells, held="090-0000-0000" in cells["pr"])
            continue
        earlier = drawn.choice(numbers) if numbers else None
        yield BREAKS[broken % len(BREAKS)](cells, writer, earlier)
        broken += 1


def _good(n: int, drawn: random.Random, writer: Writer, tables: Tables, terms: str) -> dict[str, str]:
    codes = tables.codes
    occupations = [*codes["occupation"], *codes["occupation_major"]]

    def maybe(text: str, share: float = 0.7) -> str:
        return text if drawn.random() < share else drawn.choice(("", "", " ", "\u3000"))

    cells = dict.fromkeys(HEADS, "")
    cells |= {
        "registration_number": writer.number(n),
        "name": writer.name(),
        "kana": writer.kana(),
        "birth_date": writer.day(writer.on - timedelta(days=drawn.randrange(15 * 365, 75 * 365))),
        "sex": maybe(drawn.choice(("female", "male", "other"))),
        "phone": maybe(writer.phone()),
        "mail": maybe(writer.mail(n)),
        "residence": maybe(writer.residence()),
        "employer": maybe(drawn.choice(("株式会社架空商事", "㈱見本製作所", 'カクウ, "ミホン" 有限会社'))),
        "school": maybe(drawn.choice(("架空大学", "見本高等学校　普通科", "架空専門学校"))),
        "employment": writer.codes(drawn.sample(codes["employment_type"], drawn.randint(1, 5))),
        "times": maybe(writer.codes(drawn.sample(codes["time_band"], drawn.randint(1, 8)))),
        "wage_month": maybe(writer.width(drawn.choice(codes["wage_month"]))),
        "wage_hour": maybe(writer.width(drawn.choice(codes["wage_hour"])), 0.3),
        "education": maybe(writer.width(drawn.choice(codes["education_level"]))),
        "licences": maybe(writer.codes(drawn.sample(codes["licence"], drawn.choice((1, 1, 2, 3, 10))))),
        "pr": maybe(writer.text(), 0.9),
        "experience_text": maybe(writer.text()),
        "terms_version": writer.width(terms),
        "terms_agreed": writer.yes(),
    }
    for place, code in enumerate(drawn.sample(occupations, drawn.randint(1, 3)), 1):
        cells[f"occupation_{place}"] = writer.width(code)
    for place, code in enumerate(drawn.sample(occupations, drawn.randint(0, 3)), 1):
        cells[f"experience_{place}"] = writer.width(code)
        cells[f"experience_years_{place}"] = drawn.choice(codes["experience_band"])
    for place, code in enumerate(drawn.sample(list(tables.towns), drawn.choice((1, 1, 2, 5))), 1):
        cells[f"place_{place}"] = drawn.choice((writer.width(code), *tables.towns[code]))
    private = drawn.random() < 0.7
    cells["range_private"] = writer.yes() if private else writer.no()
    cells["range_municipal"] = writer.yes() if not private or drawn.random() < 0.5 else writer.no()
    cells |= _school(drawn, writer, tables) | _validity(drawn, writer)
    return cells


def _school(drawn: random.Random, writer: Writer, tables: Tables) -> dict[str, str]:
    status = drawn.choice(("none", "none", "none", "student", "graduated", "graduated", "left"))
    if status == "none":
        return {"school_status": status}
    kind = drawn.choice(tables.codes["school_kind"])
    cells = {"school_status": status, "school_kind": writer.width(kind)}
    if status == "graduated" and (kind in tables.asked_schools or drawn.random() < 0.5):
        cells["graduated_on"] = writer.day(writer.on - timedelta(days=drawn.randrange(0, 4000)))
    return cells


def _validity(drawn: random.Random, writer: Writer) -> dict[str, str]:
    on = writer.on
    match drawn.randrange(4):
        case 0:  # the longest that is taken
            return {
                "registered_on": writer.day(on - timedelta(days=300)),
                "valid_until": writer.day(month_end(on, 12)),
            }
        case 1:  # its last day is today
            return {
                "registered_on": writer.day(on - timedelta(days=drawn.randrange(200))),
                "valid_until": writer.day(on),
            }
        case 2:  # the oldest that is still in force without a last day
            return {"registered_on": writer.day(month_end(on, -3) + timedelta(days=1))}
        case _:
            return {"registered_on": writer.day(on - timedelta(days=drawn.randrange(28)))}


def month_end(day: date, months: int) -> date:
    """The last day of the month so many months later."""
    after = day.year * 12 + day.month + months
    return date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def write(
    file: IO[bytes],
    lines: Iterable[Broken],
    *,
    encoding: str = "utf-8",
    heads: str = "japanese",
    seed: int = 1,
) -> Expected:
    """Write the lines as one file and tell what must become of it. `heads`: "japanese", "english" or "mixed".

    Columns in drawn order, cells quoted now and then without need, both kinds of line ends, empty lines between.
    """
    drawn = random.Random(seed)
    fields = list(HEADS)
    drawn.shuffle(fields)
    text = io.TextIOWrapper(file, encoding=encoding, newline="", write_through=False)
    writers = [
        csv.writer(text, lineterminator=end, quoting=quoting)
        for end in ("\r\n", "\n")
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
    ]
    writers[0].writerow([_head(name, heads, drawn) for name in fields])
    at = 2
    expected = Expected()
    for made in lines:
        if drawn.random() < 0.01:
            text.write(drawn.choice(("\r\n", "\n", "," * (len(fields) - 1) + "\r\n", " , \r\n")))
            at += 1
        cells = [made.cells.get(name, "") for name in fields] + [""] * made.further_cells
        drawn.choice(writers).writerow(cells)
        expected.good += not made.faults
        expected.held += made.held
        expected.refused += [(at, column, reason) for column, reason in made.faults]
        at += 1 + sum(cell.count("\n") for cell in cells)
    text.flush()
    text.detach()
    return expected


def _head(name: str, heads: str, drawn: random.Random) -> str:
    match heads:
        case "english":
            return name
        case "mixed":
            return drawn.choice(
                (name, HEADS[name], other_width(name), other_width(HEADS[name]), f" {name}\u3000")
            )
    return HEADS[name]


def main(arguments: Sequence[str]) -> int:
    """The command: writes the file and, where asked for, what must become of it as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.registration_lines", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--encoding", default="utf-8", choices=("utf-8", "utf-8-sig", "cp932"))
    parser.add_argument("--heads", default="japanese", choices=("japanese", "english", "mixed"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", type=date.fromisoformat, required=True, help="the day on which it is read")
    parser.add_argument("--terms", required=True, help="the version of the terms in force on that day")
    parser.add_argument("--break-every", type=int, default=0)
    parser.add_argument("--expected", type=Path)
    asked = parser.parse_args(arguments)
    lines = registrations(
        asked.count,
        Tables.read(),
        on=asked.on,
        terms=asked.terms,
        seed=asked.seed,
        cp932=asked.encoding == "cp932",
        break_every=asked.break_every,
    )
    with asked.file.open("wb") as file:
        expected = write(file, lines, encoding=asked.encoding, heads=asked.heads, seed=asked.seed)
    if asked.expected:
        told = {"good": expected.good, "held": expected.held, "refused": expected.refused}
        asked.expected.write_text(json.dumps(told) + "\n")
    print(f"{expected.good} good, {expected.refused_lines} to be refused, {asked.file.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

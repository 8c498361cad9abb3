"""The list of refused lines of a file of registrations: corrected in a spreadsheet, it can be sent again as it is.

In front of the columns of the file stand the line and the reasons in Japanese; both are read over when it comes back.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from portal.domain.formula import harmless
from portal.domain.profile import LONGEST_TEXT, MOST_LICENCES
from portal.domain.registration_file import COLUMNS, LONGEST_CELL, REMARKS, FileFault, RefusedLine
from portal.domain.seeker import LONGEST

_DAY = "日付として読み取れません（例：2026-06-15、令和8年6月15日）"
_CHARACTERS = "使えない文字が含まれています"

REASONS: Mapping[str, str] = {
    # the line
    "wrong_number_of_cells": "列の数が見出しと違います",
    # any cell
    "missing": "入力が必要です",
    "too_long": "長すぎます",
    "nul": _CHARACTERS,
    "control": _CHARACTERS,
    "surrogate": _CHARACTERS,
    "bad_character": _CHARACTERS,
    "emoji": "絵文字は使えません",
    "line_break": "改行は使えません",
    "unknown_code": "コード表にないか、今は使えないコードです",
    "double": "同じものが二つ以上あります",
    "too_many": f"数が多すぎます（{MOST_LICENCES}件まで）",
    "yes_or_no": "1（はい）か0（いいえ）を入力してください",
    # days
    "date_missing": "日付が必要です",
    "date_unreadable": _DAY,
    "date_impossible": "その日はありません",
    "year_unclear": "西暦4けたの年か、元号を付けた年が必要です",
    "era_unknown": _DAY,
    "era_range": "その元号にない日です",
    "in_future": "今日より後の日です",
    "before_birth": "生年月日より前の日です",
    "too_long_ago": "古すぎる日付です",
    "too_far": "先すぎる日付です",
    "before_start": "始まりの日より前の日です",
    # a person
    "bad_kana": "カタカナかひらがなで入力してください",
    "bad_phone": "電話番号として読み取れません（例：00-0000-0000）",
    "bad_mail": "メールアドレスとして読み取れません",
    "bad_registration_number": "求職番号として読み取れません（例：00000-00000000）",
    "already_registered": "ほかのハローワークで登録されています",
    "example_line": "ひな形の見本の行です。消すか、登録する方の内容に書き換えてください",
    "double_in_file": "同じ求職番号がこのファイルの{first}行目にあります",
    "not_needed": "学校の状況に合いません",
    "not_a_graduate": "卒業した方だけの列です",
    "must_agree": "規約に同意した方だけが利用できます",
    "terms_changed": (
        "今の規約の版ではありません"
        "（表計算ソフトが 2026-04 を Apr-26 のような日付に変えることがあります。列の書式を「文字列」にしてください）"
    ),
    # job-search data
    "range_missing": "民間か自治体の、少なくとも一方が必要です",
    "not_in_force": "登録の期間が終わっています",
    "years_missing": "経験年数が必要です",
    "years_without_occupation": "経験年数だけで、経験職種がありません",
    "ambiguous_place": "同じ名前の市区町村が二つ以上あります。都道府県名から入力してください",
    "unknown_place": "都道府県にも市区町村にもありません",
}
"""Why a line was refused, in the words of the list."""

_LONGEST: Mapping[str, int] = {**LONGEST, "pr": LONGEST_TEXT, "experience_text": LONGEST_TEXT}


def reason_text(fault: FileFault) -> str:
    """One reason with its column: 氏名：絵文字は使えません."""
    words = REASONS.get(fault.reason, "内容をご確認ください").format(first=fault.first)
    if fault.reason == "too_long":
        words = f"長すぎます（{_LONGEST.get(fault.column, LONGEST_CELL):,}文字まで）"
    column = COLUMNS.get(fault.column, "")
    return f"{column}：{words}" if column else words


def refused_lines(titles: Sequence[str], lines: Iterable[RefusedLine]) -> Iterator[bytes]:
    """The list as CSV (UTF-8 with BOM, CR LF), some lines at a time. ``titles``: the columns that the cells are of.

    A cell that a spreadsheet would take for a formula stands behind an apostrophe, which is dropped on reading.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow([*REMARKS.values(), *titles])
    for line in lines:
        reasons = "；".join(dict.fromkeys(reason_text(fault) for fault in line.faults))
        # Where a NUL stood something visible stands: spreadsheets end a cell there.
        cells = (harmless(cell.replace("\0", "\N{REPLACEMENT CHARACTER}")) for cell in line.cells)
        writer.writerow([line.number, reasons, *cells])
        if text.tell() > 100_000:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()

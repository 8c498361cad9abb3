"""Files of registrations in words: their states, what is wrong with a file, what is wrong with a line."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.registration_file import COLUMNS, REMARKS, FileFault
from portal.services.registration_job import Job, JobState
from portal.web.field_wording import field_text
from portal.web.rendering import number

_l = lazy_gettext

STATES: Mapping[JobState, tuple[LazyString, str]] = {
    JobState.WAITING: (_l("順番を待っています"), "info"),
    JobState.CHECKING: (_l("確認しています"), "info"),
    JobState.CHECKED: (_l("確認が終わりました"), "warning"),
    JobState.REGISTERING: (_l("登録しています"), "info"),
    JobState.FINISHED: (_l("登録が終わりました"), "success"),
    JobState.CANCELLED: (_l("取りやめました"), "neutral"),
    JobState.FAILED: (_l("途中で止まりました"), "error"),
}
"""Each with the kind of its tag."""

FILES: Mapping[str, LazyString] = {
    "too_large": _l("ファイルが大きすぎます。いくつかに分けてください。"),
    "too_many_lines": _l("行が多すぎます。いくつかのファイルに分けてください。"),
    "empty": _l("登録する行がありません。"),
    "workbook": _l("表計算ソフトのファイルのままです。「CSV UTF-8」の形式で保存してから、お送りください。"),
    "utf_16": _l("文字コードが UTF-16 です。「CSV UTF-8」の形式で保存し直してください。"),
    "iso_2022_jp": _l("文字コードが JIS（ISO-2022-JP）です。「CSV UTF-8」の形式で保存し直してください。"),
    "euc_jp": _l("文字コードが EUC-JP です。「CSV UTF-8」の形式で保存し直してください。"),
    "mixed_encoding": _l(
        "途中で文字コードが変わっています。二つのファイルをつなげたときは、同じ文字コードにそろえてください。"
    ),
    "encoding": _l("文字として読み取れないところがあります。「CSV UTF-8」の形式で保存し直してください。"),
    "bad_quote": _l(
        '「"」の使い方が正しくないため、行の区切りがわかりません。「"」で始まるセルは「"」で閉じてください。'
    ),
    "line_ends": _l(
        "行の区切りが読み取れません。表計算ソフトで開き、「CSV UTF-8」の形式で保存し直してください。"
    ),
    "line_too_long": _l('1行が長すぎます。「"」が閉じられているか、ご確認ください。'),
    "delimiter": _l(
        "セルの区切りがカンマではありません。表計算ソフトで開き、「CSV UTF-8」の形式で保存し直してください。"
    ),
    "no_head": _l("最初の行に列の名前がありません。ひな形の最初の行を付けてください。"),
    "missing_column": _l("この列がありません。ひな形の最初の行と比べてください。"),
    "unknown_column": _l("この列の名前はわかりません。ひな形の最初の行と比べてください。"),
    "double_column": _l("同じ名前の列が二つ以上あります。一つにしてください。"),
}
"""What is wrong with a file as a whole or its first line."""

LINES: Mapping[str, LazyString] = {
    "wrong_number_of_cells": _l("セルの数が、最初の行と違います。"),
    "missing": _l("何も書かれていません。"),
    "unknown_code": _l("コード表にないコードです。数字の頭の 0 が消えていないか、ご確認ください。"),
    "already_registered": _l("この求職番号は、ほかの窓口で登録されています。"),
    "example_line": _l("ひな形の見本の行です。消すか、登録する方の内容に書き換えてください。"),
    "not_needed": _l("学校の状況が none のときは、空けてください。"),
    "must_agree": _l("ご本人の同意がありません。同意された方だけを登録できます。"),
    "terms_changed": _l(
        "今の規約の版ではありません。表計算ソフトが「2026-04」を「Apr-26」のような日付に変えていないか、ご確認ください"
        "（列の書式を「文字列」にすると、変わりません）。前の版に同意された方には、今の規約に同意していただいてから、"
        "今の版を書いてください。"
    ),
    "range_missing": _l("民間と自治体の、どちらかまたは両方を「はい」にしてください。"),
    "not_in_force": _l("求職の登録の期限が過ぎています。日付をご確認ください。"),
    "years_missing": _l("経験した年数のコードを書いてください。"),
    "years_without_occupation": _l("年数だけでなく、職業のコードも書いてください。"),
    "too_long": _l("長すぎます。短くしてください。"),
    "too_many": _l("コードが多すぎます。減らしてください。"),
}
"""What is wrong with a cell where a file says it otherwise than a form."""

FAILURES: Mapping[str, LazyString] = {
    "terms_missing": _l("同意していただく利用規約がありません。運用の担当者にお知らせください。"),
}
_FAILURE = _l("サイトの側の問題で、先へ進めませんでした。運用の担当者にお知らせください。")


_NOTHING = (_l("1件も登録していません"), "warning")
_EXPIRED = (_l("期限が過ぎて消しました"), "neutral")


def state(job: Job) -> tuple[LazyString, str]:
    """Where a file stands, and the kind of the tag; what nobody cancelled is not called so."""
    if job.state is JobState.FINISHED and not job.accepted:
        return _NOTHING
    return _EXPIRED if job.expired else STATES[job.state]


def column_name(column: str) -> str:
    """The Japanese head of a column; as it stands in the file where it is none of ours."""
    return COLUMNS.get(column) or REMARKS.get(column, column)


def reason(fault: FileFault) -> str:
    """One fault of a line in words. Never the value of the cell."""
    if fault.first:
        return gettext("同じ求職番号が、%(line)s行目にもあります。", line=number(fault.first))
    if fault.reason in LINES:
        return str(LINES[fault.reason])
    return field_text(fault.reason, {})


def file_problem(fault: FileFault) -> str:
    """One fault of a file as a whole: where, and what to do."""
    text = str(FILES[fault.reason]) if fault.reason in FILES else reason(fault)
    place = [gettext("%(line)s行目", line=number(fault.line))] if fault.line else []
    place += [gettext("「%(column)s」の列", column=column_name(fault.column))] if fault.column else []
    return gettext("%(place)s：%(text)s", place=" ".join(place), text=text) if place else text


def failure(job: Job) -> str:
    """Why a file stopped."""
    return str(FAILURES.get(job.reason or "", _FAILURE))

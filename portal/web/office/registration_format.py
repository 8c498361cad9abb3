"""How a registration file is written: the page for a clerk, and the file to begin with.

Columns, their order and which are needed come from the reader (portal.domain.registration_file); here stand only the
words.
"""

from collections.abc import Mapping
from datetime import date

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.calendar.day import jst_day
from portal.documents.registration_template import example, template
from portal.domain.permission import Permission
from portal.domain.refusal import Refusal
from portal.domain.registration_file import COLUMNS, NEEDED_COLUMNS
from portal.services import code, terms
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.office.registration_file import limits
from portal.web.runtime import current

_l = lazy_gettext

_OCCUPATION = _l("職業のコード。中分類（3けた）または大分類（2けた）")
_PLACE = _l("都道府県または市区町村の名前かコード。例：三重県津市、24201、24")
_YEARS = _l("経験した年数のコード。職業を書いたときは必要です")
_YES = _l("はい または いいえ。1 と 0 でもかまいません")
_DAY = _l("西暦でも和暦でも。例：2026-06-15、令和8年6月15日、R8.6.15")
_FREE = _l("600文字まで。セルの中で改行できます")

HOW: Mapping[str, LazyString] = {
    "registration_number": _l("数字5けた、ハイフン、数字6けたから8けた"),
    "name": _l("姓と名のあいだに空白。80文字まで"),
    "kana": _l("カタカナまたはひらがな。80文字まで"),
    "birth_date": _DAY,
    "sex": _l("female（女性）、male（男性）、other（その他）、または空"),
    "phone": _l("例：00-0000-0000"),
    "mail": _l("例：mihon@example.jp"),
    "residence": _l("200文字まで"),
    "employer": _l("今または直近の勤務先。100文字まで"),
    "school": _l("今または最後の学校。100文字まで"),
    **{f"occupation_{n}": _OCCUPATION for n in (1, 2, 3)},
    **{f"place_{n}": _PLACE for n in (1, 2, 3, 4, 5)},
    "employment": _l("雇用形態のコード。いくつもあるときは ; で区切ります"),
    "times": _l("働く時間のコード。いくつもあるときは ; で区切ります"),
    "wage_month": _l("賃金のコード（月額。M で始まるもの）"),
    "wage_hour": _l("賃金のコード（時給。H で始まるもの）"),
    **{f"experience_{n}": _OCCUPATION for n in (1, 2, 3)},
    **{f"experience_years_{n}": _YEARS for n in (1, 2, 3)},
    "education": _l("学歴のコード"),
    "licences": _l("免許・資格のコード。10個まで、; で区切ります"),
    "pr": _FREE,
    "experience_text": _FREE,
    "school_status": _l(
        "none（学校に関係しない）、student（在学中）、graduated（卒業した）、left（卒業せずにやめた）"
    ),
    "school_kind": _l("学校の種類のコード。学校の状況が none のときは空けます"),
    "graduated_on": _l("卒業した方だけ。書き方はほかの日付と同じです"),
    "registered_on": _DAY,
    "valid_until": _l("空けておくと、決まった長さになります"),
    "range_private": _YES,
    "range_municipal": _YES,
    "terms_version": _l(
        "ご本人が同意した規約の版。今の版でなければなりません。表計算ソフトで Apr-26 のように変わることがあるので、"
        "書式を「文字列」にしてから書きます"
    ),
    "terms_agreed": _l("ご本人が窓口で同意したら はい"),
}

TABLES: Mapping[str, LazyString] = {
    "occupation_major": _l("職業（大分類）"),
    "occupation": _l("職業（中分類）"),
    "employment_type": _l("雇用形態"),
    "time_band": _l("働く時間"),
    "wage_band": _l("賃金"),
    "experience_band": _l("経験した年数"),
    "education_level": _l("学歴"),
    "licence": _l("免許・資格"),
    "school_kind": _l("学校の種類"),
}
"""The code tables of which a file holds codes; places are known by name."""


@office_page("/files/format", Permission.OFFICE_SEEKER_REGISTER)
def file_format() -> ResponseReturnValue:
    """Every column, every code."""
    today = _today()
    language = str(get_locale() or "ja")
    with current().read(AUDIENCE) as session:
        tables = [
            (str(title), [(row.code, row.name(language)) for row in code.choices(session, kind, today)])
            for kind, title in TABLES.items()
        ]
    return show(
        "file_format",
        rows=_rows(example(today, _version())),
        tables=tables,
        version=_version(),
        limits=limits(),
        months=current().settings.registration_months,
    )


def _rows(shown: Mapping[str, str]) -> list[tuple[list[str], bool, str, str]]:
    """Columns that differ by their number only are explained once."""
    together: dict[str, list[str]] = {}
    for field in COLUMNS:
        together.setdefault(field.rstrip("0123456789"), []).append(field)
    return [
        (
            [COLUMNS[field] for field in fields],
            fields[0] in NEEDED_COLUMNS,
            str(HOW[fields[0]]),
            shown[fields[0]],
        )
        for fields in together.values()
    ]


@office_page("/files/template.csv", Permission.OFFICE_SEEKER_REGISTER)
def file_template() -> ResponseReturnValue:
    """The file to begin with: the names of all columns, and one invented line to be written over."""
    return Response(
        template(_today(), _version()),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="registration-template.csv"'},
    )


def _today() -> date:
    return jst_day(current().clock.now())


def _version() -> str:
    runtime = current()
    try:
        with runtime.read(AUDIENCE) as session:
            return terms.current(session, runtime.clock).code
    except Refusal:
        return ""

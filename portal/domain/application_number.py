"""The number under which an application is known on paper and on the telephone: R08-24-00017-3.

年度 (1 April to 31 March) in the year of the era, code of the bureau, serial, check digit. It is our own and says so;
the seed names none. The check digit (ISO/IEC 7064, MOD 11,10) tells every single wrong digit.
"""

import re
from datetime import date

from portal.calendar.era import era_of
from portal.domain.entry import Typed, narrow, one
from portal.domain.refusal import Invalid

_NUMBER = re.compile(r"([A-Z])([0-9]{2})-?([0-9]{2})-?([0-9]{5,8})-?([0-9])")
_LONGEST = 60


def fiscal_year(on: date) -> int:
    """The year in which the 年度 of a day begins: 2026 for 31 March 2027."""
    return on.year if on.month >= 4 else on.year - 1


def case_number(year: int, bureau_code: str, serial: int) -> str:
    """The number of the serial-th application of a bureau in a 年度. The era is that of its 1 April."""
    found = era_of(date(year, 4, 1))
    if found is None:
        raise ValueError("applications are numbered in the years of an era")
    era, era_year = found
    body = f"{era_year:02}{bureau_code}{serial:05}"
    return f"{era.letter}{era_year:02}-{bureau_code}-{serial:05}-{_check_digit(body)}"


def read_case_number(typed: Typed, field: str) -> str:
    """The number in one spelling; hyphens may be missing, digits full-width.

    Raises Invalid: "missing", "bad_application_number", "wrong_check_digit".
    """
    text = re.sub(r"\s", "", narrow(one(typed, field)[:_LONGEST])).upper()
    if not text:
        raise Invalid({field: ["missing"]})
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise Invalid({field: ["bad_application_number"]})
    era, year, bureau, serial, check = found.groups()
    if _check_digit(year + bureau + serial) != check:
        raise Invalid({field: ["wrong_check_digit"]})
    return f"{era}{year}-{bureau}-{serial}-{check}"


def same_bodies(number: str) -> tuple[str, ...]:
    """The spellings of the number of a unit: the code of a public body with and without its check digit.

    13101 and 131016 are one body, 13, 13000 and 130001 one prefecture (JIS X 0401, 0402). Everything else is itself.
    """
    digits = number if number.isascii() and number.isdigit() else ""
    base = {2: digits + "000", 5: digits, 6: digits[:5]}.get(len(digits), "")
    if not base or (len(digits) == 6 and digits != base + _body_digit(base)):
        return (number,)
    short = (base[:2],) if base.endswith("000") else ()
    return (number, *(other for other in (*short, base, base + _body_digit(base)) if other != number))


def _body_digit(base: str) -> str:
    weighed = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), base, strict=True))
    return str((11 - weighed % 11) % 10)


def _check_digit(digits: str) -> str:
    carried = 10
    for digit in digits:
        carried = 2 * ((carried + int(digit)) % 10 or 10) % 11
    return str((11 - carried) % 10)

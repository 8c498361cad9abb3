"""和暦 (Japanese era years): reading days as people type them, and writing them back.

Eras change on a day, not on a New Year: 昭和64年 (1989) ends on 7 January, 平成元年 begins on 8 January,
平成31年 (2019) ends on 30 April and 令和元年 begins on 1 May. Sources: 元号法 (Era Name Act,
昭和54年法律第43号); 元号を改める政令 (昭和64年政令第1号, 平成31年政令第143号). Days before 1873-01-01 were
counted by the lunisolar calendar and are not read.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Era:
    """One era: its name, the letter used on forms, and its first day."""

    name: str
    letter: str
    first: date
    year_one: int

    @property
    def written(self) -> tuple[str, str, str]:
        """How the era is written on forms: 令和, 令, R."""
        return self.name, self.name[0], self.letter


ERAS: tuple[Era, ...] = (
    # 明治 is offered only from the day the Gregorian calendar was taken over (明治6年1月1日); its year 1 is 1868.
    Era("明治", "M", date(1873, 1, 1), 1868),
    Era("大正", "T", date(1912, 7, 30), 1912),
    Era("昭和", "S", date(1926, 12, 25), 1926),
    Era("平成", "H", date(1989, 1, 8), 1989),
    Era("令和", "R", date(2019, 5, 1), 2019),
)


class UnreadableDay(ValueError):
    """What was typed is no day. `reason` is a stable code:

    date_missing, date_unreadable (not a known form), date_impossible (30 February, month 13, year 0),
    year_unclear (a year of one to three digits without an era), era_unknown, era_range (the day lies outside
    the named era, such as 平成31年5月1日).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_LONGEST = 40
_KANJI_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_KANJI_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = "[0-9]{1,4}|[〇零一二三四五六七八九十百千]{1,7}"
_SMALL = "[0-9]{1,2}|[〇零一二三四五六七八九十]{1,3}"
_DAY = re.compile(
    rf"(?P<era>[^\W\d_]*?)(?P<year>{_NUMBER}|元)(?:年|[-/.])(?P<month>{_SMALL})(?:月|[-/.])(?P<day>{_SMALL})日?"
)
_EIGHT = re.compile("(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
# A blank between two digits stays, so that "2026-6-3 0" is not taken for the 30th.
_BLANKS = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-") | {ord("・"): "."}


def parse_day(text: str) -> date:
    """The day somebody typed, in 西暦 (Western) or 和暦 years, with full-width, half-width or kanji numerals.

    Reads 2026-06-30, 2026/6/30, 2026.6.30, 20260630, 2026年6月30日, 令和8年6月30日, 令和元年5月1日, R8.6.30,
    令8.6.30. Raises UnreadableDay with a reason code.
    """
    if len(text) > _LONGEST:
        raise UnreadableDay("date_unreadable")
    flat = _BLANKS.sub("", unicodedata.normalize("NFKC", text).translate(_HYPHENS))
    if not flat:
        raise UnreadableDay("date_missing")
    found = _EIGHT.fullmatch(flat)
    if found:
        return _day(*(int(part) for part in found.groups()))
    found = _DAY.fullmatch(flat)
    if not found:
        raise UnreadableDay("date_unreadable")
    year = 1 if found["year"] == "元" else _number(found["year"])
    month, day = _number(found["month"]), _number(found["day"])
    named = found["era"]
    if named in ("", "西暦"):
        if found["year"] == "元" or year < 1000:
            raise UnreadableDay("year_unclear")
        return _day(year, month, day)
    return _era_day(named, year, month, day)


def era_of(day: date) -> tuple[Era, int] | None:
    """The era of a day and the year in it, or None before 1873. Days to come count in the present one."""
    for era in reversed(ERAS):
        if day >= era.first:
            return era, day.year - era.year_one + 1
    return None


def format_era(day: date) -> str:
    """令和8年6月30日, 平成元年1月8日; the Western form before 1873."""
    found = era_of(day)
    if found is None:
        return format_western(day)
    era, year = found
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def format_era_short(day: date) -> str:
    """R8.6.30, as forms abbreviate it; 1870.1.1 before 1873."""
    found = era_of(day)
    if found is None:
        return f"{day.year}.{day.month}.{day.day}"
    era, year = found
    return f"{era.letter}{year}.{day.month}.{day.day}"


def format_western(day: date) -> str:
    """2026年6月30日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _era_day(named: str, year: int, month: int, day: int) -> date:
    place = next((i for i, era in enumerate(ERAS) if named.upper() in era.written), None)
    if place is None:
        raise UnreadableDay("era_unknown")
    era = ERAS[place]
    if year < 1:
        raise UnreadableDay("date_impossible")
    found = _day(era.year_one + year - 1, month, day)
    last = ERAS[place + 1].first - timedelta(days=1) if place + 1 < len(ERAS) else date.max
    if not era.first <= found <= last:
        raise UnreadableDay("era_range")
    return found


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableDay("date_impossible") from None


def _number(text: str) -> int:
    if text[0] in "0123456789":
        return int(text)
    if not any(c in _KANJI_UNITS for c in text):
        return int("".join(str(_KANJI_DIGITS[c]) for c in text))
    total, pending, smallest = 0, -1, 10_000
    for c in text:
        if c in _KANJI_UNITS:
            if _KANJI_UNITS[c] >= smallest:
                raise UnreadableDay("date_unreadable")
            smallest = _KANJI_UNITS[c]
            total += (pending if pending >= 0 else 1) * smallest
            pending = -1
        elif pending >= 0:
            raise UnreadableDay("date_unreadable")
        else:
            pending = _KANJI_DIGITS[c]
    return total + max(pending, 0)

"""Days as people type them, in Western and in era years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendar.era import (
    ERAS,
    UnreadableDay,
    era_of,
    format_era,
    format_era_short,
    format_western,
    parse_day,
)

REASONS = {
    "date_missing",
    "date_unreadable",
    "date_impossible",
    "year_unclear",
    "era_unknown",
    "era_range",
}
DAYS = st.dates(date(1873, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    "typed",
    [
        "2026-06-30",
        "2026/6/30",
        "2026.6.30",
        "20260630",
        "2026年6月30日",
        "西暦2026年6月30日",
        "2026年06月30日",
        "2026年6月30",
        "２０２６年６月３０日",
        "２０２６－０６－３０",
        "２０２６／６／３０",
        "２０２６０６３０",
        "2026ー6ー30",
        "2026−06−30",
        "二〇二六年六月三十日",
        "二千二十六年六月三十日",
        "令和8年6月30日",
        "令和８年６月３０日",
        "令和08年06月30日",
        "令和八年六月三十日",
        " 令和 8年 6月 30日 ",
        "\u3000令和\u30008年6月30日",
        "㋿8年6月30日",
        "令8.6.30",
        "R8.6.30",
        "r8.6.30",
        "R08/06/30",
        "R8-6-30",
        "Ｒ８．６．３０",
        "R8・6・30",
    ],
)
def test_thirty_june_2026_is_read_however_it_is_typed(typed: str) -> None:
    assert parse_day(typed) == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("平成1年1月8日", date(1989, 1, 8)),
        ("H31.4.30", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治6年1月1日", date(1873, 1, 1)),
        ("令和10年2月29日", date(2028, 2, 29)),
        ("昭和六十三年十二月三十一日", date(1988, 12, 31)),
        ("昭和十年十月十日", date(1935, 10, 10)),
        ("平成二十年一月二十一日", date(2008, 1, 21)),
    ],
)
def test_an_era_year_is_read_on_both_sides_of_a_change(typed: str, day: date) -> None:
    assert parse_day(typed) == day


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "date_missing"),
        (" \u3000\t", "date_missing"),
        ("明日", "date_unreadable"),
        ("2026", "date_unreadable"),
        ("2026年6月", "date_unreadable"),
        ("30/6/2026", "date_unreadable"),
        ("260630", "date_unreadable"),
        ("-2026-6-30", "date_unreadable"),
        ("2026-6-30 10:00", "date_unreadable"),
        ("٢٠٢٦-٠٦-٣٠", "date_unreadable"),
        ("2026年六七月30日", "date_impossible"),
        ("令和十十年6月30日", "date_unreadable"),
        ("令和二三十年6月30日", "date_unreadable"),
        ("2026-06-30\x00", "date_unreadable"),
        ("\ud800", "date_unreadable"),
        ("🗾", "date_unreadable"),
        pytest.param("9" * 5000, "date_unreadable", id="five thousand digits"),
        ("2026-6-3 0", "date_unreadable"),
        ("2026 6 30", "date_unreadable"),
        ("2026-02-29", "date_impossible"),
        ("2026-02-30", "date_impossible"),
        ("2026-13-01", "date_impossible"),
        ("2026-00-10", "date_impossible"),
        ("20260631", "date_impossible"),
        ("令和8年2月29日", "date_impossible"),
        ("令和0年6月30日", "date_impossible"),
        ("令和9999年1月1日", "date_impossible"),
        ("26/6/30", "year_unclear"),
        ("元年5月1日", "year_unclear"),
        ("慶応4年1月1日", "era_unknown"),
        ("元治元年1月1日", "era_unknown"),
        ("X8.6.30", "era_unknown"),
        ("RR8.6.30", "era_unknown"),
        ("昭和64年1月8日", "era_range"),
        ("平成元年1月7日", "era_range"),
        ("平成31年5月1日", "era_range"),
        ("令和元年4月30日", "era_range"),
        ("大正15年12月25日", "era_range"),
        ("明治5年12月2日", "era_range"),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(UnreadableDay) as refused:
        parse_day(typed)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("day", "era", "short"),
    [
        (date(1989, 1, 7), "昭和64年1月7日", "S64.1.7"),
        (date(1989, 1, 8), "平成元年1月8日", "H1.1.8"),
        (date(1989, 12, 31), "平成元年12月31日", "H1.12.31"),
        (date(1990, 1, 1), "平成2年1月1日", "H2.1.1"),
        (date(2019, 4, 30), "平成31年4月30日", "H31.4.30"),
        (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
        (date(2026, 6, 30), "令和8年6月30日", "R8.6.30"),
        (date(1870, 1, 1), "1870年1月1日", "1870.1.1"),
    ],
)
def test_a_day_is_written_in_the_era_it_lies_in(day: date, era: str, short: str) -> None:
    assert (format_era(day), format_era_short(day)) == (era, short)


def test_a_day_is_written_in_western_years_without_leading_noughts() -> None:
    assert format_western(date(2026, 6, 3)) == "2026年6月3日"


@given(DAYS)
def test_every_day_comes_back_from_each_way_it_is_written(day: date) -> None:
    for written in (format_era(day), format_era_short(day), format_western(day), day.isoformat()):
        assert parse_day(written) == day


@given(st.text(max_size=60) | st.text(alphabet="令和平成昭元年月日０123456789一十〇-/. RHx", max_size=20))
def test_any_text_is_either_a_day_or_refused_with_a_known_reason(typed: str) -> None:
    outcome: date | str
    try:
        outcome = parse_day(typed)
    except UnreadableDay as refused:
        outcome = refused.reason
    assert isinstance(outcome, date) or outcome in REASONS


@pytest.mark.parametrize("place", range(1, len(ERAS)))
def test_an_era_begins_with_year_one_the_day_after_the_one_before_ends(place: int) -> None:
    before, era = ERAS[place - 1], ERAS[place]
    assert era_of(era.first) == (era, 1)
    last = era_of(era.first - timedelta(days=1))
    assert last is not None
    assert last[0] == before


def test_before_1873_there_is_no_era_year() -> None:
    assert era_of(date(1872, 12, 31)) is None
    assert era_of(date(1873, 1, 1)) == (ERAS[0], 6)

"""Seals as pure rules: what is signed, what is found, and when a month may go."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from portal.domain import seal as rules
from portal.domain.seal import Drop, Fault, Seal, SealKeys, Tally

KEYS = SealKeys({"s1": bytes(32), "s2": bytes(range(32))}, "s1")
NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)


def line(number: int, at: datetime = NOW, **values: Any) -> dict[str, object]:
    made: dict[str, object] = dict.fromkeys(rules.COLUMNS)
    return made | {"id": number, "at": at, "kind": "test", "facts": "{}", "outcome": "done"} | values


LINES = [line(number) for number in (2, 3, 7)]
FIRST = rules.seal(LINES, None, NOW, KEYS)
SECOND = rules.seal([line(9)], FIRST, NOW, KEYS)


def test_a_range_begins_right_behind_the_one_before_so_that_gaps_are_under_seal_too() -> None:
    assert (FIRST.number, FIRST.first_id, FIRST.last_id, FIRST.lines) == (1, 1, 7, 3)
    assert (SECOND.number, SECOND.first_id, SECOND.last_id, SECOND.previous) == (2, 8, 9, FIRST.mac)


def test_a_line_has_the_same_bytes_in_whatever_zone_its_instant_comes() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))
    assert rules.canonical(line(1, NOW)) == rules.canonical(line(1, elsewhere))


@pytest.mark.parametrize("column", rules.COLUMNS)
def test_every_column_of_a_line_is_under_seal(column: str) -> None:
    changed = {"id": 99, "at": NOW + timedelta(microseconds=1)}.get(column, "x")
    assert rules.canonical(line(1)) != rules.canonical(line(1) | {column: changed})


def test_nothing_and_an_empty_text_are_not_the_same() -> None:
    assert rules.canonical(line(1, reason=None)) != rules.canonical(line(1, reason=""))


def test_two_lines_cannot_be_split_into_two_others_with_the_same_digest() -> None:
    assert rules.tally([line(1), line(2)]) != rules.tally([line(1), line(2, kind="testx")])
    assert rules.tally([line(1), line(2)]).digest != rules.tally([line(2), line(1)]).digest


def test_batches_are_cut_where_the_month_changes_in_japan() -> None:
    last, first = datetime(2026, 6, 30, 14, 59, 59, tzinfo=UTC), datetime(2026, 6, 30, 15, 0, tzinfo=UTC)
    cut = rules.batches([line(1, last), line(2, first), line(3, last), line(4, last)])
    assert [[one["id"] for one in lot] for lot in cut] == [[1], [2], [3, 4]]
    assert [rules.seal(lot, None, NOW, KEYS).month for lot in cut] == [
        date(2026, 6, 1),
        date(2026, 7, 1),
        date(2026, 6, 1),
    ]


def faults(one: Seal, before: Seal | None, there: Tally, gone: Drop | None = None) -> list[Fault]:
    return [found.fault for found in rules.examine(one, before, there, gone, KEYS)]


WHOLE = rules.tally(LINES)
DROP = rules.drop(FIRST, NOW, KEYS)


@pytest.mark.parametrize(
    ("there", "gone", "found"),
    [
        (WHOLE, None, []),
        (rules.tally([LINES[0], LINES[1], line(7, kind="other")]), None, [Fault.CHANGED]),
        (rules.tally(LINES[:2]), None, [Fault.MISSING]),
        (rules.tally([*LINES, line(8)]), None, [Fault.ADDED]),
        (rules.tally([]), None, [Fault.MISSING]),
        (rules.tally([]), DROP, []),
        (WHOLE, DROP, [Fault.ADDED]),
        (rules.tally([]), replace(DROP, mac=bytes(32)), [Fault.DROP_BROKEN, Fault.MISSING]),
        (rules.tally([]), rules.drop(SECOND, NOW, KEYS), [Fault.DROP_BROKEN, Fault.MISSING]),
        (rules.tally([]), replace(DROP, key_name="s9"), [Fault.DROP_BROKEN, Fault.MISSING]),
    ],
)
def test_what_lies_in_a_range_is_held_against_its_seal(
    there: Tally, gone: Drop | None, found: list[Fault]
) -> None:
    assert faults(FIRST, None, there, gone) == found


@pytest.mark.parametrize(
    "change",
    [
        {"last_id": 8},
        {"month": date(2026, 7, 1)},
        {"first_at": NOW - timedelta(days=1)},
        {"last_at": NOW + timedelta(days=1)},
        {"lines": 2},
        {"digest": bytes(32)},
        {"sealed_at": NOW + timedelta(seconds=1)},
        {"key_name": "s2"},
        {"key_name": "unknown"},
        {"mac": bytes(32)},
    ],
)
def test_a_seal_in_which_anything_was_touched_is_no_seal(change: dict[str, Any]) -> None:
    assert faults(replace(FIRST, **change), None, WHOLE) == [Fault.SEAL_BROKEN]


def test_a_chain_without_a_link_or_with_another_one_is_seen() -> None:
    there = rules.tally([line(9)])
    assert faults(SECOND, FIRST, there) == []
    assert faults(SECOND, None, there) == [Fault.SEAL_MISSING]
    other = rules.seal([line(7)], None, NOW, KEYS)
    assert faults(SECOND, other, there) == [Fault.CHAIN_BROKEN]


def test_a_new_key_signs_new_seals_and_the_old_one_still_opens_old_seals() -> None:
    later = SealKeys(KEYS.keys, "s2")
    third = rules.seal([line(10)], SECOND, NOW, later)
    assert third.key_name == "s2"
    assert rules.genuine(SECOND, later)
    assert rules.genuine(third, later)


@pytest.mark.parametrize(
    ("exported", "here", "found"),
    [
        (FIRST, FIRST.mac, None),
        (FIRST, None, Fault.TRUNCATED),
        (FIRST, SECOND.mac, Fault.REWRITTEN),
        (replace(FIRST, lines=2), FIRST.mac, Fault.EXPORT_BROKEN),
    ],
)
def test_an_exported_seal_is_held_against_the_database(
    exported: Seal, here: bytes | None, found: Fault | None
) -> None:
    difference = rules.compare(exported, here, KEYS)
    assert (difference.fault if difference else None) == found


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (120, False), (121, True)])
def test_lines_that_wait_for_more_than_two_hours_are_told(minutes: int, late: bool) -> None:
    assert (rules.still_unsealed(NOW - timedelta(minutes=minutes), 5, NOW) is not None) == late
    assert rules.still_unsealed(None, 5, NOW) is None


@pytest.mark.parametrize(
    ("month", "on", "refused"),
    [
        (date(2021, 6, 1), date(2026, 6, 30), True),
        (date(2021, 6, 1), date(2026, 7, 1), False),
        # 60 months from 1 March, the day after the end of a February with and without a leap day.
        (date(2024, 2, 1), date(2029, 2, 28), True),
        (date(2024, 2, 1), date(2029, 3, 1), False),
        (date(2023, 2, 1), date(2028, 2, 29), True),
        (date(2023, 2, 1), date(2028, 3, 1), False),
    ],
)
def test_a_month_goes_only_after_its_time(month: date, on: date, refused: bool) -> None:
    assert rules.drop_refusal(month, on, 60) == ("too_young" if refused else None)

"""How the terms of use are asked for and published, with the days on both sides (ruling R10)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.domain.refusal import Invalid
from portal.domain.terms import (
    DAYS_TO_AGREE,
    NEVER_AGREED,
    Asking,
    Change,
    TermsText,
    asking,
    check_published,
    check_versions,
    compared,
    read_texts,
    terms_until,
    version_to_agree,
)

FIRST = TermsText("2026-04", date(2026, 4, 1), date(2026, 4, 1), "一", "one", "本文", "text")
SECOND = TermsText(
    "2026-10", date(2026, 10, 1), date(2026, 12, 31), "二", "two", "本文2", "text2", "変更", "changed"
)
THIRD = TermsText(
    "2027-04", date(2027, 4, 1), date(2027, 6, 30), "三", "three", "本文3", "text3", "変更", "changed"
)
ALL = (FIRST, SECOND, THIRD)


@pytest.mark.parametrize(
    ("agreed", "on", "expected"),
    [
        # Nobody is asked before there are terms.
        (None, date(2026, 3, 31), Asking.NOTHING),
        (None, date(2026, 4, 1), Asking.DUE),
        # The version of the day is agreed to.
        ("2026-04", date(2026, 9, 30), Asking.NOTHING),
        # From the first day of the new one on it is asked for; until agree_by nobody vanishes.
        ("2026-04", date(2026, 10, 1), Asking.ASKED),
        ("2026-04", date(2026, 12, 31), Asking.ASKED),
        ("2026-04", date(2027, 1, 1), Asking.DUE),
        ("2026-10", date(2026, 10, 1), Asking.NOTHING),
        ("2026-10", date(2027, 3, 31), Asking.NOTHING),
        ("2026-10", date(2027, 4, 1), Asking.ASKED),
        ("2026-10", date(2027, 6, 30), Asking.ASKED),
        ("2026-10", date(2027, 7, 1), Asking.DUE),
        # Whoever slept through one version is due since that one's day.
        ("2026-04", date(2027, 4, 1), Asking.DUE),
    ],
)
def test_how_the_terms_are_asked_for(agreed: str | None, on: date, expected: Asking) -> None:
    until = terms_until(agreed, ALL)
    assert asking(version_to_agree(ALL, on), agreed, until, on) is expected


def test_whoever_is_due_is_exactly_whoever_the_search_does_not_show() -> None:
    for agreed in (None, "2026-04", "2026-10", "2027-04"):
        until = terms_until(agreed, ALL)
        for days in range(500):
            on = date(2026, 4, 1) + timedelta(days=days)
            hidden = until is not None and until < on
            assert (asking(version_to_agree(ALL, on), agreed, until, on) is Asking.DUE) == hidden or (
                agreed == "2027-04"
            )
    assert terms_until(None, ALL) == NEVER_AGREED


DAY = timedelta(days=1)
TODAY = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"valid_from": TODAY - DAY}, "in_past"),
        ({"valid_from": FIRST.valid_from}, "not_newer"),
        ({"agree_by": TODAY + timedelta(days=DAYS_TO_AGREE)}, None),
        ({"agree_by": TODAY + timedelta(days=DAYS_TO_AGREE) - DAY}, "too_soon"),
        ({"changes_ja": ""}, "changes_missing"),
        ({"changes_en": ""}, "changes_missing"),
    ],
)
def test_what_may_be_published(changes: dict[str, object], code: str | None) -> None:
    new = replace(SECOND, **changes)
    if code is None:
        check_published(new, [FIRST], TODAY)
        return
    with pytest.raises(Invalid) as refused:
        check_published(new, [FIRST], TODAY)
    assert code in refused.value.errors["2026-10"]


def test_the_first_version_of_all_may_be_agreed_to_from_its_first_day_on() -> None:
    check_published(FIRST, [], FIRST.valid_from)


def test_a_note_on_what_changed_is_kept_as_it_was_published() -> None:
    with pytest.raises(Invalid) as refused:
        check_versions([FIRST, SECOND], [FIRST, replace(SECOND, changes_ja="別の言葉")])
    assert refused.value.errors == {"2026-10": ["changes_changed"]}
    assert replace(SECOND, changes_ja="別の言葉").text_hash == SECOND.text_hash


def test_the_notes_are_read_from_their_files_and_may_be_missing_for_the_first() -> None:
    index = (
        b'["a"]\ntitle_ja = "x"\ntitle_en = "x"\nvalid_from = 2026-04-01\nagree_by = 2026-04-01\n'
        b'["b"]\ntitle_ja = "x"\ntitle_en = "x"\nvalid_from = 2026-05-01\nagree_by = 2026-06-30\n'
    )
    words = {f"{code}.{language}.txt": b"x" for code in "ab" for language in ("ja", "en")}
    words |= {"b.changes.ja.txt": "変更\n\n二つめ".encode(), "b.changes.en.txt": b"changed"}
    first, second = read_texts(index, words)
    assert (first.changes(), second.changes(), second.changes("en")) == ((), ("変更", "二つめ"), ("changed",))
    with pytest.raises(Invalid) as refused:
        read_texts(index, words | {"b.changes.en.txt": b"\xff"})
    assert refused.value.errors == {"b.changes.en.txt": ["encoding"]}


def test_two_versions_are_compared_paragraph_by_paragraph() -> None:
    kept, added, removed = Change.KEPT, Change.ADDED, Change.REMOVED
    assert compared(("一", "二", "三"), ("一", "二の二", "三", "四")) == (
        (kept, "一"),
        (removed, "二"),
        (added, "二の二"),
        (kept, "三"),
        (added, "四"),
    )
    assert compared((), ("一",)) == ((added, "一"),)
    assert compared(("一",), ("一",)) == ((kept, "一"),)

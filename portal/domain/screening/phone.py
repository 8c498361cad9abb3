"""Finds 電話番号, however the digits are written and held apart."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.folding import Folded, fold
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.numeral import CIRCLES, SPOKEN_DIGIT, SPOKEN_ZERO, arabic
from portal.domain.screening.reading import Reading, occurrences

# What holds numbers apart that do not belong together; anything else but letters is typed between the groups of one
# number (- . / ★ →), and の is how a dash is read out.
BREAKERS = frozenset(",:~%+=、。!?¥")
SPOKEN_DASH = "の"
# Between these two groups of digits belong together (2019-04-01): no number begins after one.
TIGHT = frozenset("-./_の")
LONGEST_JOINER = 4
LENGTHS = (10, 11)
# Groups as the numbering plan and habit cut them: 090-0000-0000, 03-0000-0000, 0120-000-000.
TWO_GROUPS = frozenset({(2, 8), (3, 7), (3, 8), (4, 6), (4, 7), (5, 5)})
# The beginnings of the numbering plan; asked for only where the groups say nothing.
_PLANNED = re.compile("0[2-9]0[0-9]{8}|0[1-9][0-9]{8}")
ABROAD_LENGTHS = range(10, 16)
LONGEST_GROUPS = 15
# How far apart two digits of the own number may stand, in characters of the key.
OWN_GAP = 6
SHORTEST_OWN = 7

_DIGITS = re.compile("[0-9]{1,40}")
_TYPED_O = re.compile("(?<![a-z0-9])o?[0-9](?:[o0-9]|[-. ](?=[o0-9])){8,13}(?![a-z])")
_SPOKEN = re.compile(SPOKEN_ZERO + "(?:[-、,. の・]{0,2}" + SPOKEN_DIGIT + "){9,10}")


@dataclass(frozen=True)
class Group:
    """Digits in one piece, and what stands before them within the run; None when the run begins here."""

    start: int
    end: int
    digits: str
    before: str | None


def phones(reading: Reading) -> Iterator[Finding]:
    """Anything of the shape of a telephone number, of Japan or with a leading + of any country."""
    yield from _shaped(reading.closed)
    if _TYPED_O.search(reading.closed.key):
        yield from _shaped(reading.closed.mapped(_zeros))
    if reading.numbers.key != reading.closed.key:
        for found in _shaped(reading.numbers):
            # A row of 〇 is a mask or a list of bullets, not a number.
            if not set(CIRCLES).issuperset(reading.text[found.start : found.end]):
                yield found
    view = reading.closed
    for match in _SPOKEN.finditer(view.key):
        yield _finding(view, *match.span())


def _zeros(key: str) -> str:
    """A key of the same length with the letter o as 0 where it stands among digits: O9O-…."""
    return _TYPED_O.sub(lambda match: match.group().replace("o", "0"), key)


def own_phone(reading: Reading, phone: str) -> Iterator[Finding]:
    """The digits of the own number, whole or without the area, whatever stands between them."""
    groups = _DIGITS.findall(arabic(fold(phone).key))
    digits = "".join(groups)
    if digits.startswith("81") and len(digits) > LENGTHS[0]:
        digits = "0" + digits[2:]
    local = digits[-8:] if len(groups) < 3 else "".join(groups[-2:])
    if len(digits) < SHORTEST_OWN:
        return
    yield from own_digits(reading, digits, FindingKind.PHONE)
    if len(digits) >= LENGTHS[0]:
        # From abroad the 0 is not dialled.
        yield from own_digits(reading, digits[1:], FindingKind.PHONE)
        if len(local) >= SHORTEST_OWN:
            yield from own_digits(reading, local, FindingKind.PHONE, apart=True)


def own_digits(reading: Reading, digits: str, kind: FindingKind, *, apart: bool = False) -> Iterator[Finding]:
    """These digits in this order, close to one another; when `apart`, not as a part of a longer number."""
    places, view = reading.digits
    for start in occurrences(view.key, digits):
        end = start + len(digits)
        stretch = places[start:end]
        close = all(after - before <= OWN_GAP for before, after in itertools.pairwise(stretch))
        inside = (start > 0 and places[start - 1] == stretch[0] - 1) or (
            end < len(places) and places[end] == stretch[-1] + 1
        )
        if close and not (apart and inside):
            first, last = view.span(start, end)
            yield Finding(kind, first, last, own=True)


def _shaped(view: Folded) -> Iterator[Finding]:
    for run in _runs(view.key):
        for place, group in enumerate(run):
            abroad = view.key[max(0, group.start - 2) : group.start].rstrip("( ").endswith("+")
            end = _abroad(run, place) if abroad else _domestic(run, place)
            if end is not None:
                yield _finding(view, group.start, end)


def _runs(key: str) -> Iterator[list[Group]]:
    """The digits of a key in runs of groups that only joiners hold apart."""
    run: list[Group] = []
    for match in _DIGITS.finditer(key):
        before = key[run[-1].end : match.start()] if run else ""
        if run and len(before) <= LONGEST_JOINER and all(map(_joins, before)):
            run.append(Group(match.start(), match.end(), match.group(), before))
            continue
        if run:
            yield run
        run = [Group(match.start(), match.end(), match.group(), None)]
    if run:
        yield run


def _joins(char: str) -> bool:
    return char == SPOKEN_DASH or not (char.isalnum() or char in BREAKERS)


def _domestic(run: list[Group], place: int) -> int | None:
    """Where the longest number of Japan that begins with this group ends."""
    first = run[place]
    if not first.digits.startswith("0"):
        return None
    if first.before is not None and TIGHT.intersection(first.before):
        return None
    best, groups, total = None, [], 0
    for group in run[place:]:
        groups.append(group)
        total += len(group.digits)
        if total > LENGTHS[-1]:
            break
        if total in LENGTHS and _cut_like_a_number(groups):
            best = group.end
    return best


def _cut_like_a_number(groups: list[Group]) -> bool:
    sizes = tuple(len(group.digits) for group in groups)
    joiners = {group.before for group in groups[1:]}
    if len(sizes) == 1:
        return True
    if len(sizes) == 2:
        return sizes in TWO_GROUPS
    planned = _PLANNED.fullmatch("".join(group.digits for group in groups)) is not None
    if len(sizes) == 3 and 2 <= sizes[0] <= 5 and sizes[1] <= 4 and 3 <= sizes[2] <= 4:
        return planned or joiners != {" "}
    return planned and (max(sizes) == 1 or len(joiners) == 1)


def _abroad(run: list[Group], place: int) -> int | None:
    """Where a number that follows a + ends."""
    best, total = None, 0
    for group in run[place : place + LONGEST_GROUPS]:
        total += len(group.digits)
        if total in ABROAD_LENGTHS:
            best = group.end
    return best


def _finding(view: Folded, start: int, end: int) -> Finding:
    first, last = view.span(start, end)
    return Finding(FindingKind.PHONE, first, last, own=False)

"""Finds 求職番号: five digits of the office, a dash, the number it gave."""

import re
from collections.abc import Iterator

from portal.domain.folding import fold
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.numeral import arabic
from portal.domain.screening.phone import own_digits
from portal.domain.screening.reading import Reading

_NUMBER = re.compile("(?<![0-9-])[0-9]{5} ?- ?[0-9]{6,8}(?![0-9]|-[0-9])")
_LABELLED = re.compile(
    "求職(?:者|申込み?|登録){0,1}(?:番号|no\\.?)[ はが:=「(]{0,3}([0-9]{5}[ -]{0,3}[0-9]{4,8})(?![0-9])"
)
# The number of a vacancy (求人番号) has the same shape and tells nothing about the writer.
_VACANCY = "求人"
_BEFORE = 10
_SHORTEST = 9


def registration_numbers(reading: Reading) -> Iterator[Finding]:
    """Anything of the shape of a 求職番号 that is not called the number of a vacancy."""
    view = reading.numbers
    for match in _NUMBER.finditer(view.key):
        if _VACANCY not in view.key[max(0, match.start() - _BEFORE) : match.start()]:
            first, last = view.span(*match.span())
            yield Finding(FindingKind.REGISTRATION_NUMBER, first, last, own=False)
    for match in _LABELLED.finditer(view.key):
        first, last = view.span(*match.span(1))
        yield Finding(FindingKind.REGISTRATION_NUMBER, first, last, own=False)


def own_registration_number(reading: Reading, number: str) -> Iterator[Finding]:
    """The own number, also without the dash or the zeros before its second part."""
    groups = re.findall("[0-9]+", arabic(fold(number).key))
    written = {"".join(groups)}
    if len(groups) == 2:
        written.add(groups[0] + groups[1].lstrip("0"))
    for digits in sorted(written):
        if len(digits) >= _SHORTEST:
            yield from own_digits(reading, digits, FindingKind.REGISTRATION_NUMBER)

"""Finds メールアドレス, also with the @ and the dots spelled out."""

import re
from collections.abc import Iterator

from portal.domain.folding import Folded, compact
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.link import TOP_LEVEL
from portal.domain.screening.reading import Reading, Script, occurrences, touches_after, touches_before

_OPEN, _CLOSE = "[(\\[{<「『]", "[)\\]}>」』]"
_LOCAL = "[a-z0-9](?:[a-z0-9._%+-]{0,63})"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,62})"
_AT_WORD = "(?:あっとま-く|あとま-く|あっと|atmark|atto)"
_AT = f"(?:@|{_OPEN} ?(?:at|a|{_AT_WORD}|@) ?{_CLOSE}|{_AT_WORD})"
_DOT = f"(?: ?{_OPEN} ?(?:dot|どっと|\\.) ?{_CLOSE} ?| ?どっと ?| \\. | dot |[.。・])"
_TOP = "(?:" + "|".join(sorted(TOP_LEVEL, key=len, reverse=True)) + ")"

_FULL = re.compile(f"{_LOCAL} {{0,2}}{_AT} {{0,2}}{_LABEL}(?:{_DOT}{_LABEL}){{1,4}}")
# Without a dot, as people name their provider: taro@docomo.
_SHORT = re.compile(f"{_LOCAL} ?{_AT} ?[a-z][a-z0-9-]{{1,62}}")
_SPOKEN = re.compile(f"{_LOCAL} {{1,2}}at {{1,2}}{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}{_TOP}(?![a-z0-9])")
# Shorter local parts are words (info, mail).
SHORTEST_LOCAL = 5
_WORDS = re.compile(f"{_AT}|{_DOT}| at |[^a-z0-9]")
LATIN = frozenset({Script.LATIN, Script.DIGIT})


def mails(reading: Reading) -> Iterator[Finding]:
    """Anything of the shape of a mail address."""
    view = reading.closed
    for pattern in (_FULL, _SHORT, _SPOKEN):
        for match in pattern.finditer(view.key):
            yield _finding(view, *match.span(), own=False)


def own_mail(reading: Reading, mail: str) -> Iterator[Finding]:
    """The own address in any spelling, or its part before the @ alone."""
    local, _, domain = compact(mail).partition("@")
    bare = _bare(local) + _bare(domain)
    view = reading.closed
    for pattern in (_FULL, _SHORT, _SPOKEN):
        for match in pattern.finditer(view.key):
            if domain and _bare(match.group()).endswith(bare):
                yield _finding(view, *match.span(), own=True)
    if len(local) >= SHORTEST_LOCAL:
        for start in occurrences(view.key, local):
            end = start + len(local)
            if not (touches_before(view, start, LATIN) or touches_after(view, end, LATIN)):
                yield _finding(view, start, end, own=True)


def _bare(written: str) -> str:
    """Letters and digits alone, the words for @ and dot taken out."""
    return _WORDS.sub("", written)


def _finding(view: Folded, start: int, end: int, *, own: bool) -> Finding:
    first, last = view.span(start, end)
    return Finding(FindingKind.MAIL, first, last, own=own)

"""The part of a text in which searched words stand, with the words told apart, for showing and for nothing else.

Words are found by their search keys (portal.domain.words); what is shown is the text as it was written.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.folding import Folded, fold
from portal.domain.words import word_key

AROUND = 24
"""Characters shown before and after a word."""
LONGEST = 160
"""Characters of an excerpt; the pieces marking what is left out do not count."""
GAP = "…"

_PARTS = re.compile("[ \n・]+")
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; found: it is one of the words."""

    text: str
    found: bool = False


def searchable(text: str) -> Folded:
    """`portal.domain.words.text_key` of a text, with the way back to the text."""
    folded = fold(text)
    key, last = folded.key, 0
    kept: list[int] = []
    for part in _PARTS.finditer(key):
        kept += range(last, part.start())
        between = key[max(0, part.start() - 1) : part.start()], key[part.end() : part.end() + 1]
        if all(side in _LATIN for side in between):
            kept.append(part.start())
        last = part.end()
    kept += range(last, len(key))
    return folded.only(kept).mapped(lambda text: _PARTS.sub(" ", text))


def found_in(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where the words stand in a text: first character and the one after the last, ascending, never overlapping."""
    folded = searchable(text)
    spans: list[tuple[int, int]] = []
    for key in {word_key(word) for word in words} - {""}:
        at = folded.key.find(key)
        while at >= 0:
            spans.append(folded.span(at, at + len(key)))
            at = folded.key.find(key, at + len(key))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def emphasised(text: str, words: Iterable[str]) -> tuple[Piece, ...]:
    """The whole text, the words told apart."""
    return tuple(_pieces(text, found_in(text, words), 0, len(text)))


def excerpt(text: str, words: Iterable[str]) -> tuple[Piece, ...]:
    """The surroundings of the words, at most ``LONGEST`` characters; () when none of them stands in the text."""
    spans = found_in(text, words)
    pieces: list[Piece] = []
    shown = end = 0
    for first, last in _windows(spans, len(text)):
        last = min(last, first + LONGEST - shown)
        if last <= first:
            break
        if first > end:
            pieces.append(Piece(GAP))
        pieces += _pieces(text, spans, first, last)
        shown += last - first
        end = last
    if pieces and end < len(text):
        pieces.append(Piece(GAP))
    return tuple(pieces)


def _windows(spans: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    windows: list[tuple[int, int]] = []
    for start, end in spans:
        first, last = max(0, start - AROUND), min(length, end + AROUND)
        if windows and first <= windows[-1][1]:
            windows[-1] = (windows[-1][0], last)
        else:
            windows.append((first, last))
    return windows


def _pieces(text: str, spans: list[tuple[int, int]], first: int, last: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = first
    for start, end in spans:
        start, end = max(start, at), min(end, last)
        if start >= end:
            continue
        if at < start:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], found=True))
        at = end
    if at < last:
        pieces.append(Piece(text[at:last]))
    return pieces

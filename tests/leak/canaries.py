"""Values that must never be seen, and every disguise in which they might be.

A canary is searched as written, normalised, in the other kana, URL-, HTML-, JSON-, MIME-, base64- and hex-encoded,
and hashed. Base64 is searched at all three alignments, so that it is found inside a longer encoded text.
"""

import base64
import hashlib
import html
import json
import quopri
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, quote_plus, unquote_to_bytes

_TO_KATAKANA = {point: point + 0x60 for point in range(ord("ぁ"), ord("ゖ") + 1)}
_TO_HIRAGANA = {upper: lower for lower, upper in _TO_KATAKANA.items()}
_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256")
# An inside number of a row; tests let all of them begin here.
FIRST_ID = 900_000_000_000_000
_INSIDE_NUMBER = re.compile(rb"9000000000\d{5}")
# The same numbers as eight bytes; six of them are the same for all that a test makes.
_PACKED = (FIRST_ID.to_bytes(8, "big")[:6], FIRST_ID.to_bytes(8, "little")[2:])
_GRAM = 4
_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True)
class Leak:
    """A canary that was seen: which one, in which disguise, with what stood around it."""

    canary: str
    disguise: str
    around: str


class Canaries:
    """All canaries of one test, compiled once into the byte strings to look for.

    Pages are much alike, so a line that was found clean is not looked at again.
    """

    def __init__(self, values: Mapping[str, str | bytes]) -> None:
        self._wanted: dict[bytes, tuple[str, str]] = {}
        for label, value in values.items():
            for disguise, data in disguises(value):
                if len(data) < _GRAM:
                    raise ValueError(f"{label} is too short to be told from chance: {value!r}")
                self._wanted.setdefault(data, (label, disguise))
        for packed in _PACKED:
            for disguise, data in _encoded(packed, outer=False):
                self._wanted.setdefault(data, ("inside number", disguise))
        self._by_gram: dict[bytes, list[bytes]] = {}
        for data in self._wanted:
            self._by_gram.setdefault(data[:_GRAM], []).append(data)
        self._over_lines = [data for data in self._wanted if b"\n" in data]
        self._clean: set[bytes] = set()

    def find(self, seen: bytes) -> list[Leak]:
        """Everything in these bytes that must not be there."""
        leaks = [self._leak(data, seen) for data in self._over_lines if data in seen]
        for line in seen.split(b"\n"):
            if line in self._clean:
                continue
            found = self._in_line(line)
            leaks += found
            if not found:
                self._clean.add(line)
        return leaks

    def _in_line(self, line: bytes) -> list[Leak]:
        text = line.decode("utf-8", "replace")
        folded = unicodedata.normalize("NFKC", text).lower().encode("utf-8")
        looked_at = {line, line.lower(), folded, html.unescape(text).encode(), unquote_to_bytes(line)}
        found: dict[bytes, Leak] = {}
        for each in looked_at:
            grams = {each[place : place + _GRAM] for place in range(len(each) - _GRAM + 1)}
            for gram in grams & self._by_gram.keys():
                for data in self._by_gram[gram]:
                    if data in each:
                        found.setdefault(data, self._leak(data, each))
        numbers = [
            Leak("inside number", "plain", _around(line, match.start(), len(match[0])))
            for match in _INSIDE_NUMBER.finditer(line)
        ]
        return [*found.values(), *numbers]

    def _leak(self, data: bytes, seen: bytes) -> Leak:
        label, disguise = self._wanted[data]
        return Leak(label, disguise, _around(seen, seen.index(data), len(data)))


def disguises(value: str | bytes) -> Iterator[tuple[str, bytes]]:
    """Every form of a value that is searched for."""
    if isinstance(value, bytes):
        yield "plain", value
        yield from _encoded(value)
        return
    for spelling in sorted(spellings(value)):
        raw = spelling.encode("utf-8")
        yield "plain", raw
        yield "lower", spelling.lower().encode("utf-8")
        yield "url", quote(spelling, safe="").encode()
        yield "url", quote_plus(spelling).encode()
        yield "html", html.escape(spelling).encode("utf-8")
        yield "html", "".join(f"&#{ord(letter)};" for letter in spelling).encode()
        yield "json", json.dumps(spelling)[1:-1].encode()
        yield "mime", quopri.encodestring(raw).rstrip(b"=\n")
        yield "utf-16", spelling.encode("utf-16-le")
        yield from _encoded(raw)


def _encoded(raw: bytes, *, outer: bool = True) -> Iterator[tuple[str, bytes]]:
    """outer: as a value of its own too, not only as a part of a longer one."""
    yield "hex", raw.hex().encode()
    yield from (("base64", part) for part in _base64(raw))
    if not outer:
        return
    yield "base32", base64.b32encode(raw).rstrip(b"=")
    for name in _HASHES:
        digest = hashlib.new(name, raw).digest()
        yield name, digest.hex().encode()
        yield name, base64.b64encode(digest).rstrip(b"=")
        yield name, base64.urlsafe_b64encode(digest).rstrip(b"=")


def spellings(value: str) -> set[str]:
    """The value as people and programs may spell it."""
    folded = unicodedata.normalize("NFKC", value)
    found = {value, folded, unicodedata.normalize("NFKD", value)}
    for text in tuple(found):
        found |= {text.translate(_TO_KATAKANA), text.translate(_TO_HIRAGANA)}
    return found | {"".join(text.split()) for text in found}


def days_spelled(label: str, day: date) -> dict[str, str]:
    """A day as canaries: in every spelling finer than its month, the year before it or not."""
    era, year = ("令和", day.year - 2018) if day.year > 2018 else ("昭和", day.year - 1925)
    english = _MONTHS[day.month - 1]
    spelled = {
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.month}月{day.day}日",
        f"{era}{year}年{day.month}月{day.day}日",
        f"{era[0].translate({ord('令'): 'R', ord('昭'): 'S'})}{year}.{day.month}.{day.day}",
        f"{day.day} {english} {day.year}",
        f"{english} {day.day},",
        f"{day.day} {english[:3]} {day.year}",
    }
    return {f"{label} {number}": text for number, text in enumerate(sorted(spelled))}


def _base64(raw: bytes) -> Iterator[bytes]:
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw)
        # Letters that also carry bits of what stands before or after are left out.
        first = (0, 2, 3)[shift]
        last = len(whole) - (0, 3, 2)[(shift + len(raw)) % 3]
        part = whole[first:last]
        if len(part) >= 6:
            yield part
            yield part.replace(b"+", b"-").replace(b"/", b"_")


def _around(seen: bytes, place: int, length: int) -> str:
    return seen[max(place - 60, 0) : place + length + 60].decode("utf-8", "replace")

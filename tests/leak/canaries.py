"""Values that must never be seen, and every disguise in which they might be.

A canary is searched as it is written, normalised, in the other kana, URL-, HTML-, JSON-, MIME-, base64- and hex-encoded,
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
from urllib.parse import quote, quote_plus

_TO_KATAKANA = {point: point + 0x60 for point in range(ord("ぁ"), ord("ゖ") + 1)}
_TO_HIRAGANA = {upper: lower for lower, upper in _TO_KATAKANA.items()}
_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256")
# An inside number of a row; tests let all of them begin here.
FIRST_ID = 900_000_000_000_000
_INSIDE_NUMBER = re.compile(rb"9000000000\d{5}")


@dataclass(frozen=True)
class Leak:
    """A canary that was seen: which one, in which disguise, with what stood around it."""

    canary: str
    disguise: str
    around: str


class Canaries:
    """All canaries of one test, compiled once into the byte strings to look for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._wanted: dict[bytes, tuple[str, str]] = {}
        for label, value in values.items():
            for disguise, data in disguises(value):
                if len(data) < 4:
                    raise ValueError(f"{label} is too short to be told from chance: {value!r}")
                self._wanted.setdefault(data, (label, disguise))

    def find(self, seen: bytes) -> list[Leak]:
        """Everything in these bytes that must not be there."""
        folded = unicodedata.normalize("NFKC", seen.decode("utf-8", "replace")).lower().encode("utf-8")
        looked_at = (seen, seen.lower(), folded)
        leaks = []
        for data, (label, disguise) in self._wanted.items():
            for text in looked_at:
                if data in text:
                    leaks.append(Leak(label, disguise, _around(text, text.index(data), len(data))))
                    break
        leaks += [
            Leak("inside number", "plain", _around(seen, found.start(), len(found[0])))
            for found in _INSIDE_NUMBER.finditer(seen)
        ]
        return leaks


def disguises(value: str) -> Iterator[tuple[str, bytes]]:
    """Every form of a value that is searched for."""
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
        yield "hex", raw.hex().encode()
        yield from ((("base64", part)) for part in _base64(raw))
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

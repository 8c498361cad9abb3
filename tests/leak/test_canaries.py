"""The leak search itself: it finds every disguise, and nothing where there is nothing."""

import base64
import hashlib
import html
from urllib.parse import quote

import pytest

from tests.leak.canaries import FIRST_ID, Canaries

NAME = "架空 野鳥美"
CANARIES = Canaries({"name": NAME, "kana": "かくう のとりみ", "mail": "canary.notori@hidden.example"})

HIDDEN = {
    "plain": f"<p>{NAME}</p>",
    "without its blank": "架空野鳥美",
    "full-width": "ｃａｎａｒｙ．ｎｏｔｏｒｉ＠ｈｉｄｄｅｎ．ｅｘａｍｐｌｅ",
    "upper case": "CANARY.NOTORI@HIDDEN.EXAMPLE",
    "katakana": "カクウ ノトリミ",
    "in an address": f"/seeker?name={quote(NAME)}",
    "as entities": "".join(f"&#{ord(letter)};" for letter in NAME),
    "escaped": html.escape(NAME),
    "in JSON": NAME.encode("ascii", "backslashreplace").decode(),
    "in base64": base64.b64encode(f"x:{NAME}:y".encode()).decode(),
    "in shifted base64": base64.urlsafe_b64encode(f"xy:{NAME}".encode()).decode(),
    "in hex": NAME.encode().hex().upper(),
    "hashed": hashlib.sha256(NAME.encode()).hexdigest(),
    "an inside number": f"id={FIRST_ID + 12}",
}


@pytest.mark.parametrize("disguise", sorted(HIDDEN))
def test_a_hidden_value_is_found(disguise: str) -> None:
    assert CANARIES.find(HIDDEN[disguise].encode())


@pytest.mark.parametrize(
    "harmless",
    ["架空の人材紹介会社", "ことりが好きです", "no-reply@portal.example", "id=900000000000", "2026-06-15"],
)
def test_what_is_no_canary_is_left_alone(harmless: str) -> None:
    assert CANARIES.find(harmless.encode()) == []


def test_a_value_that_chance_could_produce_is_refused_as_canary() -> None:
    with pytest.raises(ValueError, match="too short"):
        Canaries({"sex": "F"})

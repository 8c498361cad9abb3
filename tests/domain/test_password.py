"""Passwords: length counts, composition does not, and what everybody tries first is refused."""

import unicodedata
from pathlib import Path

import pytest

from portal.domain.password import checked_password, normalised
from portal.domain.refusal import Invalid

BLOCKLIST = Path(__file__).resolve().parents[2] / "config" / "password_blocklist.txt"
WORDS = [line for line in BLOCKLIST.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
BLOCKED = frozenset(WORDS)


def codes(password: str, *own: str) -> list[str]:
    try:
        checked_password(password, BLOCKED, own)
    except Invalid as refused:
        return refused.errors["password"]
    return []


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("", ["missing"]),
        ("k", ["password_short"]),
        ("tamanegi-7x", ["password_short"]),
        ("tamanegi-7xq", []),
        ("むらさきの雲と電車とパン", []),
        ("x7" * 64, ["password_common"]),
        ("".join(chr(0x4E00 + 7 * n) for n in range(128)), []),
        ("".join(chr(0x4E00 + 7 * n) for n in range(129)), ["password_long"]),
        ("🐈🌊🚲🍙🎺🏔🪁🦔🍄🧦🥁🛶", []),
        ("tamanegi\0sunflow", ["password_character"]),
        ("tamanegi\nsunflow", ["password_character"]),
        ("tamanegi\ud800sunflow", ["password_character"]),
        ("ﷺ" * 8, ["password_short"]),
        ("ﷺ" * 13, ["password_long"]),
        ("738291047265", []),
        ("aaaaaaaaaaaa", ["password_common"]),
        ("abcabcabcabcab", ["password_common"]),
        ("abcdefghijklmn", ["password_common"]),
        ("zyxwvutsrqponm", ["password_common"]),
        ("123456789012", ["password_common"]),
        ("password2026!!", ["password_common"]),
        ("ＰａｓｓＷｏｒｄ２０２６", ["password_common"]),
        ("sakurasakura", ["password_common"]),
        ("sakura sakura sakura", ["password_common"]),
        ("ハローワークハローワーク", ["password_common"]),
        ("あいうえおかきくけこさし", ["password_common"]),
        ("qwertyuiopasdf", ["password_common"]),
        ("correct horse battery", ["password_common"]),
    ],
)
def test_which_passwords_are_taken(password: str, expected: list[str]) -> None:
    assert codes(password) == expected


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("tanaka-tanaka-7", ["password_own_word"]),
        ("TANAKA--hellowork", ["password_own_word"]),
        ("tanaka-purple-bicycle", []),
        ("purple-bicycle", []),
    ],
)
def test_one_s_own_names_are_not_enough(password: str, expected: list[str]) -> None:
    assert codes(password, "tanaka", "hellowork", "a", "") == expected


def test_the_same_characters_from_another_keyboard_are_the_same_password() -> None:
    assert normalised("ｶﾞｷﾞ１") == normalised("ガギ1")


def test_the_refusal_carries_both_lengths_for_the_page() -> None:
    with pytest.raises(Invalid) as refused:
        checked_password("k", BLOCKED)
    assert refused.value.facts == {"shortest": 12, "longest": 128}


def test_the_blocklist_is_folded_without_doubles_and_stays_short_enough_to_read() -> None:
    assert [w for w in WORDS if unicodedata.normalize("NFKC", w).casefold() != w] == []
    assert len(WORDS) == len(set(WORDS))
    assert 300 < len(WORDS) < 1000

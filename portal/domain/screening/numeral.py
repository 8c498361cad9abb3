"""Digits that are not written as digits: 〇九〇, 二十一, ゼロキュウゼロ."""

import re

# ○ and ◯ are typed for 〇; whether they are a digit or a mask (○○大学) is for the detector to decide.
CIRCLES = "〇○◯"
_ARABIC = str.maketrans("零一二三四五六七八九" + CIRCLES, "0123456789" + "0" * len(CIRCLES))

_SPOKEN = {
    "0": ("ぜろ", "れい", "まる"),
    "1": ("いち", "わん"),
    "2": ("にい", "に"),
    "3": ("さん",),
    "4": ("よん", "し"),
    "5": ("ごお", "ご"),
    "6": ("ろく",),
    "7": ("なな", "しち"),
    "8": ("はち",),
    "9": ("きゅう", "きゅ-", "く"),
}
# Longer words first: しち is not し and a rest.
_WORDS = sorted((word for words in _SPOKEN.values() for word in words), key=len, reverse=True)
SPOKEN_DIGIT = "(?:" + "|".join(map(re.escape, _WORDS)) + ")"
SPOKEN_ZERO = "(?:" + "|".join(_SPOKEN["0"]) + ")"


def arabic(key: str) -> str:
    """A key of the same length with kanji digits as 0-9; 十 stays (see `counted`)."""
    return key.translate(_ARABIC)


def counted(number: str) -> int | None:
    """The value of a number as it stands in a key mapped by `arabic`: 21, 2十1, 十, 元 (the first year of an era).

    None when it is not a number below ten thousand.
    """
    if number == "元":
        return 1
    tens, ten, ones = number.partition("十")
    if not ten:
        return int(number) if number.isascii() and number.isdecimal() and len(number) <= 4 else None
    if (
        len(tens) > 1
        or len(ones) > 1
        or not (tens + ones + "0").isascii()
        or not (tens + ones + "0").isdecimal()
    ):
        return None
    return int(tens or "1") * 10 + int(ones or "0")

"""Spells a Japanese reading in Latin letters: one pattern for Hepburn, Kunrei and everyday spellings.

Passports write Ohno, forms Oono or Ono, keyboards oono; し is shi or si. The pattern has an alternative for each
sound and no repetition, so it is read in linear time.
"""

import re
from functools import lru_cache

_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "g": "がぎぐげご",
    "s": "さしすせそ",
    "z": "ざじずぜぞ",
    "t": "たちつてと",
    "d": "だぢづでど",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
    "m": "まみむめも",
    "r": "らりるれろ",
}
_VOWELS = "aiueo"
_SOUNDS: dict[str, tuple[str, ...]] = {
    kana: (consonant + vowel,)
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, _VOWELS, strict=True)
}
_SOUNDS |= {
    "し": ("shi", "si", "ci"),
    "ち": ("chi", "ti"),
    "つ": ("tsu", "tu"),
    "ふ": ("fu", "hu"),
    "じ": ("ji", "zi", "di"),
    "ぢ": ("ji", "zi", "di"),
    "づ": ("zu", "du", "dzu"),
    "や": ("ya",),
    "ゆ": ("yu",),
    "よ": ("yo",),
    "わ": ("wa",),
    "ゐ": ("i", "wi"),
    "ゑ": ("e", "we"),
    "を": ("o", "wo"),
    "ん": ("nn", "n", "m"),
    "ゔ": ("vu", "bu"),
    "う": ("u", "w"),
    "ら": ("ra", "la"),
    "り": ("ri", "li"),
    "る": ("ru", "lu"),
    "れ": ("re", "le"),
    "ろ": ("ro", "lo"),
}
_GLIDES = {
    "き": ("ky",),
    "ぎ": ("gy",),
    "し": ("sh", "sy", "shy"),
    "じ": ("j", "zy", "jy"),
    "ぢ": ("j", "zy", "jy"),
    "ち": ("ch", "ty", "cy", "chy"),
    "に": ("ny",),
    "ひ": ("hy",),
    "び": ("by",),
    "ぴ": ("py",),
    "み": ("my",),
    "り": ("ry", "ly"),
}
_SOUNDS |= {
    kana + small: tuple(glide + vowel for glide in glides)
    for kana, glides in _GLIDES.items()
    for small, vowel in zip("ゃゅょ", "auo", strict=True)
}
# Sounds of foreign names, as forms write them.
_FOREIGN = {
    "ふ": ("f",),
    "ゔ": ("v", "b"),
    "て": ("t",),
    "で": ("d",),
    "と": ("t",),
    "ど": ("d",),
    "う": ("w",),
    "く": ("qu", "kw"),
    "し": ("sh",),
    "じ": ("j",),
    "ち": ("ch", "c"),
    "つ": ("ts",),
}
_SOUNDS |= {
    kana + small: tuple(spelling + vowel for spelling in spellings)
    for kana, spellings in _FOREIGN.items()
    for small, vowel in zip("ぁぃぅぇぉ", _VOWELS, strict=True)
}
# A vowel drawn out is written, left out, or written h: Ohno, Ono, Oono; Yuuko, Yuko.
_DRAWN_OUT = {
    ("a", "あ"): "[ah]?",
    ("i", "い"): "i?",
    ("u", "う"): "[uh]?",
    ("e", "い"): "[ih]?",
    ("e", "え"): "[eh]?",
    ("o", "う"): "[uoh]?",
    ("o", "お"): "[oh]?",
}
DOUBLED = "[bcdfghjkmprstvwyz]?"


@lru_cache(maxsize=1024)
def spelled(kana: str) -> tuple[re.Pattern[str], int] | None:
    """The pattern of a reading (hiragana key) in small Latin letters, and its shortest length.

    None when the reading holds something that is no Japanese sound.
    """
    pattern, shortest, vowel, place = "", 0, "", 0
    while place < len(kana):
        sound = next(
            (kana[place : place + size] for size in (2, 1) if kana[place : place + size] in _SOUNDS), None
        )
        letter = kana[place]
        if (vowel, letter) in _DRAWN_OUT and sound == letter:
            pattern += _DRAWN_OUT[vowel, letter]
            place += 1
        elif letter == "っ":
            pattern += DOUBLED
            place += 1
        elif letter == "-":
            pattern += "[aiueoh]?"
            place += 1
        elif sound is None:
            return None
        else:
            spellings = _SOUNDS[sound]
            pattern += "(?:" + "|".join(spellings) + ")"
            shortest += min(map(len, spellings))
            vowel = spellings[0][-1]
            place += len(sound)
    return (re.compile(pattern), shortest) if shortest else None

"""What somebody typed into one field of a form or one cell of a file, read strictly.

Names and places are kept as they were written: NFKC would turn 神 (U+FA19) into another character. Only numbers,
days, addresses of mail and kana are brought into one form, because they are compared.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from portal.domain.refusal import Invalid

Typed = Mapping[str, str | Sequence[str]]
"""A form or a line as it was typed: one text for each field, or several for a field of checkboxes."""

T = TypeVar("T")
U = TypeVar("U")

_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ーｰ－"), "-")
_KATAKANA = {point: point + 0x60 for point in (*range(ord("ぁ"), ord("ゖ") + 1), ord("ゝ"), ord("ゞ"))}
# Marks that stand by themselves join the kana before them, where there is such a kana.
_JOINED = {ord("゛"): "\u3099", ord("゜"): "\u309a"}
_KANA = re.compile(r"[ァ-ヺㇰ-ㇿー・ヽヾ ]+")
_MAIL = re.compile(r"[A-Za-z0-9._%+'-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
LONGEST_MAIL = 254
ORDINARY = re.compile("[ -~\u3000-\u3003\u3005-\u3011ぁ-ゖ゛-ヿ一-\u9fff！-～｡-ﾟ]*")
"""A text of these characters alone holds nothing that has no place in a cell: almost every text. For speed only."""
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their category that show nothing: the Hangul fillers and the empty braille cell."""


class Gathered:
    """Collects what is wrong with several fields, so that everything is told at once."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def read(self, otherwise: U, reader: Callable[..., T], *arguments: object, **named: object) -> T | U:
        """What the reader gives; when it refuses, `otherwise`, and what it said is kept."""
        try:
            return reader(*arguments, **named)
        except Invalid as invalid:
            for field, codes in invalid.errors.items():
                self.errors.setdefault(field, []).extend(codes)
            return otherwise

    def add(self, field: str, code: str) -> None:
        """Note one fault of one field."""
        self.errors.setdefault(field, []).append(code)

    def settle(self) -> None:
        """Raise Invalid with all of it, if anything was wrong."""
        if self.errors:
            raise Invalid(self.errors, fields=len(self.errors))


def one(typed: Typed, field: str) -> str:
    """The text of a field; "" when it is not there; the first one when there are several."""
    value = typed.get(field, "")
    if isinstance(value, str):
        return value
    return value[0] if value else ""


def several(typed: Typed, field: str) -> tuple[str, ...]:
    """All texts of a field without the empty ones."""
    value = typed.get(field, ())
    values: Iterable[str] = (value,) if isinstance(value, str) else value
    return tuple(text.strip() for text in values if text.strip())


def line(typed: Typed, field: str, longest: int, *, needed: bool = False) -> str:
    """One line of text as it was written, outer blanks dropped, inner runs of blanks made one.

    Raises Invalid: "missing", "too_long" (code points), "nul", "surrogate", "line_break", "control", "emoji",
    "bad_character" (invisible, private or not assigned).
    """
    text = one(typed, field)
    # Looked at first: a text of a million characters is not normalised before it is refused.
    if len(text) > max(4 * longest, 1000):
        raise Invalid({field: ["too_long"]}, length=len(text), longest=longest)
    faults = list(dict.fromkeys(_faults(text.strip())))
    text = re.sub(r"[ \t\u3000]+", _one_blank, text.strip())
    if BLANK_LETTERS.issuperset(text.replace(" ", "").replace("\u3000", "")):
        text = ""
    if not text and needed:
        faults.append("missing")
    if len(text) > longest:
        faults.append("too_long")
    if faults:
        raise Invalid({field: faults}, length=len(text), longest=longest)
    return text


def _one_blank(found: re.Match[str]) -> str:
    return "\u3000" if "\u3000" in found[0] else " "


def _faults(text: str) -> Iterable[str]:
    if ORDINARY.fullmatch(text):
        return
    for character in text:
        category = unicodedata.category(character)
        if character == "\0":
            yield "nul"
        elif category == "Cs":
            yield "surrogate"
        elif character in "\r\n\v\f\x85\u2028\u2029":
            yield "line_break"
        elif category == "Cc" and character != "\t":
            yield "control"
        elif _is_emoji(character):
            yield "emoji"
        # U+FFFD stands for something that was lost on the way.
        elif category in ("Cf", "Co", "Cn") or character == "\ufffd":
            yield "bad_character"


def _is_emoji(character: str) -> bool:
    point = ord(character)
    return 0x1F000 <= point <= 0x1FAFF or 0x2600 <= point <= 0x27BF or point in (0xFE0F, 0x200D, 0x20E3)


def kana(typed: Typed, field: str, longest: int) -> str:
    """A reading in full-width katakana; hiragana and half-width kana are taken too. Raises "bad_kana".

    Marks of repetition (みすゞ) and the small kana of Ainu names stay.
    """
    text = line(typed, field, longest, needed=True)
    joined = unicodedata.normalize("NFKC", text.translate(_JOINED))
    read = " ".join(joined.translate(_KATAKANA).split())
    if not _KANA.fullmatch(read) or not read.strip("ー・ヽヾ "):
        raise Invalid({field: ["bad_kana"]})
    return read


def narrow(text: str) -> str:
    """Digits, Latin letters and hyphens in their plain half-width form, outer blanks dropped."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).translate(_HYPHENS).strip()


def phone(typed: Typed, field: str) -> str:
    """A telephone number as 00-0000-0000 or +81-…; "" for none. Raises "bad_phone"."""
    text = narrow(line(typed, field, 60))
    text = re.sub(r"[()\s.]+", "-", text).strip("-")
    text = re.sub(r"-+", "-", text)
    digits = text.replace("-", "").removeprefix("+")
    if text and not (re.fullmatch(r"\+?[0-9]+(?:-[0-9]+)*", text) and 9 <= len(digits) <= 15):
        raise Invalid({field: ["bad_phone"]})
    return text


def mail(typed: Typed, field: str) -> str:
    """An address of mail; "" for none. Raises "bad_mail"."""
    text = unicodedata.normalize("NFKC", line(typed, field, LONGEST_MAIL)).strip()
    if not text:
        return ""
    local = text.partition("@")[0]
    if not _MAIL.fullmatch(text) or len(local) > 64 or ".." in text or len(text) > LONGEST_MAIL:
        raise Invalid({field: ["bad_mail"]})
    return text


def choice(typed: Typed, field: str, allowed: Iterable[str], *, needed: bool = False) -> str:
    """One of the allowed words; "" for none. Raises "missing", "unknown_code"."""
    text = narrow(one(typed, field)[:100])
    if not text and needed:
        raise Invalid({field: ["missing"]})
    if text and text not in set(allowed):
        raise Invalid({field: ["unknown_code"]})
    return text


_YES = frozenset(("1", "y", "yes", "true", "on", "はい"))
_NO = frozenset(("", "0", "n", "no", "false", "off", "いいえ"))


def ticked(typed: Typed, field: str) -> bool:
    """Whether a box was ticked, or a cell says yes.

    Raises "yes_or_no" for anything else: nobody agrees by "pending".
    """
    said = narrow(one(typed, field)[:20]).casefold()
    if said not in _YES | _NO:
        raise Invalid({field: ["yes_or_no"]})
    return said in _YES

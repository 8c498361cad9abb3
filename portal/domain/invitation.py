"""The activation code (登録コード) that the office hands to a seeker on paper: 12 characters, typed by hand.

It is asked together with the birth date, kept only as a hash, used once, and expires. 60 random bits stand
behind it.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.refusal import Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 characters without I, L, O and U: what is typed instead of 1, 0 or V can only mean one of them."""

CODE_LENGTH = 12
RANDOM_BYTES = 8
"""Random bytes of one code; the four bits too many are dropped, so all codes are equally likely."""

_MEANT = str.maketrans("OILU", "011V")
_BLANKS = frozenset("-‐‑‒–—―−ーｰ_.・")


def code_from(random: bytes) -> str:
    """A bare code of 12 characters from at least 8 random bytes, handed in; ValueError when fewer."""
    if len(random) < RANDOM_BYTES:
        raise ValueError("too few random bytes")
    number = int.from_bytes(random[:RANDOM_BYTES])
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(CODE_LENGTH)))


def grouped(code: str) -> str:
    """The code as it is printed: XXXX-XXXX-XXXX."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def normalise_code(typed: str, *, field: str = "code") -> str:
    """The bare code meant by what was typed: full-width, lower case, blanks, hyphens, O for 0, I and L for 1.

    Raises Invalid on the field: "missing", "code_character" (a character no code contains), "code_length"
    (facts: length). None of them says anything about existing codes.
    """
    if len(typed) > 100:
        raise Invalid({field: ["code_length"]}, length=len(typed))
    flat = "".join(c for c in unicodedata.normalize("NFKC", typed) if not c.isspace() and c not in _BLANKS)
    code = flat.upper().translate(_MEANT)
    if not code:
        raise Invalid({field: ["missing"]})
    if any(c not in ALPHABET for c in code):
        raise Invalid({field: ["code_character"]})
    if len(code) != CODE_LENGTH:
        raise Invalid({field: ["code_length"]}, length=len(code))
    return code


@dataclass(frozen=True)
class InvitationFacts:
    """One issued code. valid_days: the operator's setting in days; attempts: wrong birth dates so far."""

    issued_on: date
    valid_days: int
    used: bool = False
    replaced: bool = False
    attempts: int = 0
    attempts_limit: int = 5


def last_day(issued_on: date, valid_days: int) -> date:
    """The last day a code opens an account; the day of issue is not counted. ValueError below 1."""
    if valid_days < 1:
        raise ValueError("a code is valid for at least one day")
    return issued_on + timedelta(days=valid_days)


def closed_because(facts: InvitationFacts, on: date) -> str | None:
    """Why a code no longer opens an account, or None: "code_used", "code_replaced", "code_locked",
    "code_expired".

    To be told only to somebody who typed an existing code and the birth date that belongs to it; everybody
    else gets the one answer for codes that never existed.
    """
    if facts.used:
        return "code_used"
    if facts.replaced:
        return "code_replaced"
    if facts.attempts >= facts.attempts_limit:
        return "code_locked"
    if not facts.issued_on <= on <= last_day(facts.issued_on, facts.valid_days):
        return "code_expired"
    return None

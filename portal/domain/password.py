"""What a password must be: long, and not one that everybody tries first.

After NIST SP 800-63B-4, section 3.1.1 (length, blocklist, no rules of composition, no periodic change) and the OWASP
Authentication Cheat Sheet. Lengths count Unicode code points. Passwords are brought into the form NFKC before they are
hashed, because the same characters arrive in different forms from different keyboards (full-width letters, か + ゛).
"""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from portal.domain.refusal import Invalid

SHORTEST = 12
LONGEST = 128
_OWN_WORD = 3
_REST_BESIDE_OWN_WORD = 8
_LONGEST_UNIT = 4
_BEGINNING = 8
_AROUND = "0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ・。、"


def normalised(password: str) -> str:
    """The form that is hashed."""
    return unicodedata.normalize("NFKC", password)


def checked_password(
    password: str, blocked: frozenset[str], own_words: Iterable[str] = (), *, field: str = "password"
) -> str:
    """The password in the form that is hashed.

    blocked: folded words of the blocklist. own_words: names of the account and of this service. Raises Invalid:
    "missing", "password_short", "password_long" (facts shortest, longest), "password_character" (NUL, control
    characters, half a surrogate pair), "password_common", "password_own_word".
    """
    codes = list(_faults(password, blocked, tuple(own_words)))
    if codes:
        raise Invalid({field: codes[:1]}, shortest=SHORTEST, longest=LONGEST)
    return normalised(password)


def _faults(password: str, blocked: frozenset[str], own_words: tuple[str, ...]) -> Iterable[str]:
    if not password:
        yield "missing"
    elif len(password) > LONGEST:
        yield "password_long"
    elif any(unicodedata.category(c) in ("Cc", "Cs") for c in password):
        yield "password_character"
    # Some single characters become many in NFKC, some pairs one: the shorter count decides what is long enough.
    elif min(len(password), len(normalised(password))) < SHORTEST:
        yield "password_short"
    elif len(normalised(password)) > LONGEST:
        yield "password_long"
    else:
        folded = fold(password)
        if is_common(folded, blocked):
            yield "password_common"
        elif rests_on_own_words(folded, own_words):
            yield "password_own_word"


def fold(text: str) -> str:
    """The form in which passwords and blocked words are compared."""
    return normalised(text).casefold()


def is_common(folded: str, blocked: frozenset[str]) -> bool:
    """Whether it is a blocked word, one with digits and signs around it, a short unit repeated, or a plain row."""
    whole = "".join(folded.split())
    bare = whole.strip(_AROUND)
    unit = _unit(whole)
    return (
        not {whole, bare, unit, _unit(bare)}.isdisjoint(blocked)
        or len(unit) <= _LONGEST_UNIT
        or _is_row(whole)
        or _is_row(bare)
        or (len(bare) >= _BEGINNING and any(word.startswith(bare) for word in blocked))
    )


def _unit(text: str) -> str:
    """The shortest text that, repeated and perhaps cut, makes this one."""
    for length in range(1, len(text)):
        if text[length:] == text[:-length]:
            return text[:length]
    return text


def _is_row(text: str) -> bool:
    """abcdefghij, lkjihgfedc, あいうえ… by code points."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return len(text) > 1 and len(steps) == 1 and steps <= {-2, -1, 0, 1, 2}


def rests_on_own_words(folded: str, own_words: Iterable[str]) -> bool:
    """Whether little is left of the password without the names in it."""
    rest = folded
    for word in sorted((fold(word) for word in own_words), key=len, reverse=True):
        if len(word) >= _OWN_WORD:
            rest = rest.replace(word, "")
    return rest != folded and len(rest) < _REST_BESIDE_OWN_WORD

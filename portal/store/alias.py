"""What a unit sees instead of a person (ruling R4).

Tokens are authenticated deterministic encryption (AES-SIV) of a seeker's random key under a random key of the unit:
nothing is written while searching, the same seeker has another token at every unit, and without a unit's key two
units' tokens can neither be made nor linked.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

# Without 0 O 1 I L, so that a code can be read out over the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_TOKEN_LENGTH = 43
_LONGEST = 200


def new_unit_key() -> bytes:
    """Random key of a unit; stored sealed."""
    return os.urandom(64)


def new_alias_key() -> bytes:
    """Random key of a seeker; never shown."""
    return os.urandom(16)


def token(unit_key: bytes, purpose: str, alias_key: bytes) -> str:
    """The seeker's token at this unit, for use in addresses. ``purpose`` keeps search and thread tokens apart."""
    return _seal(unit_key, purpose, alias_key)


def open_token(unit_key: bytes, purpose: str, text: str) -> bytes | None:
    """The alias key behind a token, or None when this unit never got such a token."""
    return _open(unit_key, purpose, text) if len(text) == _TOKEN_LENGTH else None


def code(unit_key: bytes, alias_key: bytes) -> str:
    """A short code to read out, such as ``K7QM-3XPA``. Another one at each unit; a rare collision is harmless."""
    number = int.from_bytes(hmac.new(unit_key, b"code\0" + alias_key, hashlib.sha256).digest()[:8], "big")
    letters = []
    for _ in range(8):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def seal_cursor(unit_key: bytes, packed: bytes) -> str:
    """Where a unit's list ended, readable by nobody but the portal and useless at another unit."""
    return _seal(unit_key, "cursor", packed)


def open_cursor(unit_key: bytes, text: str) -> bytes | None:
    """What ``seal_cursor`` sealed at this unit, or None."""
    return _open(unit_key, "cursor", text) if len(text) <= _LONGEST else None


def _seal(unit_key: bytes, purpose: str, data: bytes) -> str:
    return _spelled(AESSIV(unit_key).encrypt(data, [purpose.encode()]))


def _spelled(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def _open(unit_key: bytes, purpose: str, text: str) -> bytes | None:
    try:
        sealed = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
        data = AESSIV(unit_key).decrypt(sealed, [purpose.encode()])
    except (ValueError, InvalidTag):
        return None
    # The last letter carries spare bits: only the spelling we gave out counts.
    return data if _spelled(sealed) == text else None

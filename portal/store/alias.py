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


def new_unit_key() -> bytes:
    """Random key of a unit; stored sealed."""
    return os.urandom(64)


def new_alias_key() -> bytes:
    """Random key of a seeker; never shown."""
    return os.urandom(16)


def token(unit_key: bytes, purpose: str, alias_key: bytes) -> str:
    """The seeker's token at this unit, for use in addresses. ``purpose`` keeps search and thread tokens apart."""
    sealed = AESSIV(unit_key).encrypt(alias_key, [purpose.encode()])
    return _written(sealed)


def _written(sealed: bytes) -> str:
    # The one spelling of a token: the last letter has spare bits, which other spellings would fill differently.
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def open_token(unit_key: bytes, purpose: str, text: str) -> bytes | None:
    """The alias key behind a token, or None when this unit never got such a token."""
    if len(text) != _TOKEN_LENGTH or not text.isascii():
        return None
    try:
        sealed = base64.b64decode(text + "=", altchars=b"-_", validate=True)
        if _written(sealed) != text:
            return None
        return AESSIV(unit_key).decrypt(sealed, [purpose.encode()])
    except (ValueError, InvalidTag):
        return None


def code(unit_key: bytes, alias_key: bytes) -> str:
    """A short code to read out, such as ``K7QM-3XPA``. Another one at each unit; a rare collision is harmless."""
    number = int.from_bytes(hmac.new(unit_key, b"code\0" + alias_key, hashlib.sha256).digest()[:8], "big")
    letters = []
    for _ in range(8):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])

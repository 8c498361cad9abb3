"""Sealing of identity fields, and keyed hashes for looking things up without keeping them in clear."""

import hashlib
import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

_NONCE = 12
# A sealed text is as long as its block: the length alone would tell the sex and the letters of a name. No text in UTF-8
# holds the byte that ends it, so what was sealed without it before opens as it is.
_END = b"\xff"
_BLOCK, _LONG_BLOCK = 96, 512


class KeyMissingError(Exception):
    """A sealed value names a key that is not in the key file, or was not sealed for this place."""


class Keyring:
    """AES-256-GCM by field. The ciphertext begins with its key’s name, so keys can be rotated.

    Label and row are bound in: a value copied to another column or person does not open.
    """

    def __init__(self, field_keys: Mapping[str, bytes], current: str, blind_key: bytes) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in field_keys.items()}
        self._current = current
        self._blind_key = blind_key

    @property
    def names(self) -> tuple[str, ...]:
        """The keys there are, oldest first."""
        return tuple(self._ciphers)

    @property
    def current(self) -> str:
        """The key that new values are sealed with."""
        return self._current

    @staticmethod
    def name_of(sealed: bytes) -> str:
        """The key a value was sealed with."""
        return sealed[1 : 1 + sealed[0]].decode("ascii")

    def seal(self, label: str, row: int | str, text: str) -> bytes:
        """Encrypt one field of one row; its length tells the block it fits into and nothing finer."""
        return self.seal_bytes(label, row, _padded(text.encode("utf-8")))

    def open(self, label: str, row: int | str, sealed: bytes) -> str:
        """Decrypt; raises KeyMissingError when the key is gone or the value belongs elsewhere."""
        return self.open_bytes(label, row, sealed).partition(_END)[0].decode("utf-8")

    def seal_bytes(self, label: str, row: int | str, data: bytes) -> bytes:
        """As ``seal``, for keys of units and other bytes."""
        nonce = os.urandom(_NONCE)
        name = self._current.encode("ascii")
        body = self._ciphers[self._current].encrypt(nonce, data, _bound(label, row))
        return bytes([len(name)]) + name + nonce + body

    def open_bytes(self, label: str, row: int | str, sealed: bytes) -> bytes:
        """As ``open``, for bytes."""
        name, rest = sealed[1 : 1 + sealed[0]].decode("ascii"), sealed[1 + sealed[0] :]
        if name not in self._ciphers:
            raise KeyMissingError(f"no field key named {name}")
        try:
            return self._ciphers[name].decrypt(rest[:_NONCE], rest[_NONCE:], _bound(label, row))
        except InvalidTag as wrong:
            raise KeyMissingError(f"{label} does not open with key {name}") from wrong

    def blind(self, label: str, text: str) -> bytes:
        """Keyed hash (HMAC-SHA-256, 32 bytes) of a value under a label."""
        return hmac.new(
            self._blind_key, label.encode() + b"\0" + text.encode("utf-8"), hashlib.sha256
        ).digest()


def _padded(text: bytes) -> bytes:
    block = _BLOCK if len(text) < _BLOCK else _LONG_BLOCK
    ended = text + _END
    return ended + bytes(-len(ended) % block)


def _bound(label: str, row: int | str) -> bytes:
    return f"{label}:{row}".encode()


def keyring(session: Session) -> Keyring:
    """The keys that travel with a database session."""
    keys = session.info["keyring"]
    assert isinstance(keys, Keyring)  # noqa: S101 -- narrows the type; only Database fills it
    return keys

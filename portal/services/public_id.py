"""What stands for a unit in addresses: its random 16 bytes as 22 letters, never an inside number."""

import base64
import binascii

_LENGTH = 22


def shown(raw: bytes) -> str:
    """As it is written in an address."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def read(text: str) -> bytes | None:
    """The bytes again; None for anything that ``shown`` does not write, other spellings of the same bytes included."""
    if len(text) != _LENGTH or not text.isascii():
        return None
    try:
        raw = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if shown(raw) == text else None

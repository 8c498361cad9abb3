"""Time-based one-time codes (RFC 6238) as second factor: which typed code is acceptable, and only once.

How a code is made from the secret is the library's; here is what counts as one.
"""

import unicodedata
from collections.abc import Callable
from datetime import datetime

from portal.domain.invitation import ALPHABET

DIGITS = 6
SECONDS = 30
DRIFT = 1
"""Steps of 30 seconds by which the person's clock may be off, either way."""

RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
"""Characters of a recovery code (予備コード), of the same alphabet as activation codes: 50 random bits."""

_MEANT = str.maketrans("OILU", "011V")


def step_at(instant: datetime) -> int:
    """The number of the 30-second step an instant lies in. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return int(instant.timestamp()) // SECONDS


def typed_code(typed: str) -> str | None:
    """The six digits meant by what was typed (full-width, blanks, hyphens), or None when it cannot be a code."""
    flat = "".join(
        c for c in unicodedata.normalize("NFKC", typed[:40]) if not c.isspace() and c not in "-ー−‐"
    )
    return flat if len(flat) == DIGITS and flat.isascii() and flat.isdigit() else None


def recovery_code(typed: str) -> str | None:
    """The bare recovery code meant by what was typed, or None when it cannot be one."""
    flat = "".join(
        c for c in unicodedata.normalize("NFKC", typed[:40]) if not c.isspace() and c not in "-ー−‐"
    )
    code = flat.upper().translate(_MEANT)
    return code if len(code) == RECOVERY_LENGTH and all(c in ALPHABET for c in code) else None


def accepted_step(
    code: str,
    now: datetime,
    last_step: int | None,
    code_at: Callable[[int], str],
    same: Callable[[str, str], bool],
) -> int | None:
    """The step whose code was typed, or None. A step at or before the last accepted one never counts again.

    code_at makes the code of a step, same compares two codes in constant time; all steps are always compared.
    """
    present = step_at(now)
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if same(code_at(step), code) and (last_step is None or step > last_step):
            found = step
    return found

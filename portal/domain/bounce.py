"""What a mail that came back says: which mail of ours it is about, and whether the address takes none for good.

Read from a delivery status notification (RFC 3464). Nothing but the random part of our Message-ID and the status code
is taken from it: addresses and the words of foreign servers stay where they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32

from portal.domain.notice import enhanced_code, status_names_the_address

_OURS = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_PARTS = 50
"""More parts than any bounce has."""


@dataclass(frozen=True)
class Bounce:
    """mail_keys: the random parts of the Message-IDs it returns. code: such as 5.1.1, "" without one."""

    mail_keys: tuple[str, ...]
    code: str
    for_good: bool


def read_bounce(data: bytes) -> Bounce | None:
    """What a raw mail says; None when it is no report of a failed delivery of ours, or cannot be read."""
    try:
        mail = message_from_bytes(data, policy=compat32)
        if mail.get_content_type() != "multipart/report":
            return None
        # The first part is prose; a mail that only quotes a report in it is no report.
        parts = [part for _, part in zip(range(_PARTS), mail.walk(), strict=False)]
        status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
        keys = tuple(dict.fromkeys(key for part in parts for key in _keys(part)))
        if status is None or not keys:
            return None
        codes = [code for code in map(_failed, _blocks(status)) if code is not None]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # Strangers may send anything to this mailbox; what cannot be read says nothing.
        return None
    code = next((found for found in codes if status_names_the_address(found)), codes[0] if codes else "")
    return Bounce(keys, code, status_names_the_address(code))


def _keys(part: Message) -> Iterator[str]:
    """The keys in the headers of the returned mail, whole or headers only."""
    kind = part.get_content_type()
    returned: Message | None = None
    if kind == "message/rfc822" and part.is_multipart():
        first = part.get_payload(0)
        returned = first if isinstance(first, Message) else None
    elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
        payload = part.get_payload(decode=True)
        text = payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""
        if not text and part.is_multipart():
            text = str(part.get_payload(0))
        returned = message_from_string(text, policy=compat32)
    if returned is not None:
        yield from _OURS.findall(str(returned.get("Message-ID", "")).lower())


def _blocks(status: Message) -> Iterator[Message]:
    """The groups of fields of a delivery status: one about the mail, then one for each receiver."""
    payload = status.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))


def _failed(block: Message) -> str | None:
    """The status of a receiver whom the mail did not reach; "" when it names none; None for anything else."""
    if str(block.get("Action", "")).strip().lower() != "failed":
        return None
    return enhanced_code(str(block.get("Status", "")))

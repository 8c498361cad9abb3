"""What stands beside an organisation's message for the seeker: quiet hints, and whether it was reported."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.services import public_id
from portal.store import safe_message as store
from portal.store.keyring import Keyring, keyring
from portal.store.safe_message import Shown

_LABEL = "message.report"


@dataclass(frozen=True)
class Hint:
    """What stands beside one message. ref: names it in the addresses of its thread.

    marks: what was found in it; reported_at: None = not reported.
    """

    ref: str
    marks: tuple[Shown, ...]
    reported_at: datetime | None


def hints(session: Session, thread_id: int, messages: Iterable[int]) -> dict[int, Hint]:
    """The hints of these messages of a thread, by their numbers."""
    marks = store.marks_of_thread(session, thread_id)
    reported = store.reported_in_thread(session, thread_id)
    ring = keyring(session)
    return {
        number: Hint(ref_of(ring, number), marks.get(number, ()), reported.get(number)) for number in messages
    }


def ref_of(ring: Keyring, number: int) -> str:
    """A message in an address: keyed, so that it says nothing about the number and nobody can make one."""
    return public_id.shown(ring.blind(_LABEL, str(number))[:16])

"""Which seekers somebody at a ハローワーク may reach: those of the own office, and nobody else's.

Our decision, said on the pages. Another office's seeker is not found, exactly like one that never existed.
"""

import base64
import binascii

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.store import reach
from portal.store import seeker as store


def public_id(office_id: bytes) -> str:
    """What the office's pages show in addresses: 22 letters, random."""
    return base64.urlsafe_b64encode(office_id).rstrip(b"=").decode("ascii")


def office_of(actor: Actor, permission: Permission) -> str:
    """The office somebody acts for. The operator names one on the command line. Raises Forbidden."""
    allowed = actor.kind is ActorKind.OPERATOR or may(actor, permission)
    if not allowed or actor.office_code is None:
        raise Forbidden
    return actor.office_code


def find(session: Session, actor: Actor, permission: Permission, shown: str) -> RowMapping:
    """The row of a seeker by what stands in the address. Raises Forbidden, NotFound."""
    office = office_of(actor, permission)
    try:
        office_id = base64.b64decode(shown + "==", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise NotFound from None
    found = store.find(session, office_id, office) if public_id(office_id) == shown else None
    if found is None:
        raise NotFound
    return found


def lock(session: Session, actor: Actor, permission: Permission, shown: str, seen: int | None) -> RowMapping:
    """As `find`, for a change: the profile is locked first (ruling R14), then the row is read again.

    ``seen``: the version that the form was opened with; Conflict when somebody has changed something since.
    """
    found = find(session, actor, permission, shown)
    reach.lock_profile(session, [found["id"]])
    current = store.row(session, found["id"])
    if seen is not None and current["version"] != seen:
        raise Conflict
    return current

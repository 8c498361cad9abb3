"""The seeker (求職者) who asks about themselves: whose number it is, taken from the session and never from a page."""

from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission, may
from portal.domain.refusal import Forbidden


def seeker_of(actor: Actor, permission: Permission) -> int:
    """The inside number of the seeker who is signed in. Raises Forbidden for everybody else."""
    if actor.kind is not ActorKind.SEEKER or actor.seeker_id is None or not may(actor, permission):
        raise Forbidden
    return actor.seeker_id

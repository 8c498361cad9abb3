"""Separation on PostgreSQL: each audience of the portal as a database role with its own rights (docs/decisions/0017).

The roles are made by a superuser, their passwords set by the operator; the portal only gives them their rights.
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Refusal
from portal.services.use_case import use_case
from portal.store import roles


class RolesMissing(Refusal):
    """Addresses name roles that the database server does not know. names: which."""

    default_reason = "roles_missing"

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.names = names


def creating(urls: Mapping[str, str]) -> list[str]:
    """The statements that make the roles, for a superuser; without passwords."""
    return roles.creating(urls)


def granting(urls: Mapping[str, str]) -> list[str]:
    """The statements that give the roles their rights."""
    return [line for together in roles.granting(roles.names(urls)) for line in together]


def grant(session: Session, clock: Clock, urls: Mapping[str, str]) -> int:
    """Give every role that an address names its rights, and take away what is no longer in the list.

    One transaction for each table, so that nobody waits long; a role keeps its old rights to a table until then.
    Returns how many roles there are, 0 where all work as the owner. Raises RolesMissing before anything is changed.
    """
    named = roles.names(urls)
    if not named:
        return 0
    try:
        number = roles.apply(session, named)
    except roles.RolesMissingError as missing:
        raise RolesMissing(missing.names) from None
    with use_case(session, clock, Actor(ActorKind.OPERATOR), "roles.grant") as trail:
        trail.fact(roles=number)
    return number

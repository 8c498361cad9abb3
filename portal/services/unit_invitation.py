"""Inviting people into a unit: a code and a link, good for days, used once.

Officer and contact of a unit invite ordinary members. The invitations of a new officer (個人情報管理・苦情処理責任者) or
contact (連絡責任者) come with the bureau's entry (seed 004 P-Q11, M-Q8) and from nowhere else.
"""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.calendar.day import day_start
from portal.domain.actor import Actor
from portal.domain.invitation import RANDOM_BYTES, code_from, grouped, last_day
from portal.domain.unit_invitation import MANAGERS, read_name
from portal.services.use_case import Trail
from portal.store import unit_invitation as store

_LINK_BYTES = 24


@dataclass(frozen=True)
class IssuedInvitation:
    """Shown or printed this one time. link_token: the bare token, which the pages sign; last_day: good to its end."""

    code: str
    link_token: str
    last_day: date


def issue(
    session: Session,
    trail: Trail,
    actor: Actor,
    unit_id: int,
    role: str,
    display_name: str,
    *,
    department_id: int | None = None,
    contractor_id: int | None = None,
    days: int,
) -> IssuedInvitation:
    """Inside a use case that has checked who may do this: a new invitation, for so many days after today.

    An earlier open one for the officer or the contact of the unit is void. Raises Invalid on display_name.
    """
    name = read_name({"display_name": display_name})
    if role in MANAGERS:
        store.revoke_role(session, unit_id, role, trail.now)
    code = code_from(secrets.token_bytes(RANDOM_BYTES))
    link = secrets.token_urlsafe(_LINK_BYTES)
    last = last_day(trail.today, days)
    number = store.add(
        session,
        unit_id,
        role,
        name,
        trail.now,
        day_start(last + timedelta(days=1)),
        public_id=secrets.token_bytes(16),
        code=code,
        link=link,
        department_id=department_id,
        contractor_id=contractor_id,
        issued_by=actor.account_id,
    )
    trail.fact(**{f"invitation_{role}": number})
    return IssuedInvitation(grouped(code), link, last)

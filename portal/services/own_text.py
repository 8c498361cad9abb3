"""Screening what a seeker is about to send: a warning to the writer alone, never a refusal.

Telling oneself is the seeker's right (seed 004 S-Q2), so nothing is changed and nothing is kept of what was found.
"""

from sqlalchemy.orm import Session

from portal.domain.actor import Actor
from portal.domain.permission import Permission
from portal.domain.screening.finding import FindingKind
from portal.services.held_text import marked
from portal.services.own import seeker_of
from portal.services.profile import found_in
from portal.services.use_case import query
from portal.store import seeker as store

Part = tuple[str, FindingKind | None]


def screened(session: Session, actor: Actor, text: str) -> tuple[Part, ...]:
    """The text in parts, each with what it may tell about its writer, or None; () when there is nothing to warn of.

    Raises Forbidden for everybody but the seeker who writes.
    """
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_MESSAGE_ANSWER)
        findings = found_in(store.identity(session, seeker_id), text)
        return marked(text, findings) if findings else ()

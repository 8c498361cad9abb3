"""The 利用規約 (terms of use) as one seeker stands to them: what was agreed to and when, and what waits (ruling R10)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.permission import Permission
from portal.domain.terms import NEVER_AGREED, TermsText, version_to_agree
from portal.services.own import seeker_of
from portal.services.use_case import query
from portal.store import consent
from portal.store import profile as profile_store
from portal.store.consent import Consent


@dataclass(frozen=True)
class OwnTerms:
    """current: the newest version offered today, None before the first one. agreed: newest first.

    open: the current version waits to be agreed to. agree_by: last day on which the earlier agreement suffices, None
    without an earlier one. versions: those offered until today, newest first.
    """

    current: TermsText | None
    agreed: tuple[Consent, ...]
    open: bool
    agree_by: date | None
    versions: tuple[TermsText, ...]

    def consent_to(self, version: str) -> Consent | None:
        """The latest agreement to a version."""
        return next((one for one in self.agreed if one.version == version and one.given), None)


def own_terms(session: Session, clock: Clock, actor: Actor) -> OwnTerms:
    """How the seeker who asks stands to the terms. Raises Forbidden."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_CONSENT_CHANGE)
        today = jst_day(clock.now())
        known = consent.versions(session)
        newest = version_to_agree(known, today)
        agreed = consent.consents(session, seeker_id)
        until = profile_store.row(session, seeker_id)["terms_until"]
        last = agreed[0] if agreed else None
        holds = last is not None and last.given and newest is not None and last.version == newest.code
        return OwnTerms(
            current=next((text for text in known if newest is not None and text.code == newest.code), None),
            agreed=agreed,
            open=newest is not None and not holds,
            agree_by=None if until == NEVER_AGREED else until,
            versions=tuple(text for text in reversed(known) if text.valid_from <= today),
        )

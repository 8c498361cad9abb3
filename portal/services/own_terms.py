"""The 利用規約 (terms of use) as one seeker stands to them: what was agreed to and when, and what waits (ruling R10)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.permission import Permission
from portal.domain.terms import NEVER_AGREED, Asking, TermsText, asking, version_to_agree
from portal.services.own import seeker_of
from portal.services.use_case import query
from portal.store import consent
from portal.store import profile as profile_store
from portal.store.consent import Consent


@dataclass(frozen=True)
class OwnTerms:
    """current: the newest version offered today, None before the first one. agreed: newest first.

    asking: how the current version waits to be agreed to, if it does. agree_by: last day on which the earlier agreement
    suffices, None without an earlier one. versions: those offered until today, newest first.
    """

    current: TermsText | None
    agreed: tuple[Consent, ...]
    asking: Asking
    agree_by: date | None
    versions: tuple[TermsText, ...]

    @property
    def open(self) -> bool:
        """Whether the current version waits to be agreed to."""
        return self.asking is not Asking.NOTHING

    @property
    def due(self) -> bool:
        """Whether it must be agreed to before anything is shown or sent."""
        return self.asking is Asking.DUE

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
        last = agreed[0].version if agreed and agreed[0].given else None
        return OwnTerms(
            current=next((text for text in known if newest is not None and text.code == newest.code), None),
            agreed=agreed,
            asking=asking(newest, last, until, today),
            agree_by=None if until == NEVER_AGREED else until,
            versions=tuple(text for text in reversed(known) if text.valid_from <= today),
        )

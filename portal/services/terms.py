"""The 利用規約 (terms of use): loading versions, showing them, recording who agreed (seed 004 S-Q3; ruling R10)."""

from collections.abc import Iterable

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Forbidden, Refusal
from portal.domain.terms import TermsText, check_versions, terms_until, version_to_agree
from portal.services import scope
from portal.services.history import record
from portal.services.use_case import Trail, query, use_case
from portal.store import consent as store
from portal.store import profile as profile_store
from portal.store import reach
from portal.store import seeker as seeker_store

__all__ = ["TermsText", "agree", "agree_at_office", "current", "load", "versions"]


def load(session: Session, clock: Clock, actor: Actor, texts: Iterable[TermsText]) -> tuple[str, ...]:
    """Add the versions that are not loaded yet, and compute for everybody until when what they agreed to suffices.

    A version somebody may have agreed to never changes: Invalid "words_changed", "days_changed", "removed". Gives the
    codes added; loading again changes nothing.
    """
    with use_case(session, clock, actor, "terms.load") as trail:
        if actor.kind not in (ActorKind.OPERATOR, ActorKind.WORKER):
            raise Forbidden
        new = check_versions(store.versions(session), texts)
        store.add_versions(session, new, trail.now)
        if new:
            store.recompile(session)
        else:
            trail.silent()
        trail.fact(versions=",".join(text.code for text in new))
        return tuple(text.code for text in new)


def versions(session: Session) -> tuple[TermsText, ...]:
    """Every version, oldest first."""
    with query(session):
        return store.versions(session)


def current(session: Session, clock: Clock) -> TermsText:
    """The version a seeker is asked to agree to today. Raises Refusal "terms_missing" when there is none."""
    with query(session):
        return _current(store.versions(session), clock)


def agree(session: Session, clock: Clock, actor: Actor, version: str) -> None:
    """The seeker agrees on the site to the version shown. Raises Conflict when it is no longer the current one."""
    with use_case(session, clock, actor, "seeker.terms.agree") as trail:
        if actor.kind is not ActorKind.SEEKER or actor.seeker_id is None:
            raise Forbidden
        trail.subject("seeker", actor.seeker_id)
        reach.lock_profile(session, [actor.seeker_id])
        row = seeker_store.row(session, actor.seeker_id)
        known = store.versions(session)
        if _current(known, clock).code != version:
            raise Conflict
        _record(session, row, known, version, trail, actor, "site")


def agree_at_office(
    session: Session, clock: Clock, actor: Actor, office_id: str, version: str, *, seen: int | None = None
) -> None:
    """The office records that the seeker agreed at the counter to the version shown. Raises NotFound, Conflict."""
    with use_case(session, clock, actor, "seeker.terms.agree") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        trail.subject("seeker", row["id"])
        known = store.versions(session)
        if _current(known, clock).code != version:
            raise Conflict
        _record(session, row, known, version, trail, actor, "office")


def _current(known: tuple[TermsText, ...], clock: Clock) -> TermsText:
    found = version_to_agree(known, jst_day(clock.now()))
    if found is None:
        raise Refusal("terms_missing")
    return next(text for text in known if text.code == found.code)


def _record(
    session: Session,
    row: RowMapping,
    known: tuple[TermsText, ...],
    version: str,
    trail: Trail,
    actor: Actor,
    channel: str,
) -> None:
    agreed = store.consents(session, row["id"])
    before = agreed[0].version if agreed and agreed[0].given else None
    trail.fact(version=version)
    if before == version:
        trail.silent()
        return
    text = next(text for text in known if text.code == version)
    store.add(
        session, [row["id"]], text, trail.now, trail.today, channel=channel, recorded_by=actor.account_id
    )
    profile_store.change(session, row["id"], terms_until=terms_until(version, known))
    record(session, row, "terms", trail, actor, before={"terms": before}, after={"terms": version})

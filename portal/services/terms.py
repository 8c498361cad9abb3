"""The 利用規約 (terms of use): loading versions, showing them, recording who agreed (seed 004 S-Q3; ruling R10)."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.domain.terms import (
    Change,
    TermsText,
    check_published,
    check_versions,
    compared,
    terms_until,
    version_to_agree,
)
from portal.services import scope
from portal.services.history import record
from portal.services.use_case import Trail, query, use_case
from portal.store import consent as store
from portal.store import profile as profile_store
from portal.store import reach
from portal.store import seeker as seeker_store

__all__ = [
    "Archived",
    "Change",
    "Compared",
    "Published",
    "TermsText",
    "agree",
    "agree_at_office",
    "archive",
    "archived",
    "current",
    "load",
    "publish",
    "versions",
]


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


@dataclass(frozen=True)
class Published:
    """A version that is, or with ``rehearse`` would be, published. asked: seekers who agreed to an earlier one,
    and whom it will ask. new: False when it was published before just so."""

    text: TermsText
    asked: int
    new: bool


def publish(
    session: Session,
    clock: Clock,
    actor: Actor,
    texts: Iterable[TermsText],
    code: str,
    *,
    rehearse: bool = False,
) -> Published:
    """Add one version to those that are loaded. ``texts``: of the whole folder, so that none is forgotten.

    Nobody vanishes overnight (ruling R10): what was agreed to before suffices until the new version's agree-by day.
    Raises Invalid as `portal.domain.terms.check_published` and `check_versions` do, "unlisted" for a code that the
    folder does not name, "not_alone" for other versions that are not loaded yet; Forbidden.
    """
    with use_case(session, clock, actor, "terms.publish") as trail:
        if actor.kind is not ActorKind.OPERATOR:
            raise Forbidden
        listed = tuple(texts)
        known = store.versions(session)
        text = next((one for one in listed if one.code == code), None)
        if text is None:
            raise Invalid({code: ["unlisted"]})
        new = check_versions(known, listed)
        others = [one.code for one in new if one.code != code]
        if others:
            raise Invalid({other: ["not_alone"] for other in others})
        if new:
            check_published(text, known, trail.today)
        asked = store.agreed_to_others(session, code)
        trail.fact(version=code, valid_from=text.valid_from, agree_by=text.agree_by, asked=asked)
        if not new or rehearse:
            trail.silent()
            return Published(text, asked, bool(new))
        store.add_versions(session, [text], trail.now)
        store.recompile(session)
        return Published(text, asked, True)


@dataclass(frozen=True)
class Archived:
    """One version in the public archive. last_day: the day before the next one was offered, None while there is none.
    coming: it is offered from a day that lies ahead."""

    text: TermsText
    last_day: date | None
    coming: bool
    in_force: bool


@dataclass(frozen=True)
class Compared:
    """One version with the one before it. paragraphs: of the reader's language; () for the first version."""

    archived: Archived
    before: TermsText | None
    paragraphs: tuple[tuple[Change, str], ...]


def archive(session: Session, clock: Clock) -> tuple[Archived, ...]:
    """Every version there is, newest first, for everybody; those that are to come included."""
    with query(session):
        return _archive(store.versions(session), jst_day(clock.now()))


def archived(session: Session, clock: Clock, code: str, language: str = "ja") -> Compared:
    """One version and what changed in it. Raises NotFound."""
    with query(session):
        found = _archive(store.versions(session), jst_day(clock.now()))
        at = next((n for n, one in enumerate(found) if one.text.code == code), None)
        if at is None:
            raise NotFound
        before = found[at + 1].text if at + 1 < len(found) else None
        changed = compared(before.paragraphs(language), found[at].text.paragraphs(language)) if before else ()
        return Compared(found[at], before, changed)


def _archive(known: tuple[TermsText, ...], today: date) -> tuple[Archived, ...]:
    offered = version_to_agree(known, today)
    following = {one.code: after.valid_from for one, after in itertools.pairwise(known)}
    return tuple(
        Archived(
            text,
            following[text.code] - timedelta(days=1) if text.code in following else None,
            text.valid_from > today,
            offered is not None and offered.code == text.code,
        )
        for text in reversed(known)
    )


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

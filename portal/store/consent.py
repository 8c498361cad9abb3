"""Versions of the 利用規約 (terms of use), and who agreed to which; consents are added and never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.refusal import Conflict
from portal.domain.terms import NEVER_AGREED, TermsText, terms_until
from portal.store.bulk import insert_all
from portal.store.tables import consent, profile, terms_version

_FIELDS = tuple(TermsText.__dataclass_fields__)


@dataclass(frozen=True)
class Consent:
    """One recorded answer to one version. channel: office, site or file. valid_from: of the version, as people name
    it; None for one that is not loaded here."""

    version: str
    valid_from: date | None
    given: bool
    on_day: date
    at: datetime
    channel: str


def versions(session: Session) -> tuple[TermsText, ...]:
    """Every loaded version with its texts, oldest first."""
    columns = [terms_version.c[name] for name in _FIELDS]
    found = session.execute(select(*columns).order_by(terms_version.c.valid_from))
    return tuple(TermsText(**line._mapping) for line in found)


def add_versions(session: Session, new: Iterable[TermsText], at: datetime) -> None:
    """Insert versions that are not there yet. Raises Conflict when another load was faster."""
    values = [
        {name: getattr(text, name) for name in _FIELDS} | {"text_hash": text.text_hash, "loaded_at": at}
        for text in new
    ]
    if values:
        try:
            session.execute(insert(terms_version), values)
        except IntegrityError:
            raise Conflict from None


def add(
    session: Session,
    seekers: Iterable[int],
    text: TermsText,
    at: datetime,
    on_day: date,
    *,
    channel: str,
    recorded_by: int | None,
) -> None:
    """Record that these seekers agreed to a version, with the hash of the words agreed to."""
    same = {
        "document": "terms",
        "version": text.code,
        "text_hash": text.text_hash,
        "given": True,
        "on_day": on_day,
        "at": at,
        "channel": channel,
        "recorded_by": recorded_by,
    }
    insert_all(session, consent, [{"seeker_id": seeker_id, **same} for seeker_id in seekers])


def consents(session: Session, seeker_id: int) -> tuple[Consent, ...]:
    """What a seeker agreed to, newest first."""
    found = session.execute(
        select(
            consent.c.version,
            terms_version.c.valid_from,
            consent.c.given,
            consent.c.on_day,
            consent.c.at,
            consent.c.channel,
        )
        .outerjoin(terms_version, terms_version.c.code == consent.c.version)
        .where(consent.c.seeker_id == seeker_id)
        .order_by(consent.c.id.desc())
    )
    return tuple(Consent(**line._mapping) for line in found)


def agreed_to_others(session: Session, version: str) -> int:
    """How many seekers agreed last to another version than this one."""
    newest = (
        select(consent.c.seeker_id, func.max(consent.c.id).label("id"))
        .group_by(consent.c.seeker_id)
        .subquery()
    )
    found = (
        select(func.count())
        .select_from(consent)
        .join(newest, newest.c.id == consent.c.id)
        .where(consent.c.given, consent.c.version != version)
    )
    return int(session.scalar(found) or 0)


def for_download(session: Session, seeker_id: int) -> list[dict[str, Any]]:
    """What a seeker agreed to, oldest first; nobody of the office by name."""
    return [
        {
            "document": "terms",
            "version": one.version,
            "version_from": one.valid_from,
            "given": one.given,
            "on_day": one.on_day,
            "at": one.at,
            "channel": one.channel,
        }
        for one in reversed(consents(session, seeker_id))
    ]


def first_days(session: Session) -> dict[str, date]:
    """From when each loaded version is offered; people know a version by this day, not by its code."""
    found = session.execute(select(terms_version.c.code, terms_version.c.valid_from))
    return {row.code: row.valid_from for row in found}


def recompile(session: Session) -> None:
    """Write profile.terms_until anew for everybody, after a version was added (ruling R10)."""
    known = versions(session)
    newest = (
        select(consent.c.seeker_id, func.max(consent.c.id).label("id"))
        .group_by(consent.c.seeker_id)
        .subquery()
    )
    latest = select(consent.c.seeker_id).join(newest, newest.c.id == consent.c.id)
    for version in known:
        agreed = latest.where(consent.c.version == version.code, consent.c.given)
        session.execute(
            update(profile)
            .where(profile.c.seeker_id.in_(agreed))
            .values(terms_until=terms_until(version.code, known))
        )
    never = latest.where(~consent.c.given)
    session.execute(update(profile).where(profile.c.seeker_id.in_(never)).values(terms_until=NEVER_AGREED))

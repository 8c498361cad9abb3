"""The seeker's own copy of everything that is kept about them: one dictionary with a documented, versioned shape.

docs/own_data.md describes it key by key; a test holds the two together. A change that adds keys keeps the version, one
that renames or removes a key raises it. Nothing about other people is in it, and nothing that an organisation or an
office keeps for itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.permission import Permission
from portal.domain.refusal import Invalid, Refusal
from portal.services import code, draft, own_log
from portal.services.own import seeker_of
from portal.services.password import Passwords
from portal.services.second_factor import confirm_password
from portal.services.use_case import use_case
from portal.store import account as accounts
from portal.store import (
    complaint,
    consent,
    correction,
    notice_care,
    paid_ledger,
    reach,
    retention,
    safe_message,
)
from portal.store import own_data as store
from portal.store import seeker as seeker_store

SCHEMA = "own-data/1"
MOST = 5
WITHIN = timedelta(days=1)
"""So many copies in such a time: our decision. A copy reads everything, and nobody needs it every minute."""
AFTER_CODE = 3
"""Full days after a password was set by a code of the office in which no copy is taken: our decision. The person has
the mail notice and the record before whoever holds a code could have everything. Opening an account is not meant."""
FORMS = ("json", "page")

Content = Mapping[str, Any]


@dataclass(frozen=True)
class OwnData:
    """A copy. content: of plain values alone (texts, numbers, lists, dictionaries), instants in UTC, days in Japan."""

    made_at: datetime
    content: Content


def take(
    session: Session,
    clock: Clock,
    actor: Actor,
    passwords: Passwords,
    *,
    password: str,
    address: str,
    form: str,
    language: str = "ja",
) -> OwnData:
    """A copy of everything, after the password was typed again. Recorded, and told in the seeker's own record.

    form: "json" or "page", for the audit. Raises Invalid (form: "missing"; password: "missing", "password_wrong"),
    TooManyAttempts, Busy, Refusal "copies_full" (most, again_at), "copy_after_code" (days, from_day),
    Forbidden.
    """
    seeker_id = seeker_of(actor, Permission.SEEKER_DATA_TAKE)
    if form not in FORMS:
        raise Invalid({"form": ["missing"]})
    confirm_password(session, clock, actor, passwords, password, address)
    drafts = draft.every(session, clock, actor)
    with use_case(session, clock, actor, "seeker.data.take") as trail:
        trail.subject("seeker", seeker_id)
        trail.fact(form=form, schema=SCHEMA)
        reach.lock_profile(session, [seeker_id])
        chosen = store.password_by_code(session, seeker_id)
        from_day = None if chosen is None else jst_day(chosen) + timedelta(days=AFTER_CODE + 1)
        if from_day is not None and trail.today < from_day:
            raise Refusal("copy_after_code", days=AFTER_CODE, from_day=from_day)
        taken, first = store.takings(session, seeker_id, trail.now - WITHIN)
        if taken >= MOST and first is not None:
            raise Refusal("copies_full", most=MOST, again_at=first + WITHIN)
        content = {
            "schema": SCHEMA,
            "made_at": trail.now,
            **_person(session, seeker_id, trail.today, language),
            **_correspondence(session, seeker_id, language),
            "views": _views(session, seeker_id, trail.today),
            "record": _record(session, seeker_id, language),
            "drafts": [
                {"page": one.sheet.place, "saved_at": one.saved_at, "fields": one.sheet.typed()}
                for one in drafts
            ],
        }
        return OwnData(trail.now, {name: _plain(value) for name, value in content.items()})


def _person(session: Session, seeker_id: int, today: date, language: str) -> dict[str, Any]:
    offices = _named(session, "office", language)
    registration = store.registration(session, seeker_id)
    registration["office"] = offices(registration.pop("office_code"))
    school = registration["school_kind"]
    registration["school_kind"] = _named(session, "school_kind", language)(school) if school else None
    published = store.published(session, seeker_id)
    for which in ("choices", "shown"):
        published[which] = [
            {
                "role": one.role,
                "name": _named(session, one.kind, language)(one.code),
                "length": _named(session, "experience_band", language)(one.band) if one.band else None,
            }
            for one in published[which]
        ]
    history = store.changes(session, seeker_id)
    for change in history:
        change["office"] = offices(change.pop("office_code"))
    return {
        "identity": seeker_store.identity(session, seeker_id).texts(),
        "registration": registration,
        "profile": published,
        "account": _account(session, seeker_id),
        "terms": consent.for_download(session, seeker_id),
        "history": history,
        "corrections": correction.for_download(session, seeker_id),
        "retention": [
            {"kind": kind, "goes_on": goes_on}
            for kind, _, goes_on in retention.announced(session, seeker_id, today)
        ],
    }


def _account(session: Session, seeker_id: int) -> dict[str, Any] | None:
    account_id = store.own_account(session, seeker_id)
    account = None if account_id is None else accounts.by_id(session, account_id)
    if account_id is None or account is None:
        return None
    choice = notice_care.choice(session, account_id)
    return {
        "sign_in_name": account.sign_in_name,
        "language": account.language,
        "since": account.created_at,
        "mail": accounts.mail(session, account_id),
        "notices": choice.rhythm.value,
        "quiet_hours": choice.quiet.value,
    }


def _correspondence(session: Session, seeker_id: int, language: str) -> dict[str, Any]:
    desks = {"office": _named(session, "office", language), "bureau": _named(session, "bureau", language)}
    cases = complaint.for_download(session, seeker_id)
    for case in cases:
        where = str(case.pop("desk_code"))
        case["desk_name"] = desks[str(case["desk"])](where) if case["desk"] in desks else ""
    return {
        "threads": store.threads(session, seeker_id),
        "blocks": store.blocks(session, seeker_id),
        "complaints": cases,
        "paid_services": paid_ledger.for_download(session, seeker_id),
        "reports": safe_message.for_download(session, seeker_id),
        "hints": [
            # How the sender got it through is the organisation's own affair.
            {name: mark[name] for name in ("organisation", "sent_at", "kind")}
            for mark in safe_message.marks_for_download(session, seeker_id)
        ],
    }


def _views(session: Session, seeker_id: int, today: date) -> list[dict[str, Any]]:
    return [
        {"month": f"{one.month:%Y-%m}", "organisations": list(one.names), "times": one.times}
        for one in own_log.every_month(session, seeker_id, today)
    ]


def _record(session: Session, seeker_id: int, language: str) -> list[dict[str, Any]]:
    return [
        {
            "at": one.at,
            "what": one.event.value,
            "by": one.by.value,
            "place": one.place,
            "organisations": list(one.units),
            "case_number": one.case_number,
            "meaning": one.answer,
            "day": one.day,
            "range_private": one.range_private,
            "range_municipal": one.range_municipal,
        }
        for one in own_log.every_line(session, seeker_id, language)
    ]


def _named(session: Session, kind: str, language: str) -> Callable[[str | None], str]:
    rows = code.names(session, kind)

    def name(asked: str | None) -> str:
        row = rows.get(asked or "")
        return row.name(language) if row else (asked or "")

    return name


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): _plain(inside) for name, inside in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value

"""The job-search data: showing them, changing them, and screening the free texts before they are published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import month_start
from portal.domain.actor import Actor
from portal.domain.answer import check_text
from portal.domain.entry import Gathered, Typed, one
from portal.domain.permission import Permission
from portal.domain.profile import (
    KINDS,
    LONGEST_TEXT,
    Book,
    Choice,
    ProfileView,
    read_choices,
    shuffle,
    tokens,
)
from portal.domain.rarity import order_key
from portal.domain.refusal import NotFound
from portal.domain.screening import screen
from portal.domain.screening.finding import Finding, KnownIdentity
from portal.domain.seeker import Identity
from portal.services import code, rarity, scope
from portal.services.history import record
from portal.services.use_case import query, use_case
from portal.store import profile as store
from portal.store import rarity as rarity_store
from portal.store import seeker as seeker_store

TEXT_FIELDS: Mapping[str, str] = {"pr": "pr", "experience": "experience_text"}
"""The free texts, and the field of the form that each is typed into."""


# Showing


def profile_view(session: Session, seeker_id: int, *, alias: str, on: date | None = None) -> ProfileView:
    """What an organisation sees of a seeker: the one projection for its pages, the seeker's and the office's.

    Asks for no permission: whoever calls has decided on reach. Three statements, whatever the profile holds. on: the
    day for which 有料サービス届出対象 is told; None = it is not told.
    """
    return store.view(session, seeker_id, alias, on)


def whole_view(session: Session, seeker_id: int, *, alias: str) -> ProfileView:
    """Everything somebody chose, also what organisations are not shown: for the person and the office only."""
    return store.view(session, seeker_id, alias, whole=True)


def profile_views(session: Session, aliases: Mapping[int, str]) -> dict[int, ProfileView]:
    """As `profile_view` for several seekers with their aliases, in as many statements."""
    return store.views(session, aliases)


def own_view(session: Session, actor: Actor, *, alias: str, on: date | None = None) -> ProfileView:
    """What private organisations see of the seeker who asks. Raises NotFound for everybody else."""
    if actor.seeker_id is None:
        raise NotFound
    with query(session):
        return profile_view(session, actor.seeker_id, alias=alias, on=on)


def preview(
    session: Session, actor: Actor, office_id: str, *, alias: str, on: date | None = None
) -> ProfileView:
    """What private organisations see of a seeker of this office. Raises NotFound, Forbidden."""
    with query(session):
        found = scope.find(session, actor, Permission.OFFICE_SEEKER_READ, office_id)
        return profile_view(session, found["id"], alias=alias, on=on)


# Code tables


def offered(session: Session, on: date) -> Book:
    """The rows that may be chosen on a day, by kind and code."""
    return code.books(session, KINDS, on)


def every(session: Session) -> Book:
    """All rows, ended ones too, by kind and code."""
    return code.books(session, KINDS)


# Changing


@dataclass(frozen=True)
class Saved:
    """held: the kinds of text that now wait for the office ("pr", "experience")."""

    held: tuple[str, ...]


def read_texts(typed: Typed) -> dict[str, str]:
    """The free texts as typed, by kind. Raises Invalid on the fields pr and experience_text."""
    faults = Gathered()
    texts = {
        kind: faults.read(
            "",
            check_text,
            one(typed, field)[: 20 * LONGEST_TEXT],
            longest=LONGEST_TEXT,
            field=field,
            may_be_empty=True,
        )
        for kind, field in TEXT_FIELDS.items()
    }
    faults.settle()
    return texts


def change_data(
    session: Session, clock: Clock, actor: Actor, office_id: str, typed: Typed, *, seen: int | None = None
) -> Saved:
    """Replace choices and texts; changes are made at the office (seed 004 S-Q3).

    A text with a finding waits for the office; the last approved one stays visible (ruling R3). Raises Invalid,
    NotFound, Conflict.
    """
    with use_case(session, clock, actor, "seeker.data.change") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        before, shown = store.choices(session, seeker_id), store.texts(session, seeker_id)
        faults = Gathered()
        chosen = faults.read((), read_choices, typed, offered(session, trail.today), before)
        texts = faults.read({}, read_texts, typed)
        faults.settle()
        put_choices(session, seeker_id, chosen, trail.today)
        identity = seeker_store.identity(session, seeker_id)
        held = put_texts(session, seeker_id, identity, texts, trail.now, actor.account_id)
        record(
            session,
            row,
            "data",
            trail,
            actor,
            before={"choices": told(before), "texts": shown},
            after={"choices": told(chosen), "texts": texts, "held": held},
        )
        trail.fact(choices=len(chosen), held=len(held))
        return Saved(held)


def put_choices(session: Session, seeker_id: int, chosen: Iterable[Choice], on: date) -> None:
    """Replace the choices, what organisations see of them, and what the profile is found by."""
    chosen, book = tuple(chosen), every(session)
    key = rarity_store.key(session, seeker_id, on)
    placing = rarity.place(session, [rarity.Newcomer(seeker_id, key, chosen)], book)[seeker_id]
    store.put_choices(session, [(seeker_id, chosen, placing.shown)])
    rarity_store.put_placings(session, {seeker_id: placing.names})
    found_by = tokens(chosen if placing.shown is None else placing.shown, book)
    if placing.names is None:
        store.change(session, seeker_id, tokens=found_by)
    else:
        store.change(
            session, seeker_id, tokens=found_by, shuffle=shuffle(order_key(found_by), month_start(on))
        )


def told(chosen: Iterable[Choice]) -> list[dict[str, str | None]]:
    """Choices as the history keeps them."""
    return [dict(vars(choice)) for choice in chosen]


# Screening


def found_in(identity: Identity, text: str) -> tuple[Finding, ...]:
    """Everything in a text that might tell who wrote it."""
    return screen(text, known(identity))


def known(identity: Identity) -> KnownIdentity:
    """What the screening asks about."""
    return KnownIdentity(
        **{field: getattr(identity, field) or None for field in KnownIdentity.__dataclass_fields__}
    )


def put_texts(
    session: Session,
    seeker_id: int,
    identity: Identity,
    texts: Mapping[str, str],
    at: datetime,
    account_id: int | None,
) -> tuple[str, ...]:
    """Publish what nothing was found in, hold the rest; gives the kinds that wait now.

    A text equal to the one that waits goes on waiting; one equal to the published one takes back what waits.
    """
    shown, waiting = store.texts(session, seeker_id), store.held(session, seeker_id)
    held = []
    for kind, text in texts.items():
        if kind in waiting:
            if waiting[kind].text == text:
                held.append(kind)
                continue
            store.settle(session, seeker_id, kind, "replaced", at, account_id)
        if text == shown.get(kind, ""):
            continue
        findings = found_in(identity, text)
        if findings:
            store.hold(session, [(seeker_id, kind, text, findings)], at)
            held.append(kind)
        else:
            store.publish(session, seeker_id, kind, text, at)
    return tuple(held)


def screen_again(session: Session, seeker_id: int, identity: Identity, at: datetime) -> tuple[str, ...]:
    """After a change of identity: a published text in which the new identity is found goes back to the office.

    Here the text does not stay visible, because it would show what has just become known. Gives the kinds.
    """
    waiting = store.held(session, seeker_id)
    taken = []
    for kind, text in store.texts(session, seeker_id).items():
        findings = found_in(identity, text)
        if not any(finding.own for finding in findings):
            continue
        store.publish(session, seeker_id, kind, "", at)
        if kind not in waiting:
            store.hold(session, [(seeker_id, kind, text, findings)], at)
        taken.append(kind)
    return tuple(taken)

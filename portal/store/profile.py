"""The searchable profile: reach columns, choices, published texts, texts held for the office."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, select, update
from sqlalchemy.orm import Session

from portal.domain.graduate import is_graduate
from portal.domain.profile import Choice, ExperienceView, Named, ProfileView
from portal.domain.screening.finding import Finding, FindingKind
from portal.store import rarity, words
from portal.store.bulk import insert_all
from portal.store.keyring import keyring
from portal.store.tables import (
    code,
    held_text,
    profile,
    profile_choice,
    profile_text,
    seeker,
    seeker_choice,
)


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the profiles of new seekers."""
    insert_all(session, profile, rows)


def change(session: Session, seeker_id: int, **values: Any) -> None:
    """Overwrite columns; whoever calls holds the lock (portal.store.reach.lock_profile)."""
    session.execute(update(profile).where(profile.c.seeker_id == seeker_id).values(**values))


def change_found_by(session: Session, new: Mapping[int, frozenset[str]]) -> None:
    """What several profiles are found by; whoever calls holds their locks."""
    session.execute(
        update(profile)
        .where(profile.c.seeker_id == bindparam("number"))
        .values(tokens=bindparam("found_by")),
        [{"number": seeker_id, "found_by": tokens} for seeker_id, tokens in sorted(new.items())],
    )


def row(session: Session, seeker_id: int) -> RowMapping:
    """The profile of a seeker that is known to exist."""
    return session.execute(select(profile).where(profile.c.seeker_id == seeker_id)).mappings().one()


# Choices


def choices(session: Session, seeker_id: int) -> tuple[Choice, ...]:
    """What the seeker wants and can do, role by role in the order chosen; all of it, whatever organisations see."""
    return rarity.whole_choices(session, [seeker_id]).get(seeker_id, ())


def put_choices(
    session: Session, new: Sequence[tuple[int, Iterable[Choice], Iterable[Choice] | None]]
) -> None:
    """Replace all choices of some seekers: number, choices, and what organisations see of them where that is less
    (portal.domain.rarity; None = the same)."""
    seekers = [seeker_id for seeker_id, _, _ in new]
    for table in (profile_choice, seeker_choice):
        session.execute(delete(table).where(table.c.seeker_id.in_(seekers)))
    add_choices(session, new)


def add_choices(
    session: Session, new: Iterable[tuple[int, Iterable[Choice], Iterable[Choice] | None]]
) -> None:
    """As `put_choices` for seekers who have none yet."""
    seen: list[dict[str, Any]] = []
    whole: list[dict[str, Any]] = []
    for seeker_id, chosen, shown in new:
        seen.extend(_choice_rows(seeker_id, chosen if shown is None else shown))
        if shown is not None:
            whole.extend(_choice_rows(seeker_id, chosen))
    insert_all(session, profile_choice, seen)
    insert_all(session, seeker_choice, whole)


def _choice_rows(seeker_id: int, chosen: Iterable[Choice]) -> Iterator[dict[str, Any]]:
    positions: dict[str, int] = {}
    for choice in chosen:
        positions[choice.role] = positions.get(choice.role, 0) + 1
        yield {
            "seeker_id": seeker_id,
            "role": choice.role,
            "position": positions[choice.role],
            "kind": choice.kind,
            "code": choice.code,
            "band": choice.band,
        }


# What an organisation sees


def view(
    session: Session, seeker_id: int, alias: str, on: date | None = None, *, whole: bool = False
) -> ProfileView:
    """The one projection: three statements, whatever the profile holds. Names come from the code tables.

    on: the day for which 有料サービス届出対象 is told; None = it is not told. whole: with everything the person chose,
    for the person and the office; organisations may see less (portal.domain.rarity).
    """
    shown = views(session, {seeker_id: alias}, on, whole=whole)
    if seeker_id not in shown:
        raise LookupError("no such profile")
    return shown[seeker_id]


def views(
    session: Session, aliases: Mapping[int, str], on: date | None = None, *, whole: bool = False
) -> dict[int, ProfileView]:
    """The projection for several seekers with their aliases: the same three statements, however many they are."""
    seekers = list(aliases)
    chosen_by = rarity.whole(seekers).subquery() if whole else profile_choice
    months = session.execute(
        select(profile.c.seeker_id, profile.c.month, profile.c.graduate_until).where(
            profile.c.seeker_id.in_(seekers)
        )
    ).all()
    own, above, band = code.alias("own"), code.alias("above"), code.alias("band")
    found = session.execute(
        select(
            chosen_by.c.seeker_id,
            chosen_by.c.role,
            own.c.code,
            own.c.name_ja,
            own.c.name_en,
            above.c.name_ja.label("above_ja"),
            above.c.name_en.label("above_en"),
            band.c.code.label("band"),
            band.c.name_ja.label("band_ja"),
            band.c.name_en.label("band_en"),
        )
        .join(own, (own.c.kind == chosen_by.c.kind) & (own.c.code == chosen_by.c.code))
        .outerjoin(
            above,
            (above.c.kind == "prefecture") & (own.c.kind == "municipality") & (above.c.code == own.c.parent),
        )
        .outerjoin(band, (band.c.kind == "experience_band") & (band.c.code == chosen_by.c.band))
        .where(chosen_by.c.seeker_id.in_(seekers))
        .order_by(chosen_by.c.seeker_id, chosen_by.c.role, chosen_by.c.position)
    ).all()
    texts = session.execute(
        select(profile_text.c.seeker_id, profile_text.c.kind, profile_text.c.text).where(
            profile_text.c.seeker_id.in_(seekers)
        )
    ).all()
    chosen: dict[int, list[Any]] = {}
    for line in found:
        chosen.setdefault(line.seeker_id, []).append(line)
    written = {(line.seeker_id, line.kind): line.text for line in texts}
    return {
        seeker_id: _view(
            aliases[seeker_id],
            month,
            chosen.get(seeker_id, ()),
            written.get((seeker_id, "pr"), ""),
            written.get((seeker_id, "experience"), ""),
            paid_notice=on is not None and is_graduate(until, on),
        )
        for seeker_id, month, until in months
    }


def _view(
    alias: str,
    month: date,
    chosen: Iterable[Any],
    pr: str,
    experience_text: str,
    *,
    paid_notice: bool,
) -> ProfileView:
    named: dict[str, list[Named]] = {}
    experiences = []
    for line in chosen:
        english = ", ".join(filter(None, (line.name_en, line.above_en))) if line.name_en else ""
        name = Named(line.code, (line.above_ja or "") + line.name_ja, english)
        named.setdefault(line.role, []).append(name)
        if line.role == "experience":
            experiences.append(
                ExperienceView(name, Named(line.band, line.band_ja or line.band, line.band_en or ""))
            )
    return ProfileView(
        alias=alias,
        month=month,
        occupations=tuple(named.get("occupation", ())),
        places=tuple(named.get("place", ())),
        employment=tuple(named.get("employment", ())),
        times=tuple(named.get("time", ())),
        wages=tuple(named.get("wage", ())),
        education=next(iter(named.get("education", ())), None),
        licences=tuple(named.get("licence", ())),
        experiences=tuple(experiences),
        pr=pr,
        experience_text=experience_text,
        paid_notice=paid_notice,
    )


# Texts


def texts(session: Session, seeker_id: int) -> dict[str, str]:
    """The published texts by kind ("pr", "experience")."""
    found = session.execute(
        select(profile_text.c.kind, profile_text.c.text).where(profile_text.c.seeker_id == seeker_id)
    )
    return {line.kind: line.text for line in found}


def publish(session: Session, seeker_id: int, kind: str, text: str, at: datetime) -> None:
    """Show a text; "" takes the present one away. What words find follows at once."""
    session.execute(
        delete(profile_text).where(profile_text.c.seeker_id == seeker_id, profile_text.c.kind == kind)
    )
    if text:
        _insert_texts(session, [(seeker_id, kind, text)], at)
    words.put(session, [seeker_id])


def add_texts(session: Session, new: Iterable[tuple[int, str, str]], at: datetime) -> None:
    """Show texts of seekers who show none of the kind: inside number, kind, text."""
    new = list(new)
    _insert_texts(session, new, at)
    words.put(session, (seeker_id for seeker_id, _, _ in new))


def _insert_texts(session: Session, new: Iterable[tuple[int, str, str]], at: datetime) -> None:
    rows = [
        {"seeker_id": seeker_id, "kind": kind, "text": text, "published_at": at}
        for seeker_id, kind, text in new
    ]
    if rows:
        insert_all(session, profile_text, rows)


@dataclass(frozen=True)
class Held:
    """A text that waits for the office, and what was found in it."""

    id: int
    seeker_id: int
    kind: str
    text: str
    findings: tuple[Finding, ...]
    held_at: datetime


def hold(session: Session, new: Iterable[tuple[int, str, str, Iterable[Finding]]], at: datetime) -> None:
    """Keep texts back, sealed: inside number, kind, text, what was found.

    There is at most one of a kind for each seeker: settle the earlier one first.
    """
    keys = keyring(session)
    rows = [
        {
            "seeker_id": seeker_id,
            "kind": kind,
            "text_sealed": keys.seal("held_text.text", seeker_id, text),
            "findings": json.dumps([asdict(finding) for finding in findings]),
            "held_at": at,
            "state": "held",
        }
        for seeker_id, kind, text, findings in new
    ]
    insert_all(session, held_text, rows)


def held(session: Session, seeker_id: int) -> dict[str, Held]:
    """The texts of a seeker that wait, by kind."""
    found = session.execute(
        select(held_text).where(held_text.c.seeker_id == seeker_id, held_text.c.state == "held")
    ).mappings()
    return {
        line["kind"]: Held(
            line["id"],
            seeker_id,
            line["kind"],
            keyring(session).open("held_text.text", seeker_id, line["text_sealed"]),
            opened_findings(line["findings"]),
            line["held_at"],
        )
        for line in found
    }


def opened_findings(stored: str) -> tuple[Finding, ...]:
    """Findings as they are kept beside a text: kinds and places, no words."""
    return tuple(Finding(**{**one, "kind": FindingKind(one["kind"])}) for one in json.loads(stored))


def settle(
    session: Session, seeker_id: int, kind: str, state: str, at: datetime, account_id: int | None
) -> None:
    """End the waiting of a text: released, replaced or refused."""
    session.execute(
        update(held_text)
        .where(held_text.c.seeker_id == seeker_id, held_text.c.kind == kind, held_text.c.state == "held")
        .values(state=state, decided_at=at, decided_by=account_id)
    )


def waiting(session: Session, office_code: str, limit: int) -> Sequence[RowMapping]:
    """The texts that wait for this office, oldest first, without their words."""
    return (
        session.execute(
            select(seeker.c.office_id, held_text.c.kind, held_text.c.held_at, held_text.c.findings)
            .join(seeker, seeker.c.id == held_text.c.seeker_id)
            .where(held_text.c.state == "held", seeker.c.office_code == office_code)
            .order_by(held_text.c.held_at, held_text.c.id)
            .limit(limit)
        )
        .mappings()
        .all()
    )


def reach_columns(row: RowMapping) -> dict[str, Any]:
    """The columns of a row that decide on reach, as portal.domain.reach.ReachFacts names them."""
    names = (
        "valid_from",
        "valid_until",
        "eligible_from",
        "never_eligible",
        "range_private",
        "range_municipal",
        "stopped",
        "terms_until",
        "published",
    )
    return {name: row[name] for name in names}

"""A seeker in front of the pages: signed in, with organisations around and letters that came."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import select

from portal.services import relay
from portal.store.tables import message
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_member,
    build_seeker,
    build_unit,
)
from tests.web.signing import sign_in_as

_keys = count(1)
TEXT = "はじめまして。架空市で事務の仕事をご紹介できます。"


@dataclass(frozen=True)
class Sender:
    """An organisation and somebody of it who writes."""

    unit: BuiltUnit
    member: BuiltMember


def signed_in(client: Any, database: Any, **facts: Any) -> BuiltSeeker:
    """A seeker with an account, signed in in this browser."""
    who = build_seeker(database, with_account=True, **facts)
    assert who.account_id is not None
    sign_in_as(client, who.account_id)
    return who


def sender(database: Any, **facts: Any) -> Sender:
    """An organisation that may write."""
    unit = build_unit(database, **facts)
    return Sender(unit, build_member(database, unit))


def write_to(database: Any, clock: Any, who: BuiltSeeker, of: Sender, text: str = TEXT) -> None:
    """One message of this organisation."""
    with database.write() as session:
        relay.send(session, clock, of.member.actor, [of.unit.token(who)], text, f"letter-{next(_keys)}")


def answered(database: Any) -> list[tuple[str, str]]:
    """Kind and text of every answer of a seeker, as stored."""
    with database.read() as session:
        rows = session.execute(
            select(message.c.answer, message.c.body)
            .where(message.c.direction == "seeker")
            .order_by(message.c.id)
        )
        return [(row.answer, row.body) for row in rows]

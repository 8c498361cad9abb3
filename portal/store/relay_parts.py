"""The parts of a send that both engines share: who is reached, whose thread it is, threads, counter, notices.

Every value of the order is a named parameter (``o_...``), so that the statements are built once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    String,
    Text,
    any_,
    bindparam,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from portal.domain.reach import UnitClass
from portal.store.reach import reachable
from portal.store.tables import account, letterhead, outbox, profile, quota_use, thread, unit
from portal.store.thread import visible
from portal.store.types import Id, Instant


@dataclass(frozen=True)
class Shape:
    """What the text of the statements depends on; all else is a parameter. each_its_own: not all get the same text."""

    unit_class: UnitClass
    sees_all: bool
    by_contractor: bool
    each_its_own: bool = False


_TYPES: dict[str, Any] = {
    "unit_id": Id,
    "revision": Integer(),
    "department_id": Id,
    "contractor_id": Id,
    "membership_id": Id,
    "kind": String(10),
    "key": String(64),
    "requested": Integer(),
    "body": Text(),
    "fingerprint": LargeBinary(),
    "digest": String(64),
    "letterhead": Text(),
    "ceiling": Integer(),
    "now": Instant(),
    "today": Date(),
    # Only where the steps are taken one by one.
    "amount": Integer(),
    "unreachable": Integer(),
    "elsewhere": Integer(),
    "letterhead_id": Id,
    "send_id": Id,
}

SEND_COLUMNS = [
    *("unit_id", "key", "membership_id", "department_id", "contractor_id", "kind", "requested"),
    *("fingerprint", "sent_at", "jst_day", "sent", "unreachable", "elsewhere"),
]
MESSAGE_COLUMNS = [
    *("thread_id", "unit_id", "seeker_id", "direction", "body", "sent_at", "jst_day"),
    *("send_id", "day_number", "letterhead_id"),
]


def of(name: str) -> BindParameter[Any]:
    """A value of the order."""
    return bindparam(f"o_{name}", type_=_TYPES[name])


def seekers_of(dialect: str) -> ColumnElement[bool]:
    """The rows of `profile` the order names."""
    if dialect == "postgresql":
        return profile.c.seeker_id == any_(bindparam("o_seekers", type_=ARRAY(BigInteger)))
    return profile.c.seeker_id.in_(bindparam("o_seekers", expanding=True))


def reached(dialect: str, unit_class: UnitClass) -> Select[Any]:
    """The named seekers within reach of the unit."""
    return select(profile.c.seeker_id).where(
        seekers_of(dialect), reachable(of("unit_id"), unit_class, of("today"))
    )


def belongs(shape: Shape) -> ColumnElement[bool]:
    """Whether the member who sends also sees and writes a thread that exists (ruling R13)."""
    return visible(shape.sees_all, shape.by_contractor, of("department_id"), of("contractor_id"))


def mine(reach: FromClause, shape: Shape) -> Select[Any]:
    """Of those within reach: who has no thread yet, or one the member writes in; with the letterhead shown last."""
    own = (thread.c.unit_id == of("unit_id")) & (thread.c.seeker_id == reach.c.seeker_id)
    return (
        select(reach.c.seeker_id, thread.c.letterhead_id)
        .select_from(reach.outerjoin(thread, own))
        .where(or_(thread.c.id.is_(None), belongs(shape)))
    )


def still_current() -> Select[Any]:
    """The unit, unless it or something below it changed since the order was decided."""
    return select(unit.c.id).where(unit.c.id == of("unit_id"), unit.c.revision == of("revision"))


def head_known() -> Select[Any]:
    """The letterhead, if the unit used the same before."""
    return select(letterhead.c.id).where(
        letterhead.c.unit_id == of("unit_id"), letterhead.c.digest == of("digest")
    )


def head_values() -> list[BindParameter[Any]]:
    """A new letterhead: unit, digest, content, created."""
    return [of(name) for name in ("unit_id", "digest", "letterhead", "now")]


def send_values() -> list[BindParameter[Any]]:
    """What of SEND_COLUMNS the order itself says; the three counts follow."""
    said = ("unit_id", "key", "membership_id", "department_id", "contractor_id", "kind", "requested")
    return [of(name) for name in (*said, "fingerprint", "now", "today")]


def message_values(thread_id: Any, seeker_id: Any, body: Any, send_id: Any) -> list[Any]:
    """MESSAGE_COLUMNS up to the send; number of the day and letterhead follow."""
    unit_wrote: ColumnElement[str] = literal_column("'unit'")
    return [thread_id, of("unit_id"), seeker_id, unit_wrote, body, of("now"), of("today"), send_id]


def upserted(insert_or: Callable[..., Any], rows: FromClause) -> Any:
    """Open the threads that are missing and note the new message in the others. rows: seeker_id, letterhead_id."""
    made = insert_or(thread).from_select(
        [
            "unit_id",
            "seeker_id",
            "department_id",
            "contractor_id",
            "opened_at",
            "last_at",
            "letterhead_id",
            "unread_seeker",
        ],
        select(
            of("unit_id"),
            rows.c.seeker_id,
            of("department_id"),
            of("contractor_id"),
            of("now"),
            of("now"),
            rows.c.letterhead_id,
            literal_column("1"),
        ).where(true()),
    )
    return made.on_conflict_do_update(
        index_elements=["unit_id", "seeker_id"],
        set_={
            "last_at": made.excluded.last_at,
            "letterhead_id": made.excluded.letterhead_id,
            "unread_seeker": thread.c.unread_seeker + 1,
        },
    )


def counted(insert_or: Callable[..., Any], asked: FromClause) -> Any:
    """Add n to the unit's messages of the day if they fit under the ceiling; without a row back they do not.

    The one place where the limit of seed 004 P-Q6 and M-Q5 binds. asked: one row with the number n.
    """
    made = insert_or(quota_use).from_select(
        ["unit_id", "jst_day", "n"],
        select(of("unit_id"), of("today"), asked.c.n).where(asked.c.n.between(1, of("ceiling"))),
    )
    return made.on_conflict_do_update(
        index_elements=["unit_id", "jst_day"],
        set_={"n": quota_use.c.n + made.excluded.n},
        where=quota_use.c.n + made.excluded.n <= of("ceiling"),
    ).returning(quota_use.c.n)


def noticed(insert_or: Callable[..., Any], seekers: Select[Any]) -> Any:
    """One waiting notice for each of these seekers who wants notices by mail; those that wait already suffice."""
    return (
        insert_or(outbox)
        .from_select(
            ["kind", "account_id", "created_at", "due_at"],
            select(literal_column("'message_notice'"), account.c.id, of("now"), of("now")).where(
                account.c.seeker_id.in_(seekers),
                account.c.mail_notice,
                account.c.mail_sealed.is_not(None),
                account.c.closed_at.is_(None),
            ),
        )
        .on_conflict_do_nothing(
            index_elements=["account_id", "kind"], index_where=literal_column("state = 'waiting'")
        )
    )

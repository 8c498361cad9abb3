"""A whole send as the few statements of SQLite, inside its one write transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, Integer, Row, Text, bindparam, column, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.orm import Session

from portal.store.relay_parts import (
    MESSAGE_COLUMNS,
    SEND_COLUMNS,
    Shape,
    counted,
    head_known,
    head_values,
    message_values,
    mine,
    noticed,
    of,
    reached,
    send_values,
    still_current,
    upserted,
)
from portal.store.tables import letterhead, message, send, thread


@dataclass(frozen=True)
class Steps:
    """The statements, built once for each shape."""

    current: Executable
    reached: Executable
    own: Executable
    counted: Executable
    sent: Executable
    head_known: Executable
    head_made: Executable
    opened: Executable
    written: Executable
    noticed: Executable

    @staticmethod
    @lru_cache
    def of(shape: Shape) -> "Steps":
        """The statements of one shape."""
        reach = reached("sqlite", shape.unit_class).subquery("reach")
        own = mine(reach, shape)
        owned = own.subquery("own")
        amount = select(of("amount").label("n")).subquery("amount")
        return Steps(
            current=still_current(),
            reached=select(func.count()).select_from(reach),
            own=own.order_by(reach.c.seeker_id),
            counted=counted(insert_or, amount),
            sent=insert_or(send)
            .from_select(
                SEND_COLUMNS, select(*send_values(), of("amount"), of("unreachable"), of("elsewhere"))
            )
            .on_conflict_do_nothing(index_elements=["unit_id", "key"])
            .returning(send.c.id),
            head_known=head_known(),
            head_made=insert(letterhead)
            .from_select(["unit_id", "digest", "content", "created_at"], select(*head_values()))
            .returning(letterhead.c.id),
            opened=upserted(
                insert_or,
                select(owned.c.seeker_id, of("letterhead_id").label("letterhead_id")).subquery("rows"),
            ),
            written=_written(),
            noticed=noticed(insert_or, select(message.c.seeker_id).where(message.c.send_id == of("send_id"))),
        )


def _written() -> Executable:
    """The messages, from rows of seeker, own text and letterhead to show; their places number them.

    One row at a time finds its thread by the index: joined, the database might go through all threads of the unit.
    """
    row = func.json_each(bindparam("o_rows", type_=Text)).table_valued(
        # Named: an alias without a name draws one at random, once in a process.
        column("key", Integer),
        column("value", Text),
        name="letters",
    )
    seeker, text, head = (func.json_extract(row.c.value, f"$[{place}]") for place in range(3))
    own_thread = (
        select(thread.c.id)
        .where(thread.c.unit_id == of("unit_id"), thread.c.seeker_id == seeker)
        .scalar_subquery()
    )
    values = message_values(own_thread, seeker, func.coalesce(text, of("body")), of("send_id"))
    number = bindparam("o_first", type_=Integer) + row.c.key
    return insert(message).from_select(MESSAGE_COLUMNS, select(*values, number, head))


def store_messages(
    session: Session,
    steps: Steps,
    named: dict[str, Any],
    own: Sequence[Row[Any]],
    bodies: Mapping[int, str] | None,
    *,
    first: int,
    send_id: int,
) -> None:
    """Threads, messages and notices of a send whose numbers of the day begin at ``first``."""
    head = session.execute(steps.head_known, named).scalar_one_or_none()
    if head is None:
        head = session.execute(steps.head_made, named).scalar_one()
    session.execute(steps.opened, named | {"o_letterhead_id": head})
    each = bodies or {}
    rows = [
        [row.seeker_id, each.get(row.seeker_id), None if row.letterhead_id == head else head] for row in own
    ]
    given = {"o_rows": json.dumps(rows, ensure_ascii=False), "o_send_id": send_id, "o_first": first}
    session.execute(steps.written, named | given)
    session.execute(steps.noticed, named | {"o_send_id": send_id})

"""A whole send as one statement of PostgreSQL."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    FromClause,
    Select,
    Text,
    bindparam,
    case,
    column,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

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


@lru_cache
def one_statement(shape: Shape) -> Select[Any]:
    """The statement. Each part reads the one before it, which fixes the order of locks.

    A part that stores nothing (the unit changed, the limit is reached, the key is taken) leaves the later parts
    without rows, and its number in the result says so.
    """
    # The lock conflicts with that of `portal.store.unit.hold`: a measure of the bureau waits for open sends.
    current = still_current().with_for_update(read=True, key_share=True).cte("still_current")
    reach = reached("postgresql", shape.unit_class).cte("reach")
    own = mine(reach, shape).cte("own")
    known = head_known().cte("known_head")
    new_head = insert(letterhead).from_select(
        ["unit_id", "digest", "content", "created_at"],
        select(*head_values()).where(exists(select(current.c.id)), ~exists(select(known.c.id))),
    )
    # An update that changes nothing returns the row of somebody who was faster; doing nothing would return none. It
    # names no column of a key: with one it would lock out the references of others, who may hold the day's counter.
    made = (
        new_head.on_conflict_do_update(
            index_elements=["unit_id", "digest"], set_={"content": new_head.excluded.content}
        )
        .returning(letterhead.c.id)
        .cte("made_head")
    )
    head = select(known.c.id).union_all(select(made.c.id)).cte("head")
    rows = (
        select(own.c.seeker_id, head.c.id.label("letterhead_id"))
        .select_from(own.join(head, true()).join(current, true()))
        .order_by(own.c.seeker_id)
        .subquery("rows")
    )
    opened = upserted(insert, rows).returning(thread.c.id, thread.c.seeker_id).cte("opened")
    amount = select(func.count().label("n")).select_from(opened).cte("amount")
    number = counted(insert, amount).cte("number")
    numbered = select(number.c.n).scalar_subquery()
    reach_count = select(func.count()).select_from(reach).scalar_subquery()
    own_count = select(func.count()).select_from(own).scalar_subquery()
    sent = (
        insert(send)
        .from_select(
            SEND_COLUMNS,
            select(
                *send_values(), amount.c.n, of("requested") - reach_count, reach_count - own_count
            ).select_from(amount.join(current, (amount.c.n == 0) | numbered.is_not(None))),
        )
        .on_conflict_do_nothing(index_elements=["unit_id", "key"])
        .returning(send.c.id)
        .cte("sent")
    )
    # Asked as a set: two lists whose length the planner cannot know would be joined each row with each.
    seen_last = opened.c.seeker_id.in_(
        select(own.c.seeker_id).where(own.c.letterhead_id.in_(select(head.c.id)))
    )
    written: FromClause = opened
    body: Any = of("body")
    if shape.each_its_own:
        letters = (
            func.unnest(
                bindparam("o_seekers", type_=ARRAY(BigInteger)), bindparam("o_bodies", type_=ARRAY(Text))
            )
            .table_valued(column("seeker_id", BigInteger), column("body", Text), name="letters")
            .render_derived()
        )
        written, body = written.join(letters, letters.c.seeker_id == opened.c.seeker_id), letters.c.body
    messages = (
        insert(message)
        .from_select(
            MESSAGE_COLUMNS,
            select(
                *message_values(opened.c.id, opened.c.seeker_id, body, sent.c.id),
                number.c.n - amount.c.n + func.row_number().over(order_by=opened.c.seeker_id),
                case((~seen_last, head.c.id)),
            ).select_from(
                written.join(amount, true()).join(number, true()).join(sent, true()).join(head, true())
            ),
        )
        .returning(message.c.seeker_id)
        .cte("messages")
    )
    notices = noticed(insert, select(messages.c.seeker_id)).cte("notices")
    return select(
        select(func.count()).select_from(current).scalar_subquery().label("current"),
        reach_count.label("reached"),
        own_count.label("own"),
        numbered.label("number"),
        select(sent.c.id).scalar_subquery().label("send_id"),
    ).add_cte(messages, notices)

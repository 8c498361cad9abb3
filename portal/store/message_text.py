"""The text of a message as anybody may still have it: nothing once its 保存期間 (retention) is over."""

from sqlalchemy import and_, case, exists

from portal.store.tables import message, thread_text_end

AT_END = and_(
    thread_text_end.c.thread_id == message.c.thread_id,
    thread_text_end.c.upto_message_id >= message.c.id,
)
"""Joins a row of `message` to the end of its thread's texts, if it is among them."""

# Also where a case still holds the text: that it stays would tell one side of a case that only the other knows of.
SHOWN = case((exists().where(AT_END), ""), else_=message.c.body)
"""What everybody reads in place of `message.body`, each side and each copy alike."""

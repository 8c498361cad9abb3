"""One key is one answer: another kind or another text under it is refused, and changes nothing."""

from typing import Any

import pytest

from portal.domain.answer import AnswerKind
from portal.domain.refusal import Conflict
from portal.services import inbox, public_id
from tests.build import build_member, build_seeker, build_unit
from tests.services.relay_world import audited, send, stored, threads


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (AnswerKind.USE, "よろしくお願いします。"),
        (AnswerKind.QUESTION, "別の質問です。"),
        (AnswerKind.LATER, ""),
    ],
)
def test_another_kind_or_text_under_a_key_that_was_used_is_a_conflict(
    database: Any, clock: Any, kind: AnswerKind, text: str
) -> None:
    unit = build_unit(database)
    seeker = build_seeker(database, with_account=True)
    send(database, clock, unit, build_member(database, unit), [seeker])
    ref = public_id.shown(unit.public_id)
    with database.write() as session:
        question = AnswerKind.QUESTION
        first = inbox.answer(session, clock, seeker.actor, ref, question, "よろしくお願いします。", "key")
    before = threads(database)

    with database.write() as session, pytest.raises(Conflict) as refused:
        inbox.answer(session, clock, seeker.actor, ref, kind, text, "key")

    assert refused.value.reason == "answer_key_taken"
    assert refused.value.facts == {"sent_at": first.sent_at}
    assert [(row.answer, row.body) for row in stored(database)][1:] == [
        ("question", "よろしくお願いします。")
    ]
    assert threads(database) == before
    assert audited(database, "thread.answer") == [("done", None), ("refused", "answer_key_taken")]

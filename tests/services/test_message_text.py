"""A text whose 保存期間 (retention) is over is read by nobody, and a case that holds it shows nowhere."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import portal
from portal.calendar.clock import FixedClock
from portal.domain.answer import AnswerKind
from portal.domain.refusal import Conflict
from portal.services import complaint, inbox, message_report, public_id, send_history, thread
from portal.store import complaint_transcript, own_data
from portal.store.database import Database
from portal.store.tables import message
from tests.build import build_clerk, build_codes
from tests.services.relay_world import TEXT
from tests.services.retention_world import Years

OFFICE = "9901"
GOES = date(2028, 6, 16)
ANSWER = "見本の返事です。"
KEY = "answer-1"


class Ended(Years):
    """Years after: the texts of the thread are at their end, erased, or held by a complaint to an office."""

    def __init__(self, database: Database, clock: FixedClock, *, held: bool) -> None:
        super().__init__(database, clock)
        self.answer()
        if held:
            self.complain()
        for day in (GOES - timedelta(days=30), GOES):
            self.on(day).run()
        assert self.bodies() == ([TEXT, TEXT, ANSWER] if held else [""] * 3)

    @property
    def ref(self) -> str:
        return public_id.shown(self.unit.public_id)

    def answer(self) -> Any:
        with self.database.write() as session:
            return inbox.answer(
                session, self.clock, self.seeker.actor, self.ref, AnswerKind.QUESTION, ANSWER, KEY
            )

    def complain(self) -> None:
        build_codes(self.database, "office", [OFFICE])
        build_clerk(self.database, office_code=OFFICE, role="office_desk")
        typed = {"kind": "unwanted", "desk": "office", "office": OFFICE, "text": "見本の苦情です。"}
        with self.database.write() as session:
            complaint.open_case(session, self.clock, self.seeker.actor, self.ref, typed, "case-1")

    def read(self, what: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with self.database.read() as session:
            return what(session, *arguments, **named)


@pytest.fixture(params=["erased", "held"])
def years(database: Database, clock: FixedClock, request: pytest.FixtureRequest) -> Ended:
    return Ended(database, clock, held=request.param == "held")


def test_S_Q4_the_organisation_reads_nothing_of_what_a_secret_complaint_holds(years: Ended) -> None:
    clock, who = years.clock, years.member.actor
    (line,) = years.read(thread.threads, clock, who).lines
    assert line.last_text == ""
    entries = years.read(thread.thread, clock, who, line.token).entries
    assert [(entry.text, entry.ended) for entry in entries] == [("", True)] * 3
    lines = years.read(send_history.sends, clock, who, kind=send_history.Kind.ALL).lines
    assert [(line.sent, line.text) for line in lines] == [(1, "")] * 2
    assert [years.read(send_history.send, clock, who, line.ref).text for line in lines] == [""] * 2


def test_the_seeker_reads_nothing_of_it_either(years: Ended) -> None:
    who = years.seeker.actor
    assert [line.last_text for line in years.read(inbox.inbox, who).lines] == [""]
    entries = years.read(inbox.thread, years.clock, who, years.ref).entries
    assert [(entry.text, entry.ended) for entry in entries] == [("", True)] * 3
    reported = [entry.hint.ref for entry in entries if entry.hint]
    assert [years.read(message_report.reporting, who, years.ref, ref).text for ref in reported] == [""] * 2
    (own,) = years.read(own_data.threads, years.seeker.id)
    assert [(each["text"], each["ended"]) for each in own["messages"]] == [("", True)] * 3
    # Nor by sending the old answer once more: whether it is called the same would tell that it is still there.
    with pytest.raises(Conflict, match="answer_key_taken"):
        years.answer()


MASKED = {"message", "own_data", "safe_message"}
"""They give the text together with whether it has ended, and the tests above hold that nobody passes it on."""


def test_whoever_else_reads_a_text_reads_it_masked() -> None:
    files = Path(portal.__file__).parent.rglob("*.py")
    raw = {path.stem for path in files if "message.c.body" in path.read_text(encoding="utf-8")}
    assert raw == MASKED | {"message_text", "retention"}


def test_a_copy_that_a_later_case_freezes_does_not_bring_ended_texts_back(years: Ended) -> None:
    years.write()
    with years.database.write() as session:
        number = session.scalars(select(message.c.thread_id).distinct()).one()
        made = complaint_transcript.freeze(session, number, years.clock.now())
        copy = complaint_transcript.own(session, years.seeker.id, made)
        session.rollback()
    assert copy is not None
    assert [each.text for each in copy.messages] == ["", "", "", TEXT]

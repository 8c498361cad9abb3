"""What an organisation writes in a case and the seeker reads: screened like a message, and only other words help."""

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.complaint import Act
from portal.domain.message_screening import TextRefused
from portal.store.database import Database
from portal.store.tables import audit, complaint_event
from tests.services.complaint_sides import Sides
from tests.services.relay_world import rows_of
from tests.services.test_message_screening import FEE, GIFT, OUTSIDE, PAID


@pytest.fixture
def world(database: Database, clock: FixedClock) -> Sides:
    return Sides(database, clock)


@pytest.mark.parametrize("offer", [PAID, GIFT, FEE])
@pytest.mark.parametrize("what", [Act.WRITE, Act.ANSWER, Act.SETTLE, Act.CLOSE])
def test_an_offer_in_an_answer_to_a_complaint_is_refused_and_nothing_is_written(
    world: Sides, what: Act, offer: str
) -> None:
    opened = world.open("officer")
    if what in (Act.SETTLE, Act.CLOSE):
        world.act(world.officer, opened.ref, Act.ANSWER, "見本の回答です。")
    before = rows_of(world.database, complaint_event)
    with pytest.raises(TextRefused):
        world.act(world.officer, opened.ref, what, offer)
    assert rows_of(world.database, complaint_event) == before
    assert offer not in repr(world.of_seeker(opened.ref))
    with world.database.read() as session:
        (line,) = session.execute(audit.select().where(audit.c.kind == f"complaint.{what.value}"))
    assert (line.outcome, line.reason) == ("refused", "text_refused")


def test_the_officer_may_say_how_to_be_reached(world: Sides) -> None:
    opened = world.open("officer")
    world.act(world.officer, opened.ref, Act.ANSWER, OUTSIDE)
    assert world.of_seeker(opened.ref).lines[-1].text == OUTSIDE


def test_what_a_seeker_writes_and_what_goes_to_a_desk_is_not_screened(world: Sides) -> None:
    to_officer = world.open("officer")
    world.act(world.seeker, to_officer.ref, Act.REPLY, f"こう書かれました。{PAID}")
    at_office = world.open()
    world.say(world.desk, at_office.ref, Act.ASK, "見本: 何を書きましたか。")
    world.act(world.officer, at_office.ref, Act.REPLY, f"こう書きました。{PAID}")
    assert PAID not in repr(world.of_seeker(at_office.ref))

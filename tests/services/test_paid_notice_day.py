"""The day on which the paper of a paid service came: never before the version on it was made."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.domain.refusal import Invalid
from tests.services.paid_world import PaidWorld


@pytest.fixture
def world(database: Any, clock: Any) -> PaidWorld:
    return PaidWorld(database, clock)


def test_a_paper_is_not_received_before_its_version_was_made(world: PaidWorld) -> None:
    ref = world.registers()
    with pytest.raises(Invalid) as refused:
        world.received(ref, "2026-06-14")
    assert refused.value.errors == {"received_on": ["before_made"]}
    assert refused.value.facts["made_on"] == date(2026, 6, 15)
    assert world.versions(ref)[0].noticed_on is None
    world.received(ref, "2026-06-15")
    assert world.versions(ref)[0].noticed_on == date(2026, 6, 15)


def test_the_day_of_the_newest_version_counts(world: PaidWorld) -> None:
    ref = world.registers()
    world.clock.advance(timedelta(days=2))
    world.changes(ref, amount="6,000")
    with pytest.raises(Invalid):
        world.received(ref, "2026-06-16")
    world.received(ref, "2026-06-17")

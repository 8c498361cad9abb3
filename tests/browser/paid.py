"""Paid services in the town: each kind, each state of a notice and of a consent, so that every page has something."""

from typing import Any

from portal.domain.actor import Actor
from tests.build import BuiltSeeker
from tests.services.paid_world import PaidWorld
from tests.web.seeker_world import Sender


def build_paid(database: Any, clock: Any, bureau: Actor, company: Sender, who: BuiltSeeker) -> PaidWorld:
    """The company's services and what became of them with the one seeker, who has answered."""
    world = PaidWorld.around(database, clock, company.unit, company.member, bureau, who)
    world.registers("placement", type="求職受付手数料（架空）", amount="710")
    world.registers("support", type="応募書類の添削（架空）", amount="3,000")
    world.wishes()
    world.registers(type="業界研究の講座（架空）", amount="30,000")
    waits = world.registers(type="自己分析の講座（架空）", amount="12,000")
    world.received(waits)
    world.asks(waits)
    back = world.registers(type="合宿（架空）", amount="98,000")
    world.received(back)
    world.asked_back(back)
    world.registers(type="模擬面接（架空）", amount="6,500")
    given = world.consented()
    world.checked(given)
    world.gives(given)
    # Changed since: an older version to look at.
    changed = world.registers(type="適性検査（架空）", amount="4,000")
    world.changes(changed, type="適性検査（架空）", amount="4,500")
    return world

"""The head of every page of an organisation: what is left today, and what there will be tomorrow."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from portal.store.tables import unit
from tests.web.page_client import page_of
from tests.web.provider_world import World
from tests.web.provider_world import world as build_world


@pytest.fixture
def world(database: Any, clock: Any, client: Any) -> World:
    return build_world(database, clock, client, tables=False)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"reserve": 0}, "6月16日 0:00 に1,000件に戻ります。"),
        ({"daily_limit": 30}, "6月16日 0:00 に30件に戻ります。"),
        ({"daily_limit": 30, "limit_until": date(2026, 6, 16)}, "6月16日 0:00 に30件に戻ります。"),
        ({"daily_limit": 30, "limit_until": date(2026, 6, 15)}, "6月16日 0:00 に1,000件に戻ります。"),
        ({"daily_limit": 0}, "明日は送信できません。"),
        ({"suspended_from": date(2026, 6, 16), "suspension_reason": "見本"}, "明日は送信できません。"),
        (
            {"suspended_from": date(2026, 6, 17), "suspension_reason": "見本"},
            "6月16日 0:00 に1,000件に戻ります。",
        ),
        ({"valid_until": date(2026, 6, 15)}, "明日は送信できません。"),
        ({"valid_until": date(2026, 6, 16)}, "6月16日 0:00 に1,000件に戻ります。"),
    ],
)
def test_the_head_promises_for_tomorrow_what_tomorrow_holds(
    world: World, changed: dict[str, object], told: str
) -> None:
    with world.database.write() as session:
        session.execute(update(unit).where(unit.c.id == world.unit.id).values(**changed))
        session.commit()
    assert told in page_of(world.client.get("/provider/threads")).text.replace("2026年", "")

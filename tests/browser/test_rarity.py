"""What the person reads, in a real browser, when organisations are shown less than was chosen."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.store.tables import profile
from portal.web.auth.session import COOKIE
from tests.browser.accessibility import assert_accessible, assert_fits
from tests.build import build_account
from tests.registrations import build_office_clerk, prepare, register
from tests.services.test_rarity import RARE, crowd, run
from tests.web.signing import sign_in_as


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_person_reads_what_is_shown_less_and_why(
    open_window: Callable[..., Any], client: Any, database: Any, clock: Any, live_server: str, size: str
) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database)
    crowd(database, clock, clerk, 4)
    register(database, clock, clerk, **RARE)
    with database.read() as session:
        newest = session.execute(select(profile.c.seeker_id).order_by(profile.c.seeker_id.desc()))
        seeker_id = newest.scalars().first()
    run(database, clock, 5)
    window = open_window(size, True)
    token = sign_in_as(client, build_account(database, kind="seeker", seeker_id=seeker_id))
    window.context.add_cookies([{"name": COOKIE, "value": f"s.{token}", "url": live_server}])
    window.goto(f"{live_server}/seeker/profile")
    said = window.locator("main").inner_text()
    assert "上の枠では、次の項目を大まかに、または出さずに見せています" in said
    assert_fits(window)
    assert_accessible(window)

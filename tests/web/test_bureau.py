"""The pages of the labour bureau: who comes in, and what they find first."""

from typing import Any

from tests.registrations import prepare
from tests.web.bureau_world import bureau_client


def test_a_clerk_of_a_bureau_lands_on_the_first_desk(app: Any, database: Any, clock: Any) -> None:
    prepare(database, clock)
    clerk = bureau_client(app, database)
    page = clerk.page("/bureau/")
    assert "東京労働局" in page.text
    assert clerk.get("/office/").status_code == 404
    assert clerk.get("/provider").status_code == 404

"""A labour bureau for the tests of its pages: a clerk who is signed in, and another bureau's."""

from typing import Any

from portal.domain.actor import Actor
from tests.build import build_bureau_clerk
from tests.web.signing import sign_in_as

BUREAU, OTHER_BUREAU = "13", "27"


def bureau_client(app: Any, database: Any, bureau_code: str = BUREAU) -> Any:
    """A browser in which a clerk of this bureau is signed in; `.actor` is the clerk."""
    return signed_in(app, build_bureau_clerk(database, bureau_code=bureau_code))


def signed_in(app: Any, clerk: Actor) -> Any:
    """A browser of this clerk."""
    client = app.test_client()
    assert clerk.account_id is not None
    sign_in_as(client, clerk.account_id)
    client.actor = clerk
    return client

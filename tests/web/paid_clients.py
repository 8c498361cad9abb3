"""Browsers of an officer, a seeker and a clerk of the bureau, around one private unit with paid services."""

from dataclasses import dataclass
from typing import Any

from tests.services.paid_world import PaidWorld
from tests.web.signing import sign_in_as


@dataclass
class Paid:
    """The world behind the pages, and a browser for each side."""

    world: PaidWorld
    unit: Any
    seeker: Any
    bureau: Any

    @property
    def thread(self) -> str:
        """The thread's page of paid services, for the unit."""
        return f"/provider/threads/{self.world.token()}/paid"

    def service(self, ref: str, act: str = "") -> str:
        """A service's page."""
        return f"/provider/paid-services/{ref}{act}"

    def notice(self, ref: str, act: str = "") -> str:
        """The page of its notice."""
        return f"/bureau/paid-notices/{self.world.number(ref)}{act}"

    def asking(self, act: str = "") -> str:
        """The newest asking, for the seeker."""
        return f"/seeker/consents/{self.world.requests()[-1].ref}{act}"


def browsers(app: Any, database: Any, clock: Any, **facts: Any) -> Paid:
    """Everybody signed in."""
    world = PaidWorld(database, clock, **facts)
    clients = []
    for account in (world.officer.account_id, world.seeker.account_id, world.clerk.account_id):
        client = app.test_client()
        sign_in_as(client, account)
        clients.append(client)
    return Paid(world, *clients)

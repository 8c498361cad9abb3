"""The portal on real processes, PostgreSQL and Redis, with people at their desks: each unit one signed-in member."""

import itertools
import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.load import Seat
from bench.relay_world import RelayWorld
from bench.server import Server, serving
from portal.app import create_app
from portal.services.relay import SEEKER_TOKEN
from portal.settings import load
from portal.store import alias
from portal.web.auth.session import COOKIE
from tests.build import BuiltMember, BuiltUnit, write_secrets
from tests.real_services.redis import RedisServer, own_redis
from tests.web.page_client import PageClient, page_of
from tests.web.signing import sign_in_as

SEATS = 64
PEOPLE = 40
TEXT = "架空の求人のご案内です。" + "あ" * 150
SEND = "/provider/write/send"


@dataclass(frozen=True)
class HttpWorld:
    """``seats``: at units of the relay world; ``seat_at`` gives one more."""

    world: RelayWorld
    portal: Server
    hello: Server
    seats: list[Seat]
    app: Any
    environment: Mapping[str, str]
    folder: Path

    def seat_at(self, unit: BuiltUnit, member: BuiltMember, keys: list[bytes]) -> Seat:
        """Sign the member in and take the fields of a message from the preview that a browser would have shown."""
        tokens = [alias.token(unit.key, SEEKER_TOKEN, key) for key in keys]
        client = PageClient(self.app, self.app.response_class)
        session = sign_in_as(client, member.account_id)
        answer = client.submit(f"/provider/write?to={tokens[0]}", {"text": TEXT})
        fields = page_of(answer).form_with("seen", "key").fields
        kept = {name: values[0] for name, values in fields.items() if name not in ("to", "key")}
        pages = ["/provider", "/provider/search", "/provider/threads", f"/provider/seekers/{tokens[1]}"]
        pages += [f"/provider/write?to={tokens[1]}", "/", "/account"]
        return Seat(f"{COOKIE}=s.{session}", urlencode(kept), tokens, pages)


def portal_environment(url: str, redis: RedisServer, folder: Path) -> dict[str, str]:
    """The variables of a portal on this database and Redis; its keys are written into the folder."""
    write_secrets(folder / "secrets.toml")
    return {
        "PORTAL_ENVIRONMENT": "test",
        "PORTAL_INSTANCE": str(folder / "instance"),
        "PORTAL_SECRETS": str(folder / "secrets.toml"),
        "PORTAL_DATABASE_URL": url,
        "PORTAL_REDIS_URL": redis.limits_url,
        # Counted as ever, but never over: what is measured is the page, not the page 429.
        "PORTAL_REQUESTS_PER_MINUTE": "9000000",
    }


@contextmanager
def http_world(world: RelayWorld) -> Iterator[HttpWorld]:
    """Both servers, for the time of the block."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name, own_redis() as redis:
        folder = Path(name)
        environment = portal_environment(world.url, redis, folder)
        # The servers log as ever, into their files; the forms are taken by an application that is quiet.
        app = create_app(load(environment | {"PORTAL_LOG_LEVEL": "WARNING"}))
        with (
            serving("wsgi:app", environment, folder) as portal,
            serving("bench.hello:app", {}, folder) as hello,
        ):
            made = HttpWorld(world, portal, hello, [], app, environment, folder)
            chance, keys = random.Random(1), list(world.alias_keys.values())
            pairs = itertools.islice(zip(world.units, world.members, strict=True), SEATS)
            made.seats.extend(
                made.seat_at(unit, member, chance.sample(keys, PEOPLE)) for unit, member in pairs
            )
            yield made
        app.extensions["portal"].database.dispose()

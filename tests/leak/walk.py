"""Everything organisations can get, asked for once; what is searched afterwards, and for what."""

import contextlib
import dataclasses
import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from sqlalchemy import LargeBinary, Text, select
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.domain.actor import Actor, ActorKind
from portal.services.notice import deliver
from portal.services.notice_mail import SmtpMailer
from portal.store.tables import account, held_text, profile, seeker, seeker_change, seeker_identity
from portal.web.access import Audience, access_of
from tests.leak import (
    rounds,
    rounds_of_accounts,
    rounds_of_announcements,
    rounds_of_applicants,
    rounds_of_applications,
    rounds_of_bureau,
    rounds_of_complaint_desk,
    rounds_of_complaints,
    rounds_of_measures,
    rounds_of_message_reports,
    rounds_of_paid_services,
    rounds_of_people,
    rounds_of_places,
    rounds_of_saved_searches,
    rounds_of_writing,
)
from tests.leak.canaries import Canaries, Leak
from tests.leak.rounds import ROUNDS
from tests.leak.watch import Seen, WatchingClient
from tests.leak.world import World
from tests.real_services.smtp import Mail, SmtpServer
from tests.web.signing import sign_in_as

__all__ = [
    "rounds",
    "rounds_of_accounts",
    "rounds_of_announcements",
    "rounds_of_applicants",
    "rounds_of_applications",
    "rounds_of_bureau",
    "rounds_of_complaint_desk",
    "rounds_of_complaints",
    "rounds_of_measures",
    "rounds_of_message_reports",
    "rounds_of_paid_services",
    "rounds_of_people",
    "rounds_of_places",
    "rounds_of_saved_searches",
    "rounds_of_writing",
]

AUDIENCES = (Audience.PUBLIC, Audience.PROVIDER, Audience.BUREAU, Audience.ACCOUNT)
GUESSING = "somebody who guesses"
"""Who types what is hidden into an address."""
WORKER = Actor(ActorKind.WORKER)


def reachable(app: Any) -> set[tuple[str, str]]:
    """Endpoint and method of all that an organisation, a bureau or a visitor can ask for, but for files."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and access_of(app, rule.endpoint).audience in AUDIENCES
        for method in rule.methods & {"GET", "POST"}
    }


def walk(world: World) -> None:
    """Every round, then everything that can go wrong."""
    for made in ROUNDS.values():
        made(world)
    trouble(world)


def trouble(world: World) -> None:
    """Errors whose texts quote what must stay hidden, a database that is away, an address of nobody, a flood."""
    person = world.people["heron"]
    told = f"{person.name} {person.number} {person.mail}"
    seen = world.browser("officer")
    profile_address = f"/provider/seekers/{world.token('officer', 'heron')}"
    parameters = {"name": person.name, "id": world.seekers["heron"].id}
    for error, status in (
        (RuntimeError(told), 500),
        (IntegrityError(f"INSERT INTO seeker {told}", parameters, Exception(told)), 500),
        (OperationalError(f"SELECT {told}", parameters, Exception(told)), 503),
    ):
        with mock.patch("portal.services.search.profile_view", side_effect=error):
            seen.page(profile_address, status)
        with mock.patch("portal.services.thread.message.messages", side_effect=error):
            seen.page(f"/provider/threads/{world.thread('officer', 'heron')}", status)
    guessing = world.new_browser(GUESSING)
    for client in (seen, world.browser(""), guessing):
        client.page("/no-such-page", 404)
    guessing.page(f"/{person.sign_in_name}", 404)
    logging.getLogger("some.library").warning("%s is known", told)
    logging.getLogger("some.library").error("broken", exc_info=ValueError(told))
    flood(world)


def flood(world: World) -> None:
    """One visitor asks too often."""
    from portal.app import create_app

    settings = dataclasses.replace(world.app.extensions["portal"].settings, requests_per_minute=1)
    app = create_app(settings, world.clock)
    client = WatchingClient(app, app.response_class)
    client.who, client.seen = "flood", world.seen
    sign_in_as(client, world.members["officer"].account_id)
    assert [client.get("/provider").status_code for _ in range(2)] == [200, 429]
    app.extensions["portal"].database.dispose()


def mails_of(world: World, server: SmtpServer) -> list[Mail]:
    """Everything that goes out by mail now."""
    with world.database.write() as session:
        deliver(
            session,
            world.clock,
            WORKER,
            SmtpMailer(server.host, server.port),
            worker="leak",
            sender="no-reply@portal.example",
            public_url="https://portal.example",
        )
    return list(server.mails)


def parts_of(mail: Mail) -> bytes:
    """A mail as it went over the wire and decoded, without the one line that must name its receiver."""
    head = "\n".join(f"{name}: {value}" for name, value in mail.message.items() if name != "To")
    raw = b"\n".join(line for line in mail.raw.split(b"\n") if not line.startswith(b"To: "))
    decoded = [part.get_payload(decode=True) or b"" for part in mail.message.walk()]
    return b"\n".join([head.encode(), raw, *(text for text in decoded if isinstance(text, bytes))])


def canaries(world: World, without: Iterable[str] = ()) -> Canaries:
    """All that is hidden of the three: what people know, and what only the database knows."""
    values: dict[str, str | bytes] = {}
    for who, person in world.people.items():
        values |= dict(person.values(who))
    values |= dict(_stored(world))
    return Canaries({label: value for label, value in values.items() if label not in set(without)})


_SECRET = (seeker, seeker_identity, profile, account, held_text, seeker_change)


def _stored(world: World) -> Iterator[tuple[str, str | bytes]]:
    ids = {who: built.id for who, built in world.seekers.items()}
    with world.database.read() as session:
        for who, number in ids.items():
            yield f"{who}: inside number", str(number)
            for table in _SECRET:
                key = table.c.id if table is seeker else table.c.seeker_id
                for place, row in enumerate(session.execute(select(table).where(key == number)).mappings()):
                    for column in table.c:
                        value = row[column.name]
                        hashed = isinstance(column.type, Text) and column.name.endswith("hash")
                        if (isinstance(column.type, LargeBinary) or hashed) and value:
                            yield f"{who}: {table.name}.{column.name} {place}", value
    for name, unit in world.units.items():
        yield f"key of {name}", unit.key


@dataclass(frozen=True)
class Found:
    """A leak and where it was."""

    where: str
    leak: Leak


def search(wanted: Canaries, seen: Iterable[Seen], log: str = "", mails: Iterable[Mail] = ()) -> list[Found]:
    """Everything hidden that is in answers, log lines and mails."""
    found = [Found(answer.name, leak) for answer in seen for leak in wanted.find(answer.whole)]
    found += [Found("log", leak) for leak in wanted.find(log.encode())]
    return found + [Found("mail", leak) for mail in mails for leak in wanted.find(parts_of(mail))]


@contextlib.contextmanager
def listening() -> Iterator[io.StringIO]:
    """Every line the process writes, the debug lines of libraries included."""
    written = io.StringIO()
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    with contextlib.redirect_stderr(written), contextlib.redirect_stdout(written):
        yield written
    root.setLevel(level)

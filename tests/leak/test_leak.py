"""Nothing that is hidden of a seeker reaches an organisation, a visitor, a mail or a log, in any disguise."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.store.tables import audit
from tests.conftest import ENGINES
from tests.leak.canaries import FIRST_ID
from tests.leak.hidden import PEOPLE, other_people
from tests.leak.rounds import ROUNDS
from tests.leak.walk import GUESSING, canaries, listening, mails_of, parts_of, reachable, search, walk
from tests.leak.watch import Seen
from tests.leak.world import World, numbered_tables, same_random
from tests.real_services.smtp import Mail, SmtpServer


@dataclass(frozen=True)
class Walked:
    """A world in which organisations have asked for everything."""

    engine: str
    world: World
    log: str
    mails: list[Mail]


@pytest.fixture(scope="module", params=ENGINES)
def walked(
    request: pytest.FixtureRequest, make_world: Callable[..., Any], _smtp_server: SmtpServer
) -> Iterator[Walked]:
    _smtp_server.empty()
    with make_world(request.param) as world:
        with listening() as log, same_random("the world is walked"):
            walk(world)
            mails = mails_of(world, _smtp_server)
        yield Walked(request.param, world, log.getvalue(), mails)


def test_nothing_hidden_is_in_any_answer_mail_or_log_line(walked: Walked) -> None:
    wanted = canaries(walked.world)
    found = search(wanted, walked.world.seen, walked.log, walked.mails)
    told = Counter(f"{each.where} | {each.leak.canary} | {each.leak.disguise}" for each in found)
    assert not found, "\n".join([str(found[0]), *told])


def test_no_byte_changes_when_all_that_is_hidden_is_another(
    walked: Walked, make_world: Callable[..., Any]
) -> None:
    """Sex and birth date, and with them name, contact, held texts, numbers and every day inside its month."""
    with make_world(walked.engine, other_people(PEOPLE)) as other, same_random("the world is walked"):
        walk(other)
    ours, theirs = _comparable(walked.world), _comparable(other)
    assert [seen.name for seen in ours] == [seen.name for seen in theirs]
    changed = [
        (one.name, line)
        for one, two in zip(ours, theirs, strict=True)
        for line in set(one.masked.splitlines()) ^ set(two.masked.splitlines())
    ]
    assert changed == []


def _comparable(world: World) -> list[Seen]:
    return [seen for seen in world.seen if seen.who != GUESSING]


def test_every_address_an_organisation_reaches_has_a_round(walked: Walked) -> None:
    wanted = reachable(walked.world.app)
    assert {endpoint for endpoint, _ in wanted} == set(ROUNDS)
    asked = {(seen.endpoint, seen.method) for seen in walked.world.seen if seen.status < 400}
    assert wanted - asked == set()


def test_every_kind_of_answer_was_looked_at(walked: Walked) -> None:
    statuses = {seen.status for seen in walked.world.seen}
    assert statuses >= {200, 303, 400, 403, 404, 405, 409, 413, 422, 429, 500, 503}
    broken = {seen.name for seen in walked.world.seen if seen.status == 500}
    assert len(broken) == 2, "only those that were broken on purpose"


# Tables that nothing in this story fills, or only with what nobody is shown.
EMPTY = {"branch", "recovery_code", "maintenance", "reminder", "correction", "lawfulness", "message_mark"} | {
    "rarity_run",
    "rarity_threshold",
    "retention_run",
}


def test_all_inside_numbers_are_such_as_would_be_noticed(walked: Walked) -> None:
    wrong = []
    with walked.world.database.read() as session:
        for table in numbered_tables():
            lowest = session.execute(select(func.min(table.c.id)).where(table.c.id > 10_000)).scalar_one()
            if table.name not in EMPTY and (lowest is None or lowest <= FIRST_ID):
                wrong.append(table.name)
    assert wrong == [], wrong


def test_the_three_were_there_to_be_seen(walked: Walked) -> None:
    """A search that finds nothing proves nothing when there was nothing to find."""
    world = walked.world
    shown = _page(world, f"/provider/seekers/{world.token('officer', 'heron')}")
    assert "落ち着いて話を聞くことが得意です。" in shown
    assert "2026年5月" in shown
    heard = _page(world, f"/provider/threads/{world.thread('officer', 'heron')}")
    assert "仕事の時間を教えてください。" in heard
    own = b"\n".join(seen.body for seen in world.other)
    wanted = canaries(world)
    labels = {leak.canary for leak in wanted.find(own)}
    for who in world.people:
        for field in ("name", "phone", "mail", "residence", "employer", "number", "held", "sign_in_name"):
            assert f"{who}: {field}" in labels, "the office and the seeker do see it"


def _page(world: World, address: str) -> str:
    """The first page the officer got there."""
    asked = (seen for seen in world.seen if (seen.who, seen.address) == ("officer", address))
    return next(asked).body.decode()


def test_mails_went_out_and_name_nobody_but_their_receiver(walked: Walked) -> None:
    addresses = [recipient for mail in walked.mails for recipient in mail.recipients]
    assert walked.world.people["heron"].notice_mail in addresses
    bodies = {(mail.message["Subject"], parts_of(mail).split(b"\n\n")[-1]) for mail in walked.mails}
    assert len(bodies) == 2, "one about messages, one about announcements"


def test_the_trail_holds_nothing_hidden_and_no_text(walked: Walked) -> None:
    """Inside numbers are what it is made of; names and words are not."""
    with walked.world.database.read() as session:
        lines = [row.facts for row in session.execute(select(audit.c.facts))]
    assert len(lines) > 200
    wanted = canaries(walked.world)
    leaks = {leak.canary for leak in wanted.find("\n".join(lines).encode())}
    # Moments stand in it as well: they are what it is for.
    assert {leak for leak in leaks if leak != "inside number" and ": activated" not in leak} == set()
    read = json.dumps([list(json.loads(facts).values()) for facts in lines], ensure_ascii=False)
    assert [word for word in ("落ち着いて", "仕事の時間", "架空") if word in read] == []


def test_log_lines_were_written_at_the_finest_level(walked: Walked) -> None:
    assert walked.log.count('"event": "request"') > 300
    assert '"event": "page_failed"' in walked.log
    assert '"event": "%s is known"' in walked.log

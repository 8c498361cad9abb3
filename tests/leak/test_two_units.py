"""Two organisations that lay everything side by side find nothing by which they could join their lists (R4, R5)."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from portal.domain.answer import AnswerKind
from portal.services import inbox
from tests.conftest import ENGINES
from tests.leak.rounds import addressed, previewed
from tests.leak.walk import canaries, search
from tests.leak.watch import Seen
from tests.leak.world import WALK, World
from tests.web.page import Page

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = [
    *(ROOT / "portal" / "templates").rglob("*.html"),
    *(ROOT / "portal" / "web").rglob("*.py"),
    ROOT / "portal" / "static" / "portal.css",
]
# What two units' pages have in common beyond words of our own source; nothing of it stands for a seeker.
FURNITURE = {
    "1000",  # the day's limit
    "2000",  # the longest message
    "00-0000-0000",  # the officers of both have the same fictional telephone
    "架空の案内の続きです。",  # both wrote it
    "text/html; charset=utf-8",
    "unanswered",  # the lists of threads
    "automatically",  # what stands in the body of a redirect
    *(f"to-{number}" for number in range(1, 21)),  # the boxes of a page of results
}
_CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")
_WORD = re.compile(r"[A-Za-z0-9_+/=-]{12,}|(?=[A-Za-z_+/=-]*[0-9])[A-Za-z0-9_+/=-]{5,}")


@pytest.fixture(scope="module", params=ENGINES)
def world(request: pytest.FixtureRequest, make_world: Callable[..., Any]) -> Iterator[World]:
    with make_world(request.param) as made:
        yield made


def look_at_everybody(world: World, member: str) -> list[Seen]:
    """Every page on which this member meets a seeker, for all that the unit reaches or has written to."""
    client = world.browser(member)
    before = len(world.seen)
    leaf_through(client, "/provider/results")
    for who in ("heron", *world.crowd[10:14]):
        client.page(f"/provider/seekers/{world.token(member, who)}")
        client.page(f"/provider/threads/{world.thread(member, who)}")
        client.page(addressed([world.token(member, who)]))
        previewed(world, member, [world.token(member, who)])
    # Not as many as another member: how many one chose stands in the form, and says nothing of anybody.
    crowd = world.crowd[: -1 - list(world.members).index(member)]
    everybody = [world.token(member, who) for who in ("heron", "wren", "owl", *crowd)]
    client.page(addressed(everybody))
    sent = client.submit("", {}, form=previewed(world, member, everybody).form_with("seen"))
    client.page(sent.location)
    leaf_through(client, "/provider/threads")
    return world.seen[before:]


def leaf_through(client: Any, address: str) -> list[Page]:
    """All pages of a list."""
    pages = []
    while address:
        pages.append(client.page(address))
        address = pages[-1].links.get("次へ", "")
    return pages


def values_of(seen: Seen) -> Iterator[str]:
    """Whatever could stand for somebody: attributes, parts of addresses, codes, long or numbered words, headers."""
    head, _, body = seen.masked.decode().partition("\n\n")
    for line in head.splitlines():
        if not line.startswith("Content-Length"):
            yield line.partition(": ")[2]
    page = Page(body)
    for element in page.root.all():
        for value in element.attributes.values():
            yield value
            yield from value.split()
            parts = urlsplit(value)
            yield from parts.path.split("/")
            yield from (given for _, given in parse_qsl(parts.query))
    text = unquote(page.html)
    yield from _CODE.findall(text)
    yield from _WORD.findall(text)


def in_common(looks: dict[str, list[Seen]]) -> set[str]:
    """What any two of these have in common and is not made of words of our own source alone."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    words = set(re.findall(r"\w+", source)) | FURNITURE
    values = {member: {value for each in seen for value in values_of(each)} for member, seen in looks.items()}
    files = {value for found in values.values() for value in found if value.startswith("/static/")}
    words |= {word for value in files for word in re.findall(r"\w+", value)}
    shared = set().union(*(values[one] & values[two] for one, two in combinations(values, 2)))
    return {value for value in shared - FURNITURE if not set(re.findall(r"\w+", value)) <= words}


def in_turn(world: World, members: Iterable[str]) -> Iterator[str]:
    """Each at an hour of their own, so far apart that not even the end of one's session is the time of another."""
    for hour, member in zip(range(11, 24, 2), members, strict=False):
        world.at(WALK, hour)
        yield member


def looks_of(world: World, *members: str) -> dict[str, list[Seen]]:
    """What each of them sees."""
    return {member: look_at_everybody(world, member) for member in in_turn(world, members)}


def test_R4_nothing_that_stands_for_a_seeker_is_the_same_at_two_units(world: World) -> None:
    looks = looks_of(world, "officer", "contact")
    assert sum(len(seen) for seen in looks.values()) > 50
    assert " ".join(sorted(in_common(looks))) == ""


def test_R5_the_order_of_a_page_at_one_unit_says_nothing_of_it_at_another(world: World) -> None:
    orders = {
        member: [
            shown_order(world, member, page)
            for page in leaf_through(world.browser(member), "/provider/results")
        ]
        for member in ("officer", "contact", "small", "headless")
    }
    for one, two in combinations(orders, 2):
        for ours, theirs in zip(orders[one], orders[two], strict=False):
            both = set(ours) & set(theirs)
            assert len(both) > 3
            assert [who for who in ours if who in both] != [who for who in theirs if who in both]
    for pages in orders.values():
        for page in pages:
            assert page not in (sorted(page), sorted(page, reverse=True)), "not the order of registration"


def shown_order(world: World, member: str, page: Page) -> list[int]:
    """The seekers of a page of results by inside number, in the order in which they stand there."""
    named = {world.token(member, who): who.id for who in (*world.crowd, *world.seekers.values())}
    boxes = [
        link.get("href").rpartition("/")[2] for link in page.root.all("a") if "/seekers/" in link.get("href")
    ]
    return [named[token] for token in boxes]


def test_S_Q2_what_a_seeker_tells_one_unit_about_themselves_another_never_sees(world: World) -> None:
    person = world.people["heron"]
    with world.database.write() as session:
        inbox.answer(
            session,
            world.clock,
            world.seekers["heron"].actor,
            world.ref("agency"),
            AnswerKind.TEXT,
            f"{person.name}です。電話は{person.phone}です。",
            "telling-one-unit",
        )
    looks = looks_of(world, "officer", "contact")
    wanted = canaries(world)
    told = {found.leak.canary for found in search(wanted, looks["officer"])}
    assert {"heron: name", "heron: phone"} <= told, "it was the seeker's own wish"
    assert search(wanted, looks["contact"]) == []

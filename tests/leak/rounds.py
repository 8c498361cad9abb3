"""What organisations can ask for: for every address the requests that show everything it can answer.

A round is registered under its endpoint; the test of the map of addresses fails for an endpoint without one. Rounds run
in the order in which they stand here, first those that only look.
"""

from collections.abc import Callable
from typing import Any

from portal.store import alias
from tests.leak.world import World
from tests.web.page import Page
from tests.web.page_client import page_of

Round = Callable[[World], None]
ROUNDS: dict[str, Round] = {}
TEXT = "架空の案内の続きです。"
SEVERAL = ("heron", "wren", "owl")
MEMBERS = ("officer", "first", "second", "contact", "helper")
CLOSED = ("suspended", "headless", "over", "small")


def round_of(endpoint: str) -> Callable[[Round], Round]:
    """Register the requests to an endpoint."""

    def register(made: Round) -> Round:
        assert endpoint not in ROUNDS, f"{endpoint} has a round already"
        ROUNDS[endpoint] = made
        return made

    return register


def took(answer: Any, *statuses: int) -> None:
    """What was asked was answered with one of these."""
    assert answer.status_code in statuses, f"{answer.request.path}: {answer.status}, {page_of(answer).text}"


def in_english(world: World, who: str) -> Any:
    """Another browser of the same person, reading English."""
    from tests.web.signing import sign_in_as

    client = world.new_browser(who)
    sign_in_as(client, world.members[who].account_id)
    client.set_cookie("lang", "en")
    return client


def strangers(world: World, member: str) -> list[str]:
    """Tokens that are not this unit's: another unit's, one for another purpose, of nobody, made up."""
    other = "helper" if world.unit_of(member) is world.units["agency"] else "first"
    return [
        world.token(other, "heron"),
        world.thread(member, "heron"),
        alias.token(world.unit_of(member).key, "seeker", bytes(16)),
        "A" * 43,
        "x",
    ]


def many(world: World, member: str) -> list[str]:
    """The three and two of the crowd."""
    return [world.token(member, who) for who in (*SEVERAL, *world.crowd[:2])]


def addressed(tokens: list[str]) -> str:
    """The form to write to these."""
    return "/provider/write?" + "&".join(f"to={token}" for token in tokens)


# Looking


@round_of("provider.home")
def _home(world: World) -> None:
    for who in (*MEMBERS, *CLOSED, "sister"):
        world.browser(who).page("/provider")
    in_english(world, "officer").page("/provider")


@round_of("provider.search")
def _search(world: World) -> None:
    client = world.browser("officer")
    for query in ("", "?prefecture=24", "?occupation=056&wage=M20", "?occupation=no-such-code"):
        client.page(f"/provider/search{query}")
    client.page("/provider/search?words=介護&years=3_to_5&unwritten=y&since=2026-05")
    world.browser("suspended").page("/provider/search", 403)
    in_english(world, "officer").page("/provider/search")


@round_of("provider.results")
def _results(world: World) -> None:
    for who in MEMBERS:
        address = "/provider/results"
        while address:
            page = world.browser(who).page(address)
            address = page.links.get("次へ", "")
    client = world.browser("officer")
    for query in ("?occupation=056&prefecture=24", "?licence=L001&licence=L039", "?education=university"):
        client.page(f"/provider/results{query}")
    client.page("/provider/results?wage=M40")
    for query in ("words=落ち着いて", "unwritten=y", "unopened=y", "since=2026-05", "years=3_to_5"):
        client.page(f"/provider/results?{query}")
    client.page("/provider/results?words=落ち着いて&licence=L001&licence=L039&unopened=y")
    for query in ("words=x", "since=2026-99", "years=no-such-code"):
        client.page(f"/provider/results?{query}", 422)
    client.page("/provider/results?after=no-such-place")
    client.page("/provider/results?occupation=no-such-code", 422)
    client.page("/provider/results?wage=", 303)
    world.browser("suspended").page("/provider/results", 403)
    world.browser("over").page("/provider/results", 403)
    in_english(world, "officer").page("/provider/results?occupation=056")


@round_of("provider.profile")
def _profile(world: World) -> None:
    for who, whom, status in (
        ("officer", "heron", 200),
        ("second", "heron", 200),
        ("helper", "heron", 200),
        ("contact", "wren", 200),
        ("officer", "wren", 404),
        ("officer", "owl", 404),
        ("sister", "heron", 404),
        ("suspended", "heron", 403),
    ):
        world.browser(who).page(f"/provider/seekers/{world.token(who, whom)}", status)
    world.browser("first").page(f"/provider/seekers/{world.token('first', world.crowd[3])}")
    for token in strangers(world, "officer"):
        world.browser("officer").page(f"/provider/seekers/{token}", 404)
    in_english(world, "officer").page(f"/provider/seekers/{world.token('officer', 'heron')}")


@round_of("provider.threads")
def _threads(world: World) -> None:
    for who in MEMBERS:
        for shown in ("", "?shown=unread", "?shown=answered", "?shown=unanswered", "?shown=x&after=y"):
            address = f"/provider/threads{shown}"
            while address:
                page = world.browser(who).page(address)
                address = page.links.get("次へ", "")
    in_english(world, "officer").page("/provider/threads")


@round_of("provider.thread")
def _thread(world: World) -> None:
    for who in ("officer", "first"):
        for whom in (*SEVERAL, world.crowd[0]):
            world.browser(who).page(f"/provider/threads/{world.thread(who, whom)}")
    for whom in ("heron", "wren"):
        world.browser("helper").page(f"/provider/threads/{world.thread('helper', whom)}")
    world.browser("second").page(f"/provider/threads/{world.thread('second', 'heron')}", 404)
    world.browser("first").page(f"/provider/threads/{world.thread('first', world.crowd[40])}", 404)
    for token in (world.token("officer", "heron"), *strangers(world, "officer")[:1], "x"):
        world.browser("officer").page(f"/provider/threads/{token}", 404)
    in_english(world, "officer").page(f"/provider/threads/{world.thread('officer', 'heron')}")


@round_of("provider.quota")
def _quota(world: World) -> None:
    for who in (*MEMBERS, "small"):
        world.browser(who).page("/provider/quota")


@round_of("provider.unit")
def _unit(world: World) -> None:
    for who in (*MEMBERS, "headless"):
        world.browser(who).page("/provider/unit")


# Writing


@round_of("provider.write")
def _write(world: World) -> None:
    for who in ("officer", "second", "helper", *CLOSED):
        world.browser(who).page(addressed([world.token(who, "heron")]))
        world.browser(who).page(addressed(many(world, who)))
    client = world.browser("officer")
    client.page("/provider/write", 422)
    client.page(addressed(["x"]), 404)
    client.page(addressed(strangers(world, "officer")))
    client.page(addressed([f"{number:043}" for number in range(1001)]), 422)
    again = previewed(world, "first", [world.token("first", world.crowd[0])])
    form = again.form_with("seen")
    client = world.browser("first")
    sent = {name: value for name, value in form.fields.items() if name != "seen"}
    took(client.post("/provider/write", data=sent), 200)
    took(client.post("/provider/write", data={**sent, "acting": "another"}), 409)


@round_of("provider.preview")
def _preview(world: World) -> None:
    for who in ("first", "officer", "helper"):
        previewed(world, who, [world.token(who, "heron")])
        previewed(world, who, many(world, who))
    for who, whom, status in (
        ("first", "wren", 409),
        ("first", "owl", 409),
        ("sister", "heron", 409),
        ("second", "heron", 409),
        ("headless", "heron", 409),
        ("suspended", "heron", 409),
    ):
        previewed(world, who, [world.token(who, whom)], status=status)
    previewed(world, "small", many(world, "small"), status=409)
    previewed(world, "second", many(world, "second"))
    for words in ("", "あ" * 2001):
        previewed(world, "first", [world.token("first", "heron")], words, status=422)
    lost(world, "/provider/write/preview")


def previewed(world: World, who: str, tokens: list[str], words: str = TEXT, *, status: int = 200) -> Page:
    """Write to these people and look at it before it goes."""
    answer = world.browser(who).submit(addressed(tokens), {"text": words})
    took(answer, status)
    return page_of(answer)


@round_of("provider.send")
def _send(world: World) -> None:
    for who, tokens in (
        ("first", [world.token("first", "heron")]),
        ("first", many(world, "first")),
        ("helper", [world.token("helper", "heron")]),
        ("second", [world.token("second", world.crowd[30])]),
    ):
        form = previewed(world, who, tokens).form_with("seen")
        for _ in range(2):
            sent = world.browser(who).submit("", {}, form=form)
            took(sent, 303)
            world.browser(who).page(sent.location)
    form = previewed(world, "first", [world.token("first", "heron")]).form_with("seen")
    for change, status in (
        ({"seen": "another letterhead"}, 409),
        ({"acting": "another unit"}, 409),
        ({"text": ""}, 422),
        ({"to": world.token("first", "wren")}, 409),
        ({"to": world.token("first", "owl")}, 409),
        ({"to": "x"}, 404),
        ({"to": []}, 422),
    ):
        answer = world.browser("first").post("/provider/write/send", data={**form.fields, **change})
        took(answer, status)
    lost(world, "/provider/write/send")


@round_of("provider.sent")
def _sent(world: World) -> None:
    world.browser("officer").page("/provider/sent/world-1")
    world.browser("helper").page("/provider/sent/world-2")
    for key in ("world-2", "no-such-key"):
        world.browser("officer").page(f"/provider/sent/{key}", 404)


@round_of("provider.thread_answer")
def _thread_answer(world: World) -> None:
    for who in ("first", "officer", "helper"):
        address = f"/provider/threads/{world.thread(who, 'heron')}"
        form = world.browser(who).page(address).form_with("text")
        for _ in range(2):
            took(world.browser(who).submit(address, {"text": TEXT}, form=form), 303)
        world.browser(who).page(address)
        refused = world.browser(who).submit(address, {"text": ""})
        took(refused, 422)
        for whom in ("wren", "owl"):
            if who == "helper":
                continue
            closed = f"/provider/threads/{world.thread(who, whom)}/answer"
            fields = {**form.fields, "text": TEXT, "key": "another-key-of-this-form"}
            took(world.browser(who).post(closed, data=fields), 409)
    unseen = f"/provider/threads/{world.thread('second', 'heron')}/answer"
    took(open_post(world, "second", unseen, {"text": TEXT, "key": "k" * 20}), 404)
    lost(world, f"/provider/threads/{world.thread('first', 'heron')}/answer")


@round_of("provider.thread_outcome")
def _outcome(world: World) -> None:
    address = f"/provider/threads/{world.thread('first', 'heron')}"
    client = world.browser("first")
    for values, status in (
        ({"outcome": "accepted", "happened_on": "2026-06-30"}, 422),
        ({"outcome": "accepted", "happened_on": "no day"}, 422),
        ({"outcome": "accepted", "happened_on": "2026-06-15"}, 303),
        ({"outcome": "referred", "happened_on": "2026-06-15"}, 303),
    ):
        answer = client.submit(address, values)
        took(answer, status)
    client.page(address)
    unknown = f"/provider/threads/{world.thread('second', 'heron')}/outcome"
    took(open_post(world, "second", unknown, {"outcome": "ended"}), 404)
    closed = f"/provider/threads/{world.thread('first', 'wren')}/outcome"
    open_post(world, "first", closed, {"outcome": "ended", "happened_on": "2026-06-15"})
    lost(world, f"{address}/outcome")


@round_of("provider.thread_hand_over")
def _hand_over(world: World) -> None:
    client = world.browser("officer")
    for whom in ("wren", world.crowd[2]):
        address = f"/provider/threads/{world.thread('officer', whom)}"
        for place, status in (("unit", 303), ("department-2", 303), ("department-2", 409), ("no-such", 422)):
            form = client.page(address).form_with("place")
            answer = client.submit(address, {"place": place}, form=form)
            took(answer, status)
        client.page(address)
        world.browser("second").page(f"/provider/threads/{world.thread('second', whom)}")
        world.browser("first").page(f"/provider/threads/{world.thread('first', whom)}", 404)
    denied = f"/provider/threads/{world.thread('first', 'heron')}/hand-over"
    took(open_post(world, "first", denied, {"place": "unit"}), 404)
    lost(world, f"/provider/threads/{world.thread('officer', 'heron')}/hand-over")


@round_of("provider.reserve")
def _reserve(world: World) -> None:
    client = world.browser("officer")
    for typed, status in (("50", 303), ("", 422), ("1001", 422), ("x", 422)):
        took(client.submit("/provider/quota", {"reserve": typed}), status)
    client.page("/provider/quota")
    took(open_post(world, "first", "/provider/quota/reserve", {"reserve": "5"}), 404)
    lost(world, "/provider/quota/reserve")


def open_post(world: World, who: str, address: str, values: dict[str, Any]) -> Any:
    """Post what a form of another page would send, with this person's own form token and marker."""
    form = next(form for form in world.browser(who).page("/provider/quota").forms if form.method == "POST")
    fields = {"csrf_token": form.fields["csrf_token"], "acting": marker(world, who)}
    return world.browser(who).post(address, data={**fields, **values})


def marker(world: World, who: str) -> str:
    """What this person's forms say about the acting unit."""
    page = world.browser(who).page(addressed([world.token(who, "heron")]))
    return str(page.form_with("acting").fields["acting"][0])


def lost(world: World, address: str) -> None:
    """Without a form token, with one of another site, by a wrong method, too large, with letters nobody can keep."""
    client = world.browser("officer")
    took(client.get(address), 303, 405)
    took(client.post(address, data={"text": TEXT}), 400)
    took(client.post(address, data={"text": TEXT, "acting": "x"}), 409)
    token = client.page("/provider/quota").form_with("csrf_token").fields["csrf_token"]
    fields = {"csrf_token": token, "acting": "x", "text": TEXT}
    took(client.post(address, data=fields), 404, 409)
    took(client.post(address, data=fields, headers={"Origin": "https://other.example"}), 403)
    took(client.post(address, data={**fields, "text": "\0"}), 400)
    took(client.put(address), 405)
    took(client.post(address, data={**fields, "text": "あ" * 400_000}), 413)

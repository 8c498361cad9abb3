"""Leaks planted on purpose: each must be noticed, or the search proves nothing."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import update

from portal.services import notice_mail
from portal.services import search as searching
from portal.services import thread as threading
from portal.store import alias
from portal.store.tables import seeker_identity
from portal.web import errors
from portal.web import profile as shown_profile
from portal.web.rendering import day
from tests.build import KEYRING
from tests.leak.rounds import addressed
from tests.leak.test_two_units import in_common, in_turn, leaf_through
from tests.leak.walk import canaries, listening, mails_of, search, trouble
from tests.leak.watch import Seen
from tests.leak.world import World
from tests.real_services.smtp import SmtpServer

MEMBERS = ("officer", "contact")
Plant = Callable[[World, pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def world(make_world: Callable[..., Any]) -> Iterator[World]:
    with make_world("sqlite") as made:
        yield made


def glance(world: World) -> dict[str, list[Seen]]:
    """What two units see of the seekers, by member."""
    seen = {}
    for member in in_turn(world, MEMBERS):
        before, client = len(world.seen), world.browser(member)
        leaf_through(client, "/provider/results")
        for address in (
            f"/provider/seekers/{world.token(member, 'heron')}",
            f"/provider/threads/{world.thread(member, 'heron')}",
            addressed([world.token(member, "heron")]),
            "/provider/threads",
        ):
            client.get(address)
        seen[member] = world.seen[before:]
    return seen


def every(seen: dict[str, list[Seen]]) -> list[Seen]:
    return [each for one in seen.values() for each in one]


def test_without_a_plant_nothing_is_found(world: World) -> None:
    seen = glance(world)
    assert all(each.status == 200 for each in every(seen))
    assert search(canaries(world), every(seen)) == []
    assert in_common(seen) == set()


# Into a page


def in_the_profile(change: Callable[[World, Any, int], Any]) -> Plant:
    """A projection that shows more than it should."""

    def plant(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        honest = searching.profile_view

        def leaking(session: Any, seeker_id: int, *, alias: str, on: Any = None) -> Any:
            return change(world, honest(session, seeker_id, alias=alias, on=on), seeker_id)

        monkeypatch.setattr(searching, "profile_view", leaking)

    return plant


def in_a_template(name: str, old: str, new: str, told: Callable[[World], str]) -> Plant:
    """A template that shows something it was not given."""

    def plant(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        environment = world.app.jinja_env
        source = environment.loader.get_source(environment, name)[0]
        assert source.count(old) == 1
        planted = DictLoader({name: source.replace(old, new)})
        monkeypatch.setattr(environment, "loader", ChoiceLoader([planted, environment.loader]))
        monkeypatch.setattr(environment, "cache", {})
        monkeypatch.setitem(environment.globals, "told", lambda: told(world))

    return plant


def in_the_head(name: str, told: Callable[[World], str]) -> Plant:
    """A header of every answer."""

    def plant(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        def put(response: Any) -> Any:
            response.headers.add(name, told(world))
            return response

        functions = {**world.app.after_request_funcs}
        functions[None] = [*functions[None], put]
        monkeypatch.setattr(world.app, "after_request_funcs", functions)

    return plant


def _plain_cursor(_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alias, "seal_cursor", lambda _key, packed: base64.urlsafe_b64encode(packed).decode())
    monkeypatch.setattr(alias, "open_cursor", lambda _key, text: base64.urlsafe_b64decode(text))


def _days(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    registered = world.people["heron"].days["registered"]
    in_the_profile(lambda _world, view, _number: replace(view, month=registered))(world, monkeypatch)
    monkeypatch.setattr(shown_profile, "month", day)


SAYS = '<p>{{ _("この団体からの連絡") }}：'
PLANTS: dict[str, tuple[Plant, str]] = {
    "the hash of the registration number": (
        in_the_profile(
            lambda world, view, _number: replace(
                view, pr=hashlib.sha256(world.people["heron"].number.encode()).hexdigest()
            )
        ),
        "heron: number",
    ),
    "the text that waits for the office": (
        in_the_profile(
            lambda world, view, _number: replace(view, experience_text=world.people["heron"].held)
        ),
        "heron: held",
    ),
    "the text before the present one": (
        in_the_profile(lambda world, view, _number: replace(view, pr=world.people["heron"].earlier)),
        "heron: earlier",
    ),
    "the day instead of the month": (_days, "heron: registered"),
    "an inside number in an attribute": (
        in_a_template(
            "provider/profile.html",
            SAYS,
            SAYS.replace("<p>", '<p data-row="{{ told() }}">'),
            lambda world: str(world.seekers["heron"].id),
        ),
        "inside number",
    ),
    "the office's address of somebody": (
        in_a_template(
            "provider/profile.html",
            SAYS,
            SAYS.replace("<p>", '<p id="{{ told() }}">'),
            lambda world: base64.urlsafe_b64encode(world.seekers["heron"].office_id).decode(),
        ),
        "heron: seeker.office_id",
    ),
    "a cursor that is not sealed": (_plain_cursor, "inside number"),
    "a name in a header": (
        in_the_head("X-Trace", lambda world: base64.b64encode(world.people["heron"].name.encode()).decode()),
        "heron: name",
    ),
    "an address in a cookie": (
        in_the_head("Set-Cookie", lambda world: f"last={world.people['heron'].mail.encode().hex()}"),
        "heron: mail",
    ),
    "the seeker's random key in a cookie": (
        in_the_head("Set-Cookie", lambda world: f"last={world.seekers['heron'].alias_key.hex()}"),
        "heron: profile.alias_key",
    ),
}


@pytest.mark.parametrize("name", PLANTS)
def test_what_is_planted_into_an_answer_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    plant, label = PLANTS[name]
    plant(world, monkeypatch)
    labels = {found.leak.canary for found in search(canaries(world), every(glance(world)))}
    assert any(found.startswith(label) for found in labels), labels


# Between two units


def _shared_key(_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = bytes(64)
    token, open_token = alias.token, alias.open_token
    monkeypatch.setattr(alias, "token", lambda _key, purpose, who: token(key, purpose, who))
    monkeypatch.setattr(alias, "open_token", lambda _key, purpose, text: open_token(key, purpose, text))


def _shared_code(_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    code = alias.code
    monkeypatch.setattr(alias, "code", lambda _key, who: code(b"", who))


def _shared_number(_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    numbered = in_the_profile(
        lambda _world, view, number: replace(view, alias=f"{view.alias} {number * 7919 % 10**6}")
    )
    numbered(_world, monkeypatch)


@pytest.mark.parametrize("plant", [_shared_key, _shared_code, _shared_number])
def test_what_two_units_could_join_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, plant: Plant
) -> None:
    plant(world, monkeypatch)
    assert in_common(glance(world))


# By sex and birth date


def _by_sex(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def view(_world: World, shown: Any, number: int) -> Any:
        return replace(shown, experiences=()) if _sex(world, number) == "male" else shown

    in_the_profile(view)(world, monkeypatch)


def _sex(world: World, number: int) -> str:
    with world.database.read() as session:
        row = (
            session.execute(seeker_identity.select().where(seeker_identity.c.seeker_id == number))
            .mappings()
            .one()
        )
    return KEYRING.open("seeker_identity.sex", number, row["sex_sealed"]) if row["sex_sealed"] else ""


def test_what_depends_on_the_sex_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _by_sex(world, monkeypatch)
    glance(world)  # Answers that are still unread would be counted in the first look alone.
    number = world.seekers["heron"].id
    looks = []
    for sex in ("female", "male", "female"):
        sealed = KEYRING.seal("seeker_identity.sex", number, sex)
        with world.database.write() as session:
            session.execute(
                update(seeker_identity).where(seeker_identity.c.seeker_id == number).values(sex_sealed=sealed)
            )
            session.commit()
        # The bodies alone: form tokens are masked in them, but not of one length, which the head tells.
        looks.append(
            [
                seen.masked.partition(b"\n\n")[2]
                for seen in every(glance(world))
                if "/seekers/" in seen.address
            ]
        )
    assert looks[0] == looks[2]
    assert looks[0] != looks[1]


# Into logs and mails


def test_what_is_planted_into_a_log_line_is_found(world: World) -> None:
    with listening() as log:
        structlog.get_logger().info("request", reason=world.people["heron"].kana)
    assert search(canaries(world), [], log.getvalue())


def test_the_words_of_an_exception_in_a_log_line_are_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "failure", lambda error: {"exception": str(error), "where": []})
    with listening() as log:
        trouble(world)
    labels = {found.leak.canary for found in search(canaries(world), [], log.getvalue())}
    assert {"heron: name", "heron: number", "inside number"} <= labels


def test_a_snippet_in_a_mail_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, smtp_server: SmtpServer
) -> None:
    subject, text = notice_mail._MAILS["message_notice"]
    monkeypatch.setitem(notice_mail._MAILS, "message_notice", (subject, text + world.people["heron"].name))
    with world.database.write() as session:
        threading.write(
            session,
            world.clock,
            world.members["first"].actor,
            world.thread("first", "heron"),
            "架空の続きです。",
            "snippet-in-a-mail",
        )
    assert search(canaries(world), [], mails=mails_of(world, smtp_server))

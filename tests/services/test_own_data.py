"""A seeker's own copy: everything about them, nothing about anybody else, in the shape that is written down."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from portal.domain.account import TooManyAttempts
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden, Invalid, Refusal
from portal.services import own_data
from portal.services.password import Passwords
from portal.settings import Hashing
from portal.store import account as accounts
from portal.store.tables import audit, message, metadata, thread_text_end
from tests.services.own_data_world import CANARY, OwnDataWorld, Person

PASSWORD = "murasaki-no-kumo-7"
PASSWORDS = Passwords(Hashing(time_cost=1, memory_kib=8, parallelism=1, concurrent=2))
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "own_data.md"


@pytest.fixture
def world(database: Any, clock: Any) -> OwnDataWorld:
    made = OwnDataWorld(database, clock)
    with database.write() as session:
        for who in (made.hana, made.taro):
            accounts.set_password(session, who.account_id, PASSWORDS.hash_new(PASSWORD), clock.now())
        session.commit()
    return made


def take(world: OwnDataWorld, who: Person, password: str = PASSWORD, form: str = "json") -> own_data.Content:
    with world.database.write() as session:
        taken = own_data.take(
            session,
            world.clock,
            who.actor,
            PASSWORDS,
            password=password,
            address="192.0.2.1",
            form=form,
        )
    return taken.content


def paths(value: Any, name: str = "") -> Iterator[str]:
    """Every key of a copy, as the guide writes it: `threads[].messages[].text`."""
    if isinstance(value, dict) and not name.endswith((".before", ".after", ".fields")):
        for key, inside in value.items():
            yield from paths(inside, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inside in value:
            yield from paths(inside, f"{name}[]")
    else:
        yield name


def words(value: Any) -> str:
    return repr(value)


def test_S_Q2_a_copy_holds_something_of_every_kind(world: OwnDataWorld) -> None:
    world.fill(world.hana)
    content = take(world, world.hana)
    empty = [name for name, value in content.items() if not value]
    assert empty == ["retention", "hints"]
    assert content["schema"] == "own-data/1"
    assert content["identity"]["name"] == "見本　花子"
    assert content["registration"]["office"].startswith("架空")
    assert content["views"] == [{"month": "2026-06", "organisations": ["架空甲社"], "times": 3}]
    assert [m["from"] for m in content["threads"][0]["messages"]] == ["organisation", "you"]
    assert [one["organisation"] for one in content["blocks"]] == ["架空乙社"]
    assert content["complaints"][0]["desk_name"].startswith("架空")
    assert content["complaints"][0]["lines"][0]["text"] == "相談：花子だけの言葉。"
    assert content["corrections"][0]["text"] == "訂正：花子だけの言葉。"
    assert content["reports"][0]["note"] == "報告：花子だけの言葉。"
    assert content["paid_services"][0]["step"] == "wished"
    assert content["drafts"][0]["fields"]["text"] == ["下書き：花子だけの言葉。"]
    (changed,) = [one for one in content["history"] if one["kind"] == "identity"]
    assert changed["after"]["phone"] == "00-0000-0001"


def test_nothing_of_anybody_else_is_in_a_copy(world: OwnDataWorld) -> None:
    world.fill(world.hana)
    world.fill(world.taro)
    content = take(world, world.hana)
    hers, his = words(content), words(take(world, world.taro))
    lists = (
        "threads",
        "blocks",
        "complaints",
        "paid_services",
        "reports",
        "corrections",
        "views",
        "drafts",
        "terms",
    )
    assert {name: len(content[name]) for name in lists} == dict.fromkeys(lists, 1)
    assert [one["times"] for one in content["views"]] == [3]
    assert "花子" in hers
    assert "太郎" in his
    assert "太郎" not in hers
    assert "花子" not in his
    for foreign in (
        CANARY,
        "見本 責任",
        "membership",
        "account_id",
        "_sealed",
        "public_id",
        "unit_id",
        "seeker_id",
    ):
        assert foreign not in hers, foreign
    with world.database.read() as session:
        staff = accounts.by_id(session, world.clerk.account_id or 0)
    assert staff is not None
    assert staff.display_name not in hers
    assert staff.sign_in_name not in hers


def test_every_key_of_a_copy_is_described_and_nothing_else_is(world: OwnDataWorld) -> None:
    world.fill(world.hana)
    content = dict(take(world, world.hana))
    content["hints"] = [{"organisation": "", "sent_at": "", "kind": ""}]
    content["retention"] = [{"kind": "", "goes_on": ""}]
    thread = content["threads"][0]
    thread["steps"] = thread["steps"] or [{"stage": "", "on_day": ""}]
    thread["hand_overs"] = [{"at": ""}]
    content["profile"]["waiting_texts"] = [{"kind": "", "text": "", "since": ""}]
    described = set(re.findall(r"^\| `([a-z_.\[\]]+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(paths(content)) == described


GIVEN = {
    *("account", "block", "complaint", "complaint_reading", "consent", "correction", "held_text", "message"),
    *("message_report", "paid_ledger", "profile", "profile_choice", "profile_text", "profile_view"),
    *("retention_notice", "seeker_change", "seeker_choice", "seeker_identity", "thread"),
}
LEFT_OUT = {
    "access_code": "secrets",
    "complaint_transcript": "the messages are in the threads, and the case shows its own copy",
    "profile_words": "search keys, made from texts that are in the copy",
    "rarity_placing": "what is shown says it",
    "registration_origin": "which file of the office a line came from",
    "seeker_erasure": "nobody is left who could ask",
    "selection": "lists of organisations about whom they may write to",
}
"""Why somebody's own copy does not hold the rows of a table."""


def test_every_table_about_a_seeker_is_in_the_copy_or_left_out_for_a_reason() -> None:
    about = {table.name for table in metadata.sorted_tables if "seeker_id" in table.c}
    assert about == GIVEN | set(LEFT_OUT)
    assert not GIVEN & set(LEFT_OUT)


def test_a_text_whose_period_is_over_is_not_in_a_copy(world: OwnDataWorld) -> None:
    world.fill(world.hana)
    with world.database.write() as session:
        found = select(message).where(message.c.seeker_id == world.hana.seeker_id).order_by(message.c.id)
        first = session.execute(found).first()
        assert first is not None
        ended = {"thread_id": first.thread_id, "upto_message_id": first.id, "ended_at": world.clock.now()}
        session.execute(insert(thread_text_end).values(**ended))
        session.commit()
    letter, answer = take(world, world.hana)["threads"][0]["messages"]
    assert (letter["text"], letter["ended"]) == ("", True)
    assert (answer["text"], answer["ended"]) == ("花子だけの言葉。", False)


def _guess(world: OwnDataWorld) -> None:
    for _ in range(20):
        with pytest.raises(Invalid):
            take(world, world.hana, "kaki-no-ki")


def test_the_password_is_asked_for_and_a_wrong_one_gives_nothing_and_is_counted(world: OwnDataWorld) -> None:
    for typed, code in (("", "missing"), ("kaki-no-ki", "password_wrong")):
        with pytest.raises(Invalid) as refused:
            take(world, world.hana, typed)
        assert refused.value.errors == {"password": [code]}
    with pytest.raises(TooManyAttempts):
        _guess(world)
    with world.database.read() as session:
        assert session.execute(select(audit.c.id).where(audit.c.kind == "seeker.data.take")).all() == []


def test_a_copy_is_recorded_once_and_told_in_the_next_one(world: OwnDataWorld) -> None:
    take(world, world.hana, form="page")
    with world.database.read() as session:
        (line,) = session.execute(select(audit).where(audit.c.kind == "seeker.data.take")).all()
    assert (line.subject_kind, line.subject_id, line.actor_kind) == ("seeker", world.hana.seeker_id, "seeker")
    assert '"form": "page"' in line.facts
    assert [one["by"] for one in take(world, world.hana)["record"] if one["what"] == "taken"] == ["seeker"]


def test_so_many_copies_in_a_day_and_no_more_until_the_first_is_a_day_old(world: OwnDataWorld) -> None:
    first = world.clock.now()
    for _ in range(own_data.MOST):
        take(world, world.hana)
        world.clock.advance(timedelta(minutes=1))
    with pytest.raises(Refusal) as refused:
        take(world, world.hana)
    assert refused.value.reason == "copies_full"
    assert refused.value.facts["again_at"] == first + timedelta(days=1)
    take(world, world.taro)
    world.clock.set(first + timedelta(days=1))
    with pytest.raises(Refusal):
        take(world, world.hana)
    world.clock.advance(timedelta(seconds=1))
    take(world, world.hana)


def test_nobody_but_the_seeker_takes_a_copy_and_only_in_one_of_the_two_forms(world: OwnDataWorld) -> None:
    for kind in ActorKind:
        if kind is not ActorKind.SEEKER:
            stranger = Actor(kind, account_id=world.hana.account_id, seeker_id=world.hana.seeker_id)
            with world.database.write() as session, pytest.raises(Forbidden):
                own_data.take(
                    session, world.clock, stranger, PASSWORDS, password=PASSWORD, address="", form="json"
                )
    with pytest.raises(Invalid):
        take(world, world.hana, form="xml")

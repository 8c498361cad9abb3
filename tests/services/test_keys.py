"""Changing the key of fields: nothing is lost whatever happens, and a key goes only when nothing needs it."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Conflict, Forbidden
from portal.services import keys
from portal.store import key_file, sealed
from portal.store.database import Database
from portal.store.keyring import KeyMissingError, Keyring
from portal.store.tables import metadata, seeker_identity
from tests import build
from tests.browser.town import build_town
from tests.services.complaint_world import Desks

OPERATOR = Actor(ActorKind.OPERATOR)
NEW_KEY = {"k2": bytes(range(100, 132))}
BOTH = Keyring(build.FIELD_KEYS | NEW_KEY, "k2", build.BLIND_KEY)
ONLY_NEW = Keyring(NEW_KEY, "k2", build.BLIND_KEY)


def with_keys(url: str, keyring: Keyring) -> Database:
    return Database({"owner": url}, keyring)


def everything(database: Database) -> dict[str, list[bytes]]:
    """Every sealed value, opened, by column."""
    found: dict[str, list[bytes]] = {}
    with database.read() as session:
        ring = session.info["keyring"]
        for one in sealed.SEALED:
            rows = session.execute(select(metadata.tables[one.table])).mappings()
            found[one.label] = sorted(
                ring.open_bytes(one.label, one.row(row), row[one.column]) for row in rows if row[one.column]
            )
    return found


def test_after_it_everything_opens_with_the_new_key_alone_and_says_what_it_said(
    database: Database, database_url: str, clock: FixedClock
) -> None:
    build_town(database, clock)
    before = everything(database)
    opened = with_keys(database_url, BOTH)
    with opened.write() as session:
        assert keys.standing(session, OPERATOR).waiting > 50
        done = keys.reseal(session, clock, OPERATOR, batch=7)
    opened.dispose()
    assert (done.waiting, done.values["k1"], done.values["?"]) == (0, 0, 0)
    assert done.values["k2"] == sum(map(len, before.values()))
    alone = with_keys(database_url, ONLY_NEW)
    assert everything(alone) == before
    alone.dispose()


def test_broken_off_after_any_batch_nothing_is_lost_and_the_next_run_goes_on(
    database: Database, database_url: str, clock: FixedClock
) -> None:
    for _ in range(9):
        build.build_seeker(database, phone="00-0000-0000", with_account=True)
    before = everything(database)
    opened = with_keys(database_url, BOTH)

    def stop(_table: str) -> None:
        raise KeyboardInterrupt

    waiting = []
    for _ in range(3):
        with opened.write() as session, pytest.raises(KeyboardInterrupt):
            keys.reseal(session, clock, OPERATOR, batch=2, told=stop)
        assert everything(opened) == before
        with opened.read() as session:
            waiting.append(keys.standing(session, OPERATOR).waiting)
    assert waiting == sorted(waiting, reverse=True)
    assert len(set(waiting)) == 3
    with opened.write() as session:
        assert keys.reseal(session, clock, OPERATOR, batch=2).waiting == 0
    assert everything(opened) == before
    opened.dispose()


def test_what_somebody_changes_meanwhile_is_not_written_over(
    new_database_url: Callable[..., str], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL, between the reading of a value and its sealing; SQLite has one writer at a time."""
    url = new_database_url("postgresql")
    database, opened = build.open_database(url), with_keys(url, BOTH)
    person = build.build_seeker(database)
    original = sealed._seal_row

    def corrected_first(*arguments: Any) -> None:
        if arguments[1] is seeker_identity:
            value = build.KEYRING.seal("seeker_identity.name", person.id, "別名 花子")
            with database.write() as session:
                session.execute(update(seeker_identity).values(name_sealed=value))
                session.commit()
        original(*arguments)

    monkeypatch.setattr(sealed, "_seal_row", corrected_first)
    with opened.write() as session:
        # Written with the old key by a process that was not restarted: the command tells, and the next run ends it.
        assert keys.reseal(session, clock, OPERATOR).waiting == 1
        monkeypatch.undo()
        assert keys.reseal(session, clock, OPERATOR).waiting == 0
    assert [value.partition(b"\xff")[0] for value in everything(opened)["seeker_identity.name"]] == [
        "別名 花子".encode()
    ]
    database.dispose()
    opened.dispose()


def test_a_second_factor_that_is_being_set_up_survives(
    database: Database, database_url: str, clock: FixedClock
) -> None:
    account_id = build.build_account(database)
    id_hash = bytes(range(32))
    secret = build.KEYRING.seal(sealed.SESSION_LABEL, id_hash.hex(), "GEHEIM")
    place = metadata.tables["session"]
    with database.write() as session:
        session.execute(
            insert(place).values(
                id_hash=id_hash,
                account_id=account_id,
                stage="enrol",
                data=json.dumps({"next": "/", sealed.SESSION_SECRET: base64.b64encode(secret).decode()}),
                created_at=build.LONG_AGO,
                seen_at=build.LONG_AGO,
                ends_at=clock.now(),
            )
        )
        session.commit()
    opened = with_keys(database_url, BOTH)
    with opened.write() as session:
        assert keys.reseal(session, clock, OPERATOR).waiting == 0
        data = json.loads(session.scalar(select(place.c.data)) or "")
    opened.dispose()
    kept = base64.b64decode(data.pop(sealed.SESSION_SECRET))
    assert (ONLY_NEW.open(sealed.SESSION_LABEL, id_hash.hex(), kept), data) == ("GEHEIM", {"next": "/"})


def test_a_table_that_only_grows_is_sealed_anew_and_still_only_grows(
    database: Database, database_url: str, clock: FixedClock
) -> None:
    Desks(database, clock).opens()
    before = everything(database)
    assert before["complaint_event.text"]
    assert before["complaint_transcript.content"]
    opened = with_keys(database_url, BOTH)
    with opened.write() as session:
        assert keys.reseal(session, clock, OPERATOR).waiting == 0
    assert everything(opened) == before
    events = metadata.tables["complaint_event"]
    for act in (update(events).values(serial=9), events.delete()):
        with opened.write() as session, pytest.raises(Exception, match="append only"):
            session.execute(act)
    opened.dispose()


def test_a_key_leaves_the_file_only_when_nothing_needs_it(
    database: Database, database_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    build.build_seeker(database)
    path = tmp_path / "secrets.toml"
    build.write_secrets(path)
    with database.write() as session:
        assert keys.add(session, clock, OPERATOR, path) == "k2"
        assert key_file.current(path) == "k1"
        keys.use(session, clock, OPERATOR, path, "k2")
    opened = with_keys(database_url, BOTH)
    with opened.write() as session:
        for name, reason in (("k1", "key_in_use"), ("k2", "key_in_use"), ("k9", "unknown_key")):
            with pytest.raises(Conflict) as refused:
                keys.drop(session, clock, OPERATOR, path, name)
            assert refused.value.reason == reason
        assert key_file.names(path) == ("k1", "k2")
        keys.reseal(session, clock, OPERATOR)
        keys.drop(session, clock, OPERATOR, path, "k1")
        kinds = session.scalars(select(metadata.tables["audit"].c.kind)).all()
    opened.dispose()
    assert key_file.names(path) == ("k2",)
    assert kinds.count("keys.drop") == 4
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_interrupted_change_of_the_key_file_leaves_the_old_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secrets.toml"
    build.write_secrets(path)
    before = path.read_text()

    def fails(_handle: int) -> None:
        raise OSError("架空の故障")

    monkeypatch.setattr(key_file.os, "fsync", fails)
    with pytest.raises(OSError, match="架空の故障"):
        key_file.add(path)
    assert (path.read_text(), [one.name for one in tmp_path.iterdir()]) == (before, ["secrets.toml"])


def test_a_value_of_a_key_that_is_gone_is_counted_and_stops_the_work(
    database: Database, database_url: str, clock: FixedClock
) -> None:
    build.build_seeker(database)
    opened = with_keys(database_url, ONLY_NEW)
    with opened.write() as session:
        assert keys.standing(session, OPERATOR).values["?"] > 0
        with pytest.raises(KeyMissingError):
            keys.reseal(session, clock, OPERATOR)
    opened.dispose()


@pytest.mark.parametrize("kind", [kind for kind in ActorKind if kind is not ActorKind.OPERATOR])
def test_only_an_operator_changes_keys(
    database: Database, clock: FixedClock, tmp_path: Path, kind: ActorKind
) -> None:
    with database.write() as session, pytest.raises(Forbidden):
        keys.reseal(session, clock, Actor(kind))
    path = tmp_path / "none.toml"
    for act in (
        lambda s: keys.add(s, clock, Actor(kind), path),
        lambda s: keys.use(s, clock, Actor(kind), path, "k1"),
        lambda s: keys.drop(s, clock, Actor(kind), path, "k1"),
    ):
        with database.write() as session, pytest.raises(Forbidden):
            act(session)

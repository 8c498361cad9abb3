"""A sheet alone must not take an account over unseen: mail, the record, and three days without a copy."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Refusal
from portal.services import access_code, own_data, own_log, sheet
from portal.services.own_log import By, Event
from portal.services.sheet import Purpose
from portal.store import account as accounts
from portal.store import audit
from portal.store.tables import account, outbox
from tests.services.own_data_world import OwnDataWorld
from tests.services.test_own_data import PASSWORDS

NOBODY = Actor(ActorKind.PUBLIC)
BORN = date(1990, 1, 1)
NEW = "kaki-no-ki-to-suzume"


@pytest.fixture
def world(database: Any, clock: Any) -> OwnDataWorld:
    made = OwnDataWorld(database, clock)
    # Hana has an address and wants no notices of messages.
    with database.write() as session:
        accounts.set_mail(session, made.hana.account_id, "hana@mihon.example", notice=False)
        whose = account.c.id == made.hana.account_id
        session.execute(account.update().where(whose).values(totp_sealed=b"x"))
        session.commit()
    return made


def waiting(world: OwnDataWorld) -> list[tuple[str, int]]:
    """Which mails wait; then none waits."""
    with world.database.write() as session:
        rows = session.execute(select(outbox.c.kind, outbox.c.account_id)).all()
        session.execute(outbox.delete())
        session.commit()
        return [tuple(row) for row in rows]


def issue(world: OwnDataWorld, purpose: Purpose) -> str:
    office = world.hana.office_id
    return str(world.act(sheet.issue, world.clerk, office, purpose, activation_days=14).code.code)


def choose(world: OwnDataWorld) -> None:
    code = issue(world, Purpose.PASSWORD)
    world.act(
        access_code.choose_password,
        NOBODY,
        PASSWORDS,
        code=code,
        birth_date=BORN,
        password=NEW,
        address="192.0.2.1",
    )


def take(world: OwnDataWorld) -> Any:
    typed = {"password": NEW, "address": "192.0.2.1", "form": "json"}
    return world.act(own_data.take, world.hana.actor, PASSWORDS, **typed).content


def record(world: OwnDataWorld) -> list[tuple[Event, By]]:
    with world.database.read() as session:
        found = own_log.own_log(session, world.clock, world.hana.actor)
        return [(entry.event, entry.by) for entry in found.entries]


def test_the_persons_own_address_hears_of_the_sheet_and_of_its_use(world: OwnDataWorld) -> None:
    code = issue(world, Purpose.PASSWORD)
    assert waiting(world) == [("account_notice", world.hana.account_id)]
    typed = {"code": code, "birth_date": BORN, "password": NEW, "address": "192.0.2.1"}
    world.act(access_code.choose_password, NOBODY, PASSWORDS, **typed)
    assert waiting(world) == [("account_notice", world.hana.account_id)]
    code = issue(world, Purpose.SECOND_FACTOR)
    assert waiting(world) == [("account_notice", world.hana.account_id)]
    world.act(access_code.reset, NOBODY, code=code, birth_date=BORN, address="192.0.2.1")
    assert waiting(world) == [("account_notice", world.hana.account_id)]


def test_the_use_of_a_sheet_stands_in_the_record_as_done_by_whoever_held_the_code(
    world: OwnDataWorld,
) -> None:
    choose(world)
    code = issue(world, Purpose.SECOND_FACTOR)
    world.act(access_code.reset, NOBODY, code=code, birth_date=BORN, address="192.0.2.1")
    assert record(world)[:4] == [
        (Event.SECOND_FACTOR_BY_CODE, By.HOLDER),
        (Event.SHEET, By.OFFICE),
        (Event.PASSWORD_BY_CODE, By.HOLDER),
        (Event.SHEET, By.OFFICE),
    ]


def test_no_copy_is_taken_for_three_days_after_a_password_came_by_a_code(world: OwnDataWorld) -> None:
    choose(world)
    for _ in range(4):
        with pytest.raises(Refusal) as refused:
            take(world)
        assert refused.value.reason == "copy_after_code"
        assert refused.value.facts == {"days": 3, "from_day": date(2026, 6, 19)}
        world.clock.advance(timedelta(hours=23, minutes=59) - timedelta(minutes=1))
    assert take(world)["schema"] == own_data.SCHEMA


def test_after_a_new_account_a_copy_is_taken_at_once(world: OwnDataWorld) -> None:
    with world.database.write() as session:
        accounts.set_password(session, world.hana.account_id, PASSWORDS.hash_new(NEW), world.clock.now())
        whose = ("seeker", world.hana.seeker_id)
        audit.record(session, world.clock.now(), NOBODY, "account.activate", subject=whose)
        session.commit()
    assert take(world)["schema"] == own_data.SCHEMA

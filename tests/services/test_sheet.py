"""Sheets for the counter: what is handed out, that an earlier one stops working, and what is not printed."""

from datetime import date
from typing import Any

import pytest

from portal.domain.actor import Actor
from portal.domain.refusal import Conflict, NotFound
from portal.services import access_code, change_sheet, sheet
from portal.services.sheet import Purpose
from tests.build import build_account, build_seeker
from tests.registrations import OTHER_OFFICE, build_office_clerk, prepare, register


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


def issue(database: Any, clock: Any, clerk: Actor, office_id: str, purpose: Purpose) -> sheet.IssuedSheet:
    with database.write() as session:
        return sheet.issue(session, clock, clerk, office_id, purpose, activation_days=14)


def standing(database: Any, clerk: Actor, office_id: str) -> sheet.SheetStanding:
    with database.read() as session:
        return sheet.standing(session, clerk, office_id)


def look(database: Any, clock: Any, code: str, birth_date: date) -> access_code.Usable:
    with database.write() as session:
        return access_code.look(
            session, clock, Actor("public"), code=code, birth_date=birth_date, address="192.0.2.1"
        )


def test_a_first_sheet_opens_an_account_together_with_the_birth_date(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk)
    assert standing(database, clerk, done.office_id).offers == (Purpose.ACTIVATION,)
    issued = issue(database, clock, clerk, done.office_id, Purpose.ACTIVATION)
    assert issued.number_end == "345"
    assert issued.code.last_day == date(2026, 6, 29)
    assert issued.code.link
    assert look(database, clock, issued.code.code, date(1990, 1, 1)).purpose is Purpose.ACTIVATION
    told = standing(database, clerk, done.office_id)
    assert (told.last_purpose, told.last_day, told.used_at) == (Purpose.ACTIVATION, date(2026, 6, 29), None)


def test_a_new_sheet_makes_the_earlier_one_useless(database: Any, clock: Any, clerk: Actor) -> None:
    done = register(database, clock, clerk)
    first = issue(database, clock, clerk, done.office_id, Purpose.ACTIVATION)
    second = issue(database, clock, clerk, done.office_id, Purpose.ACTIVATION)
    assert first.code.code != second.code.code
    with pytest.raises(Exception, match="code_replaced"):
        look(database, clock, first.code.code, date(1990, 1, 1))
    assert look(database, clock, second.code.code, date(1990, 1, 1))


def test_whoever_has_an_account_gets_a_sheet_for_a_new_password_instead(
    database: Any, clock: Any, clerk: Actor
) -> None:
    built = build_seeker(database, office_code=clerk.office_code or "")
    build_account(database, kind="seeker", seeker_id=built.id)
    shown = sheet.scope.public_id(built.office_id)
    assert standing(database, clerk, shown).offers == (Purpose.PASSWORD,)
    for purpose in (Purpose.ACTIVATION, Purpose.SECOND_FACTOR):
        with pytest.raises(Conflict):
            issue(database, clock, clerk, shown, purpose)
    issued = issue(database, clock, clerk, shown, Purpose.PASSWORD)
    assert look(database, clock, issued.code.code, date(1990, 1, 1)).purpose is Purpose.PASSWORD
    assert standing(database, clerk, shown).last_purpose is Purpose.PASSWORD


def test_another_office_hands_out_nothing(database: Any, clock: Any, clerk: Actor) -> None:
    done = register(database, clock, clerk)
    other = build_office_clerk(database, OTHER_OFFICE)
    with pytest.raises(NotFound):
        issue(database, clock, other, done.office_id, Purpose.ACTIVATION)
    with pytest.raises(NotFound):
        standing(database, other, done.office_id)
    with database.read() as session, pytest.raises(NotFound):
        change_sheet.office_change_sheet(session, clock, other, done.office_id)


def test_the_change_sheet_holds_the_present_data_and_nothing_of_the_identity(
    database: Any, clock: Any, clerk: Actor
) -> None:
    done = register(database, clock, clerk, range_municipal="")
    with database.read() as session:
        data = change_sheet.office_change_sheet(session, clock, clerk, done.office_id)
    assert (data.range_private, data.range_municipal, data.valid_until) == (True, False, date(2026, 8, 31))
    for hidden in ("見本　花子", "ハナコ", "00012345", "架空商事"):
        assert hidden not in repr(data)


def test_a_seeker_prints_the_own_change_sheet_only(database: Any, clock: Any, clerk: Actor) -> None:
    built = build_seeker(database, with_account=True)
    with database.read() as session:
        assert change_sheet.own_change_sheet(session, clock, built.actor).valid_until == date(2027, 3, 31)

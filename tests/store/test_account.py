"""Accounts in the database: conditional updates that let one of two win, and names that are unique however written."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.domain.account import AccountKind, Stage
from portal.store import access_code, web_session
from portal.store import account as store
from portal.store.access_code import Purpose
from portal.store.keyring import KeyMissingError
from portal.store.tables import account, post
from tests import build

TODAY = date(2026, 6, 15)


@pytest.fixture
def account_id(database: Any) -> int:
    return build.build_account(database, name="kakuu-1")


def test_names_stand_in_no_row_that_a_thief_could_read(database: Any, clock: Any) -> None:
    with database.write() as session:
        number = store.add(session, clock.now(), AccountKind.MEMBER, "Kakuu.Hanako", "架空 花子")
        row = session.execute(select(account).where(account.c.id == number)).one()
        told = " ".join(map(str, row)) + "".join(
            value.decode("utf-8", "replace") for value in row if isinstance(value, bytes)
        )
        found = store.by_id(session, number)
    assert not any(word in told.casefold() for word in ("kakuu", "hanako", "架空", "花子"))
    assert len(row.sign_in_key) == 64
    assert found is not None
    assert (found.sign_in_name, found.display_name) == ("Kakuu.Hanako", "架空 花子")


def test_the_names_of_one_account_do_not_open_as_another_s(database: Any, clock: Any) -> None:
    with database.write() as session:
        first = store.add(session, clock.now(), AccountKind.MEMBER, "mihon-1", "見本 一")
        second = store.add(session, clock.now(), AccountKind.MEMBER, "mihon-2", "見本 二")
        names = session.execute(
            select(account.c.sign_in_name_sealed, account.c.display_name_sealed).where(account.c.id == first)
        ).one()
        session.execute(update(account).where(account.c.id == second).values(**names._mapping))
        with pytest.raises(KeyMissingError):
            store.by_id(session, second)


@pytest.mark.parametrize("typed", ["mihon-1", "MIHON-1", " ｍｉｈｏｎ-1 "])
def test_an_account_is_found_however_its_name_is_written(database: Any, clock: Any, typed: str) -> None:
    with database.write() as session:
        number = store.add(session, clock.now(), AccountKind.MEMBER, "Mihon-1", "見本")
        found, known = store.by_name(session, typed), store.credentials(session, typed, TODAY)
    assert found is not None
    assert known is not None
    assert (found.id, known.account.id, found.sign_in_name) == (number, number, "Mihon-1")


def test_a_step_is_used_once_and_never_an_earlier_one(database: Any, account_id: int) -> None:
    with database.write() as session:
        assert [store.use_step(session, account_id, step) for step in (100, 100, 99, 101)] == [
            True,
            False,
            False,
            True,
        ]


def test_a_second_factor_is_set_once(database: Any, account_id: int) -> None:
    with database.write() as session:
        assert store.set_totp(session, account_id, "FIRST", 100)
        assert not store.set_totp(session, account_id, "SECOND", 101)
        assert store.totp_secret(session, account_id) == ("FIRST", 100)
        store.clear_second_factor(session, account_id)
        assert store.totp_secret(session, account_id) is None


def test_a_password_is_confirmed_only_while_it_is_the_same(
    database: Any, account_id: int, clock: Any
) -> None:
    with database.write() as session:
        store.set_password(session, account_id, "old", clock.now())
        assert store.confirm_password(session, account_id, "old", "old, hashed anew")
        assert not store.confirm_password(session, account_id, "old", "too late")
        store.close(session, account_id, clock.now())
        assert not store.confirm_password(session, account_id, "old, hashed anew", "closed")


def test_closing_takes_every_secret_away(database: Any, account_id: int, clock: Any) -> None:
    with database.write() as session:
        store.set_password(session, account_id, "hash", clock.now())
        store.set_totp(session, account_id, "SECRET", 1)
        store.set_mail(session, account_id, "mihon@example.jp", notice=True)
        assert store.close(session, account_id, clock.now())
        assert not store.close(session, account_id, clock.now())
        row = session.execute(select(account).where(account.c.id == account_id)).one()
    assert (row.password_hash, row.totp_sealed, row.mail_sealed, row.mail_notice) == (None, None, None, False)


@pytest.mark.parametrize("name", ["kakuu-1", "KAKUU-1", "ｋａｋｕｕ－１"])
def test_a_name_is_given_once_however_it_is_written(
    database: Any, account_id: int, clock: Any, name: str
) -> None:
    with database.write() as session:
        with pytest.raises(store.NameTaken):
            store.add(session, clock.now(), AccountKind.MEMBER, name, "見本")
        # The refused row has not spoiled the transaction.
        assert store.count(session) == 1
        assert store.add(session, clock.now(), AccountKind.MEMBER, "kakuu-2", "見本") != account_id


def test_another_fault_is_not_taken_for_a_name(database: Any, clock: Any) -> None:
    built = build.build_seeker(database, with_account=True)
    with database.write() as session, pytest.raises(IntegrityError, match="seeker_id"):
        store.add(session, clock.now(), AccountKind.SEEKER, "hana-9", "", seeker_id=built.id)


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (TODAY - timedelta(days=9), TODAY + timedelta(days=1), True),
        (TODAY - timedelta(days=9), TODAY, False),
    ],
)
def test_a_post_counts_until_the_day_before_it_was_ended(
    database: Any, account_id: int, since: date, until: date | None, *, counts: bool
) -> None:
    with database.write() as session:
        number = store.add_post(session, account_id, "office_clerk", since, office_code="9901")
        session.execute(post.update().where(post.c.id == number).values(until=until))
        found = store.credentials(session, "kakuu-1", TODAY)
    assert found is not None
    assert found.posted is counts


def test_a_code_is_consumed_once_and_not_when_it_is_over(database: Any, account_id: int, clock: Any) -> None:
    now = clock.now()

    def add(session: Any, code: str) -> int:
        return access_code.add(
            session, Purpose.PASSWORD, code, None, now, now + timedelta(days=1), account_id=account_id
        )

    with database.write() as session:
        first = add(session, "AAAAAAAAAAAA")
        assert access_code.consume(session, first, now, 5)
        assert not access_code.consume(session, first, now, 5)
        expired = add(session, "BBBBBBBBBBBB")
        assert not access_code.consume(session, expired, now + timedelta(days=1), 5)
        failed = add(session, "CCCCCCCCCCCC")
        for _ in range(5):
            access_code.fail(session, failed)
        assert not access_code.consume(session, failed, now, 5)
        revoked = add(session, "DDDDDDDDDDDD")
        assert access_code.revoke_open(session, Purpose.PASSWORD, now, account_id=account_id) == 3
        assert not access_code.consume(session, revoked, now, 5)


def test_sessions_without_an_account_or_an_end_cannot_be_stored(
    database: Any, account_id: int, clock: Any
) -> None:
    now = clock.now()
    with database.write() as session:
        with pytest.raises(IntegrityError):
            web_session.add(session, b"x" * 32, account_id, Stage.SIGNED_IN, now, now)
        session.rollback()
        with pytest.raises(IntegrityError):
            web_session.add(session, b"x" * 32, 10**9, Stage.SIGNED_IN, now, now + timedelta(hours=1))

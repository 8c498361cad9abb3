"""Who somebody was goes two years after they left: nothing of the person stays, counts do, and blocks hold."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import NoResultFound

from portal.calendar.clock import FixedClock
from portal.calendar.day import add_months
from portal.domain.actor import Actor
from portal.domain.retention import Counts, Kind
from portal.services import complaint_officer, public_id, retention, seeker
from portal.store import seeker as store
from portal.store import words
from portal.store.database import Database
from portal.store.tables import (
    access_code,
    account,
    audit,
    block_tombstone,
    correction,
    draft,
    metadata,
    profile_text,
    profile_words,
    seeker_change,
    seeker_erasure,
    seeker_identity,
    session,
)
from portal.store.tables import block as blocks
from portal.store.tables import profile as profiles
from portal.store.tables import seeker as seekers
from tests.build import BuiltSeeker, build_clerk, build_codes, build_member, build_seeker, build_unit
from tests.registrations import build_office_clerk, prepare, register
from tests.services.relay_world import rows_of
from tests.services.retention_world import Years

NUMBER = "13999-00012345"
GOES = date(2028, 6, 16)
TOLD = GOES - timedelta(days=30)


@pytest.fixture
def years(database: Database, clock: FixedClock) -> Years:
    return Years(database, clock)


def stop(years: Years, who: BuiltSeeker | None = None) -> None:
    with years.database.write() as session_:
        seeker.stop(session_, years.clock, (who or years.seeker).actor)


def both_days(years: Years) -> dict[Kind, Counts]:
    years.on(TOLD).run()
    return years.on(GOES).run()


def test_an_identity_is_announced_on_the_person_s_page_and_goes_with_the_last_text(years: Years) -> None:
    stop(years)
    years.on(TOLD - timedelta(days=1)).run()
    assert years.notices() == []
    years.on(TOLD).run()
    assert years.notices() == [("identity", GOES), ("thread", GOES)]
    with years.database.read() as session_:
        assert retention.announced(session_, years.clock, years.seeker.actor).identity == GOES
    years.on(GOES - timedelta(days=1)).run()
    assert rows_of(years.database, seeker_identity) == 1
    counts = years.on(GOES).run()
    assert (counts[Kind.THREAD], counts[Kind.IDENTITY]) == (Counts(ended=1), Counts(ended=1))
    assert (rows_of(years.database, seeker_identity), rows_of(years.database, seeker_erasure)) == (0, 1)
    assert both_days(years)[Kind.IDENTITY] == Counts()


def test_P_Q9_a_day_that_is_past_does_not_tell_of_a_case_the_seeker_does_not_see(years: Years) -> None:
    build_codes(years.database, "office", ["9901"])
    build_clerk(years.database, office_code="9901", role="office_desk")
    officer = build_member(years.database, years.unit, role="officer").actor
    typed = {"kind": "trouble", "office": "9901", "text": "見本: 話が合いません。"}
    thread = years.unit.token(years.seeker, "thread")
    with years.database.write() as session_:
        complaint_officer.consult(session_, years.clock, officer, typed, "form-1", thread=thread)
    stop(years)

    def told() -> date | None:
        with years.database.read() as session_:
            return retention.announced(session_, years.clock, years.seeker.actor).identity

    assert both_days(years)[Kind.IDENTITY] == Counts(held=1)
    # The run of this day may still be to come, with everybody.
    assert told() == GOES
    years.on(GOES + timedelta(days=1)).run()
    assert ("identity", GOES) in years.notices()
    assert told() is None


def test_who_is_in_the_service_is_never_touched(years: Years) -> None:
    assert both_days(years)[Kind.IDENTITY] == Counts()
    assert rows_of(years.database, seeker_identity) == 1


def test_a_registration_that_ended_counts_from_its_last_day(database: Database, clock: FixedClock) -> None:
    years = Years(database, clock)
    build_seeker(database, valid_until=date(2026, 8, 31))
    years.on(add_months(date(2026, 8, 31), 24) - timedelta(days=29)).run()
    assert years.notices()[0] == ("identity", date(2028, 9, 1))


def test_who_is_registered_again_in_time_keeps_everything(years: Years) -> None:
    stop(years)
    years.on(TOLD).run()
    with years.database.write() as session_:
        session_.execute(update(seekers).values(stopped_at=None))
        session_.commit()
    assert years.on(GOES).run()[Kind.IDENTITY] == Counts(taken_back=1)
    assert rows_of(years.database, seeker_identity) == 1


def test_a_correction_that_is_asked_for_holds_the_identity(years: Years) -> None:
    stop(years)
    with years.database.write() as session_:
        session_.execute(
            correction.insert().values(
                public_id=bytes(16),
                seeker_id=years.seeker.id,
                part="other",
                text_sealed=b"x",
                asked_at=years.clock.now(),
            )
        )
        session_.commit()
    assert both_days(years)[Kind.IDENTITY] == Counts(held=1)


# Nothing stays


CANARY = "架空カナリア太郎左衛門"


@pytest.fixture
def clerk(database: Database, clock: FixedClock) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


def whole(database: Database, seeker_id: int) -> dict[str, list[Any]]:
    """Every row of every table that names a seeker or their account."""
    with database.read() as session_:
        numbers = list(session_.scalars(select(account.c.id).where(account.c.seeker_id == seeker_id)))
        found: dict[str, list[Any]] = {}
        for table in metadata.sorted_tables:
            for column, values in (("seeker_id", [seeker_id]), ("account_id", numbers)):
                if column in table.c and table is not audit:
                    rows = session_.execute(select(table).where(table.c[column].in_(values))).all()
                    found.setdefault(table.name, []).extend(rows)
        return {name: rows for name, rows in found.items() if rows}


def test_of_a_person_nothing_is_left_but_numbers_and_what_counts(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    made = register(database, clock, clerk)
    with database.write() as session_:
        number = session_.scalars(select(seekers.c.id)).one()
        session_.execute(
            account.insert().values(
                kind="seeker",
                **store_names(session_),
                password_hash="x",
                mail_sealed=b"x",
                mail_notice=True,
                seeker_id=number,
                created_at=clock.now(),
            )
        )
        account_id = session_.scalars(select(account.c.id).where(account.c.seeker_id == number)).one()
        session_.execute(
            session.insert().values(
                id_hash=bytes(32),
                account_id=account_id,
                stage="signed_in",
                created_at=clock.now(),
                seen_at=clock.now(),
                ends_at=clock.now() + timedelta(days=9999),
            )
        )
        session_.execute(
            draft.insert().values(
                account_id=account_id,
                place_key=b"p",
                scope_key=b"s",
                content_sealed=b"x",
                saved_at=clock.now(),
                expires_at=clock.now() + timedelta(days=9999),
            )
        )
        session_.execute(profile_text.delete())
        session_.execute(
            profile_text.insert().values(seeker_id=number, kind="pr", text=CANARY, published_at=clock.now())
        )
        words.put(session_, [number])
        session_.commit()
    person = BuiltSeeker(number, b"", b"", account_id)
    years = object.__new__(Years)
    years.database, years.clock, years.seeker = database, clock, person
    stop(years)
    both_days(years)

    left = whole(database, number)
    assert set(left) == {"account", "consent", "profile", "seeker_erasure"}
    (row,) = left["account"]
    assert (row.mail_sealed, row.password_hash, row.mail_notice, row.totp_sealed) == (None, None, False, None)
    assert row.closed_at is not None
    (shown,) = left["profile"]
    assert (shown.published, shown.stopped, shown.tokens) == (False, True, frozenset())
    assert shown.eligible_from is None
    for table in (seeker_identity, seeker_change, session, draft, access_code, profile_words):
        assert rows_of(database, table) == 0, table.name
    with database.read() as session_:
        assert session_.execute(select(seekers.c.registration_key)).scalar_one() != store.registration_key(
            session_, NUMBER
        )
        with pytest.raises(NoResultFound):
            store.identity(session_, number)
        assert store.page(session_, "1399", before=None, limit=9) == []
        assert store.find(session_, public_id.read(made.office_id) or b"", "1399") is None


def store_names(session_: Any) -> dict[str, Any]:
    from portal.store.account import sealed_names
    from portal.store.keyring import keyring

    return sealed_names(keyring(session_), "kakuu-hanako", "架空 花子")


def test_S_Q5_a_block_holds_when_the_same_number_is_registered_again_after_the_identity_went(
    database: Database, clock: FixedClock, clerk: Actor
) -> None:
    unit = build_unit(database)
    register(database, clock, clerk)
    with database.write() as session_:
        number = session_.scalars(select(seekers.c.id)).one()
        session_.execute(blocks.insert().values(seeker_id=number, unit_id=unit.id, since=clock.now()))
        session_.commit()
    years = object.__new__(Years)
    years.database, years.clock, years.seeker = database, clock, BuiltSeeker(number, b"", b"", None)
    stop(years)
    both_days(years)
    with database.read() as session_:
        assert session_.scalar(select(func.count()).select_from(blocks)) == 0
        (tomb,) = session_.execute(select(block_tombstone)).all()
        assert (tomb.registration_key, tomb.unit_id) == (store.registration_key(session_, NUMBER), unit.id)
    again = register(database, clock, clerk, **days_from(years.today))
    assert again.blocks == 1
    with database.read() as session_:
        new = session_.scalars(select(blocks.c.seeker_id)).one()
        assert new != number
        assert new in set(session_.scalars(select(profiles.c.seeker_id)))
    assert rows_of(database, block_tombstone) == 0


def days_from(today: date) -> dict[str, str]:
    return {"registered_on": today.isoformat()}


def test_counts_of_messages_and_of_views_do_not_change(years: Years) -> None:
    tables = [
        table for table in metadata.sorted_tables if table.name in {"message", "thread", "send", "quota_use"}
    ]
    before = [rows_of(years.database, table) for table in tables]
    stop(years)
    both_days(years)
    assert [rows_of(years.database, table) for table in tables] == before

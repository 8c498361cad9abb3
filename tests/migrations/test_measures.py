"""Measures that were taken before there was a history become its first entries; the way back loses none of them."""

from datetime import date

from sqlalchemy import text

from portal.store.database import make_engine
from portal.store.migrate import downgrade, upgrade
from tests.build import build_unit, open_database


def test_measures_from_before_become_the_first_entries_and_their_reason_the_bureaus_note(
    database_url: str,
) -> None:
    database = open_database(database_url)
    build_unit(database, number="99-ユ-000001", suspended_from=date(2026, 6, 1), daily_limit=200)
    build_unit(database, number="99-ユ-000002", daily_limit=0)
    build_unit(database, number="99-ユ-000003")
    database.dispose()
    downgrade(database_url, "0014")
    engine = make_engine(database_url)
    with engine.begin() as connection:
        written = "UPDATE unit SET suspension_reason = '見本: 内部の経過' WHERE suspended_from IS NOT NULL"
        connection.execute(text(written))
    upgrade(database_url)
    with engine.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT u.number, m.serial, m.kind, m.daily_limit, m.reason, m.told, m.note FROM measure AS m "
                "JOIN unit AS u ON u.id = m.unit_id ORDER BY u.number, m.serial"
            )
        )
        assert [tuple(row) for row in rows] == [
            ("99-ユ-000001", 1, "suspension", None, "other", "", "見本: 内部の経過"),
            ("99-ユ-000001", 2, "limit", 200, "other", "", ""),
            ("99-ユ-000002", 1, "limit", 0, "other", "", ""),
        ]
        reasons = connection.execute(text("SELECT suspension_reason FROM unit ORDER BY number")).scalars()
        assert list(reasons) == ["other", None, None]
    engine.dispose()

    downgrade(database_url, "0014")
    engine = make_engine(database_url)
    with engine.connect() as connection:
        reasons = connection.execute(text("SELECT suspension_reason FROM unit ORDER BY number")).scalars()
        assert list(reasons) == ["見本: 内部の経過", None, None]
    engine.dispose()

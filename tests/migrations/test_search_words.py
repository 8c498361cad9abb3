"""What was registered before searching for words came is found by words and by the parts of whole places after it."""

from datetime import date

from sqlalchemy import insert, text, update

from portal.domain.reach import UnitClass
from portal.store import search
from portal.store.migrate import downgrade, upgrade
from portal.store.tables import code, profile_choice
from portal.store.words import Way, way
from tests.build import build_codes, build_seeker, build_unit, open_database

TODAY = date(2026, 6, 15)


def test_texts_and_places_of_before_are_found_after_going_down_and_up(database_url: str) -> None:
    database = open_database(database_url)
    unit = build_unit(database)
    build_codes(database, "prefecture", ["24"])
    build_codes(database, "municipality", ["23100", "24201"])
    with database.write() as session:
        session.execute(update(code).where(code.c.code == "23100").values(facts="level=designated_city"))
        session.commit()
    wished = {"24": "prefecture", "23100": "municipality", "24201": "municipality"}
    people = {}
    for place, kind in wished.items():
        people[place] = build_seeker(database, tokens=[f"place:{place}"], pr=f"架空の接客 {place}")
        with database.write() as session:
            session.execute(
                insert(profile_choice).values(
                    seeker_id=people[place].id, role="place", position=1, kind=kind, code=place
                )
            )
            session.commit()
    without = build_seeker(database)
    database.dispose()

    downgrade(database_url, "0006")
    upgrade(database_url)

    database = open_database(database_url)
    with database.read() as session:

        def found(*keys: str, tokens: tuple[str, ...] = ()) -> set[int]:
            demands = [{token} for token in tokens]
            asked = (session, unit.id, UnitClass.PRIVATE, TODAY, demands, None, 20)
            told = [
                {one.seeker_id for one in search.page(*asked, keys=keys, way=each)}
                for each in (Way.WALK, Way.BY_WORDS, way(session, demands, keys))
            ]
            assert told[0] == told[1] == told[2]
            return told[0]

        everybody = {who.id for who in people.values()}
        assert found() == everybody | {without.id}
        assert found("接客") == everybody
        assert found("24201") == {people["24201"].id}
        assert found(tokens=("whole:24",)) == {people["24"].id}
        assert found(tokens=("whole:23100",)) == {people["23100"].id}
        assert found(tokens=("place:24201",)) == {people["24201"].id}
        assert found(tokens=("whole:24201",)) == set()
    database.dispose()

    downgrade(database_url, "0006")
    database = open_database(database_url)
    with database.read() as session:
        kept = session.scalars(text("SELECT tokens FROM profile ORDER BY seeker_id")).all()
    assert not any("whole:" in str(tokens) for tokens in kept)
    assert sum("place:" in str(tokens) for tokens in kept) == len(wished)
    database.dispose()

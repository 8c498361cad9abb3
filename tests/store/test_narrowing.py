"""What narrows a search, in SQL and in plain Python, on both engines."""

import random
from datetime import date

from sqlalchemy import insert, select

from portal.domain.narrowing import Narrowing
from portal.domain.reach import UnitClass
from portal.store.database import Database
from portal.store.narrowing import Wanted, counts, narrowed
from portal.store.tables import letterhead, profile, profile_choice, profile_view, thread
from tests.build import LONG_AGO, build_codes, build_seeker, build_unit

TODAY = date(2026, 6, 15)
MONTHS = [date(2026, month, 1) for month in (3, 4, 5, 6)]
BANDS = ["under_1", "1_to_3", "3_to_5"]
CODES = ["031", "032", "051"]


def test_the_condition_holds_for_exactly_those_for_whom_it_should(database: Database) -> None:
    chance = random.Random(20)
    own, other = build_unit(database), build_unit(database)
    build_codes(database, "occupation", CODES)
    people: dict[int, tuple[date, set[tuple[str, str]], bool, bool]] = {}
    for _ in range(60):
        month = chance.choice(MONTHS)
        who = build_seeker(database, month=month)
        worked = {(code, chance.choice(BANDS)) for code in chance.sample(CODES, chance.randrange(3))}
        written, opened = chance.random() < 0.4, chance.random() < 0.4
        people[who.id] = (month, worked, written, opened)
        with database.write() as session:
            for position, (code, band) in enumerate(sorted(worked), 1):
                session.execute(
                    insert(profile_choice).values(
                        seeker_id=who.id,
                        role="experience",
                        position=position,
                        kind="occupation",
                        code=code,
                        band=band,
                    )
                )
            # What another unit has done makes no difference.
            for unit, did in ((own, (written, opened)), (other, (not written, not opened))):
                if did[0]:
                    head = session.execute(
                        insert(letterhead)
                        .values(unit_id=unit.id, digest=f"{who.id}", content="{}", created_at=LONG_AGO)
                        .returning(letterhead.c.id)
                    ).scalar_one()
                    session.execute(
                        insert(thread).values(
                            unit_id=unit.id,
                            seeker_id=who.id,
                            opened_at=LONG_AGO,
                            last_at=LONG_AGO,
                            letterhead_id=head,
                        )
                    )
                if did[1]:
                    for day in (date(2026, 6, 1), TODAY):
                        session.execute(
                            insert(profile_view).values(unit_id=unit.id, seeker_id=who.id, jst_day=day, n=1)
                        )
            session.commit()
    asked, expected = [], []
    for _ in range(40):
        narrowing = Narrowing(
            years=tuple(chance.sample(BANDS, chance.choice([0, 0, 1, 2]))),
            unwritten=chance.random() < 0.5,
            unopened=chance.random() < 0.5,
            since=chance.choice([None, *MONTHS]),
        )
        codes = frozenset(("occupation", code) for code in chance.sample(CODES, chance.choice([0, 1, 2])))
        wanted = {
            number
            for number, (month, worked, written, opened) in people.items()
            if (narrowing.since is None or month >= narrowing.since)
            and not (narrowing.unwritten and written)
            and not (narrowing.unopened and opened)
            and (
                not narrowing.years
                or any(
                    band in narrowing.years and (not codes or ("occupation", code) in codes)
                    for code, band in worked
                )
            )
        }
        with database.read() as session:
            condition = narrowed(own.id, narrowing, codes)
            found = set(session.scalars(select(profile.c.seeker_id).where(condition)))
        assert found == wanted, (narrowing, codes)
        asked.append(Wanted([], narrowing=narrowing, occupations=codes))
        expected.append(len(wanted))
    with database.read() as session:
        assert counts(session, own.id, UnitClass.PRIVATE, TODAY, asked, 100) == expected
        capped = counts(session, own.id, UnitClass.PRIVATE, TODAY, asked, 5)
    assert capped == [min(number, 6) for number in expected]
    assert len(set(expected)) > 10

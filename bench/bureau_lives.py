"""What becomes of each organisation in the year: every fortieth lives through the same, so that nothing is missing.

A life is a generator: it does something at the bureau and says on which day it goes on.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from bench.bureau_cast import Contract, Organisation, contractor_name, officers, organisation
from bench.bureau_play import Play

FIRST_DAY = date(2026, 4, 1)
LAST_DAY = date(2027, 4, 30)
YEAR_END = date(2027, 3, 31)
FAR = date(2029, 3, 31)
ROUND = 40

Life = Iterator[date]


def lives(count: int, seed: int, bases: Mapping[str, str]) -> Iterator[Callable[[Play], Life]]:
    """The lives of so many organisations; the same ones for the same seed."""
    for serial in range(1, count + 1):
        drawn = random.Random(seed * 1_000_003 + serial)
        who = organisation(serial, drawn, bases)
        yield lambda play, who=who, drawn=drawn: _live(play, who, drawn)


def _live(play: Play, who: Organisation, drawn: random.Random) -> Life:
    act = _LIVES.get(who.serial % ROUND, _plain)
    yield weekday(FIRST_DAY + timedelta(days=drawn.randrange(50)))
    yield from act(play, who, drawn)


def weekday(day: date) -> date:
    """That day, or the Monday after it: the bureau is closed on weekends."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def _later(play: Play, drawn: random.Random, least: int = 2, most: int = 9) -> date:
    return weekday(play.today + timedelta(days=drawn.randint(least, most)))


def _taken(play: Play, who: Organisation) -> str:
    """An application that came, every second one filled in in the portal before."""
    return play.receive(play.fill_in(who)) if who.serial % 2 else play.apply(who)


def _begun(play: Play, who: Organisation, drawn: random.Random, until: date = FAR) -> Life:
    ref = _taken(play, who)
    yield _later(play, drawn)
    if who.serial % 3 == 0:
        play.look_through(ref)
    play.begin(who, ref, until)


def _plain(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn)


# Applications


def _branch_applies_too(play: Play, who: Organisation, drawn: random.Random) -> Life:
    """P-Q3: one number, two branches; the second application shares unit and counter (R2)."""
    who.branches = (("01", "架空第一支店"), ("02", "架空第二支店"))
    yield from _begun(play, who, drawn)
    yield _later(play, drawn, 30, 60)
    second = play.apply(who, number=f"{who.number}-02", name=f"{who.name} 架空第二支店")
    yield _later(play, drawn)
    play.join(who, second)


def _department_applies_too(play: Play, who: Organisation, drawn: random.Random) -> Life:
    """M-Q5: departments of one body do not apply by themselves."""
    yield from _begun(play, who, drawn)
    yield _later(play, drawn, 30, 60)
    second = play.apply(who, name=f"{who.name} 福祉課")
    yield _later(play, drawn)
    play.refuse(second)


def _asked_back(play: Play, who: Organisation, drawn: random.Random) -> Life:
    ref = _taken(play, who)
    yield _later(play, drawn)
    play.ask_back(ref)
    yield _later(play, drawn, 7, 20)
    play.receive_again(ref)
    yield _later(play, drawn)
    play.begin(who, ref, FAR)


def _refused_at_first(play: Play, who: Organisation, drawn: random.Random) -> Life:
    ref = _taken(play, who)
    yield _later(play, drawn)
    play.refuse(ref)
    yield _later(play, drawn, 60, 120)
    yield from _begun(play, who, drawn)


def _withdrawn(play: Play, who: Organisation, drawn: random.Random) -> Life:
    ref = _taken(play, who)
    yield _later(play, drawn)
    play.ask_back(ref)
    yield _later(play, drawn, 20, 40)
    play.withdraw(ref)


def _never_brought(play: Play, who: Organisation, drawn: random.Random) -> Life:
    play.fill_in(who)
    yield from ()


def _still_in_hand(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield weekday(LAST_DAY - timedelta(days=drawn.randint(3, 60)))
    ref = _taken(play, who)
    if who.serial % ROUND == 22:
        yield _later(play, drawn, 1, 1)
        play.ask_back(ref)


# Days of validity


def _renewed(play: Play, who: Organisation, drawn: random.Random) -> Life:
    until = YEAR_END if who.municipal else date(2026, 10, 31)
    yield from _begun(play, who, drawn, until)
    yield weekday(until - timedelta(days=drawn.randint(20, 50)))
    ref = play.apply(who, "renewal")
    yield _later(play, drawn)
    play.renew(who, ref, FAR)


def _renewed_late(play: Play, who: Organisation, drawn: random.Random) -> Life:
    """Nothing is valid in the gap."""
    until = date(2026, 9, 30)
    yield from _begun(play, who, drawn, until)
    yield weekday(until + timedelta(days=20))
    ref = play.apply(who, "renewal")
    yield _later(play, drawn)
    play.renew(who, ref, FAR)


def _never_renewed(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn, YEAR_END if who.serial % ROUND == 23 else date(2026, 12, 31))


def _over_and_again(play: Play, who: Organisation, drawn: random.Random) -> Life:
    """A new application under the known number lets the same unit go on."""
    yield from _begun(play, who, drawn, date(2026, 8, 31))
    yield date(2026, 11, 4)
    yield from _begun(play, who, drawn)


def _ended_and_again(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn)
    yield date(2026, 10, 20)
    play.end(who, date(2026, 11, 15))
    yield date(2027, 1, 20)
    yield from _begun(play, who, drawn)


def _ends_with_the_year(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn)
    yield weekday(date(2027, 3, 1) + timedelta(days=drawn.randrange(20)))
    play.end(who, YEAR_END)


# Contractors


def _contract(serial: int, first: date, last: date) -> Contract:
    """The contractor has a number of its own, that of an organisation which also uses the service for itself."""
    return Contract(contractor_name(serial), f"24-ユ-9{serial + 1:05}", first, last)


def _next_contractor(play: Play, who: Organisation, drawn: random.Random) -> Life:
    """Over 31 March one contractor goes and the next one comes (M-Q3)."""
    who.contractors = [_contract(who.serial, FIRST_DAY, YEAR_END)]
    yield from _begun(play, who, drawn)
    yield weekday(date(2027, 2, 1) + timedelta(days=drawn.randrange(40)))
    play.change_contractors(who, _contract(who.serial + 1, date(2027, 4, 1), date(2028, 3, 31)))


def _contract_goes_on(play: Play, who: Organisation, drawn: random.Random) -> Life:
    who.contractors = [_contract(who.serial, FIRST_DAY, YEAR_END)]
    yield from _begun(play, who, drawn)
    yield weekday(date(2027, 3, 1) + timedelta(days=drawn.randrange(20)))
    play.change_contractors(who, _contract(who.serial, date(2027, 4, 1), date(2028, 3, 31)))


def _one_contractor_less(play: Play, who: Organisation, drawn: random.Random) -> Life:
    who.contractors = [_contract(who.serial, FIRST_DAY, YEAR_END), _contract(who.serial + 2, FIRST_DAY, FAR)]
    yield from _begun(play, who, drawn)


def _contractor_added(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn)
    yield weekday(date(2026, 9, 10))
    play.change_contractors(who, _contract(who.serial, date(2026, 10, 1), YEAR_END))


# People and measures


def _another_officer(play: Play, who: Organisation, drawn: random.Random) -> Life:
    """P-Q11, M-Q8: applied for before the day, valid from the day."""
    yield from _begun(play, who, drawn)
    yield weekday(date(2026, 9, 15))
    play.change_people(who, date(2026, 10, 1), officers(drawn))
    yield date(2026, 10, 1)


def _no_officer(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn)
    yield weekday(date(2026, 7, 1))
    play.lose_officer(who)
    yield weekday(date(2026, 8, 20))
    play.change_people(who, play.today, officers(drawn))


def _suspended_and_lifted(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn)
    yield weekday(date(2026, 9, 3))
    play.suspend(who)
    yield weekday(date(2026, 10, 20))
    play.lift(who)


def _suspended_for_a_time(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn)
    yield weekday(date(2026, 12, 1))
    play.suspend(who, date(2027, 1, 31))


def _still_suspended(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn, YEAR_END)
    yield weekday(date(2027, 2, 15))
    play.suspend(who)


def _lowered(play: Play, who: Organisation, drawn: random.Random) -> Life:
    yield from _begun(play, who, drawn)
    yield weekday(date(2026, 9, 10))
    play.lower(who, date(2026, 12, 31))


_LIVES: Mapping[int, Callable[[Play, Organisation, random.Random], Life]] = {
    0: _renewed,
    1: _branch_applies_too,
    2: _asked_back,
    3: _refused_at_first,
    4: _withdrawn,
    5: _next_contractor,
    6: _suspended_and_lifted,
    7: _suspended_for_a_time,
    8: _lowered,
    9: _no_officer,
    10: _contract_goes_on,
    11: _another_officer,
    12: _renewed,
    13: _renewed,
    14: _renewed_late,
    15: _one_contractor_less,
    16: _ended_and_again,
    17: _over_and_again,
    18: _never_renewed,
    19: _never_brought,
    20: _contractor_added,
    21: _still_in_hand,
    22: _still_in_hand,
    23: _never_renewed,
    24: _still_suspended,
    25: _department_applies_too,
    30: _ends_with_the_year,
    35: _asked_back,
}

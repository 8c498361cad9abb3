"""What a bureau and the operator do to units in a story, what a unit gives its departments, and the clock."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, precondition, rule

from portal.calendar.day import day_start
from portal.domain.actor import Actor, ActorKind
from portal.services import installation, measure, unit
from portal.services import place as places
from tests.model.model import MOST
from tests.model.teller import Teller
from tests.model.world import CONTRACTOR, DESKS, OFFICER, UNITS
from tests.registrations import OPERATOR

LAST_MOMENT = datetime(2028, 1, 1, tzinfo=UTC)
OFFICERS = [OFFICER, "見本 後任", "見本 後任", None]
OTHER_CLERK = Actor(ActorKind.BUREAU, role="bureau_clerk", bureau_code="27")

units = st.sampled_from(sorted(UNITS))
desks = st.sampled_from(sorted(DESKS))
limits = st.sampled_from([0, 2, 3, 3, 5, MOST])
# Days until the last one of a measure; None = until it is lifted.
lengths = st.sampled_from([None, 0, 1, 12])


def ends(last: date | None) -> dict[str, str]:
    """The last day of a measure, as it is typed."""
    typed = "" if last is None else last.isoformat()
    return {"suspended_until": typed, "limit_until": typed}


class BureauActs(Teller):
    """What can happen to a unit; the story that these belong to knows how to send and to write."""

    people: Bundle[int] = Bundle("people")

    @rule(
        place=st.sampled_from(["department-1", "department-2"]), limit=st.sampled_from([None, 0, 1, 1, 2, 5])
    )
    def limit_place(self, place: str, limit: int | None) -> None:
        name = {"department-1": "見本一課", "department-2": "見本二課"}[place]
        typed = {"limit": "" if limit is None else str(limit)}
        self.both(
            lambda session: places.set_limit(session, *self._desk("A officer"), place, typed),
            lambda: self.model.limit_place("A", name, limit),
        )

    @rule(who=people, left=st.integers(0, 1))
    def a_department_meets_its_limit(self, who: int, left: int) -> None:
        self.limit_place("department-1", self.model.place_used(DESKS["A1"]) + left)
        self.send_one("A1", who)
        self.send_one("A1", who)
        self.send_to_everybody("A1", False)

    # Bureau and operator

    @rule(start=st.sampled_from([-30, 0, 0, 3, 40]), length=st.sampled_from([0, 2, 30, 300]))
    def record_contract(self, start: int, length: int) -> None:
        first = self.model.today + timedelta(days=start)
        last = first + timedelta(days=length)
        typed = {"name": CONTRACTOR, "licence_number": "99-ユ-900000"}
        typed |= {"since": first.isoformat(), "until": last.isoformat()}
        self.both(
            lambda session: unit.add_contractor(session, *self._unit("M"), typed),
            lambda: self.model.record_period("M", CONTRACTOR, first, last),
        )

    @precondition(lambda self: self.model.now < LAST_MOMENT)
    @rule(who=people)
    def contract_until_today_is_over_tomorrow(self, who: int) -> None:
        self.record_contract(0, 0)
        self.send_one("M contractor", who)
        self.the_last_second_of_the_day_comes()
        self.send_one("M contractor", who)
        self.a_second_passes()
        self.send_one("M contractor", who)
        self.write("M contractor", who)

    @rule(which=units, days=st.sampled_from([0, 0, 5]), length=lengths)
    def suspend(self, which: str, days: int, length: int | None) -> None:
        first = self.model.today + timedelta(days=days)
        last = None if length is None else first + timedelta(days=length)
        typed = {"reason": "breach", "suspended_from": first.isoformat() if days else "", **ends(last)}
        self.both(
            lambda session: measure.suspend(session, *self._bureau(which), typed),
            lambda: self.model.suspend(which, first if days else None, last),
        )

    @rule(which=units)
    def lift(self, which: str) -> None:
        self.both(lambda session: measure.lift(session, *self._bureau(which)), lambda: self.model.lift(which))

    @rule(which=units, limit=limits, length=lengths)
    def change_limit(self, which: str, limit: int, length: int | None = None) -> None:
        last = None if length is None else self.model.today + timedelta(days=length)
        typed = {"limit": str(limit), "reason": "report_overdue", **ends(last)}
        act = measure.lift_limit if limit == MOST else measure.lower
        self.both(
            lambda session: act(session, *self._bureau(which), typed),
            lambda: self.model.change_limit(which, limit, last),
        )

    @precondition(lambda self: self.model.now < LAST_MOMENT)
    @rule(desk=desks, who=people, suspended=st.booleans())
    def measures_until_today_are_over_tomorrow(self, desk: str, who: int, suspended: bool) -> None:
        which = DESKS[desk].unit
        self.change_limit(which, 0, 0)
        if suspended:
            self.suspend(which, 0, 0)
        self.send_one(desk, who)
        self.the_last_second_of_the_day_comes()
        self.send_one(desk, who)
        self.a_second_passes()
        self.send_one(desk, who)

    @rule(which=units)
    def another_bureau_can_do_nothing(self, which: str) -> None:
        whom = (self.world.clock, OTHER_CLERK, self.world.ref(which))
        for act in (measure.suspend, measure.lift, measure.lower, measure.lift_limit):
            self.both(
                lambda session, act=act: act(session, *whom, {"reason": "breach", "limit": "0"}),
                lambda: self._no("unknown_unit"),
            )

    @rule(which=units, reserve=st.integers(0, 2))
    def change_reserve(self, which: str, reserve: int) -> None:
        self.both(
            lambda session: unit.set_reserve(session, *self._unit(which), {"reserve": str(reserve)}),
            lambda: setattr(self.model.units[which], "reserve", reserve),
        )

    @rule(which=units, officer=st.sampled_from(OFFICERS))
    def change_officer(self, which: str, officer: str | None) -> None:
        typed = {
            "name": f"架空人材紹介 {which}",
            "contact_name": "見本 連絡",
            "contact_contact": "00-0000-0001",
        }
        typed |= {"officer_name": officer, "officer_contact": "00-0000-0000"} if officer else {}
        self.both(
            lambda session: unit.record(session, *self._unit(which), typed),
            lambda: setattr(self.model.units[which], "officer", officer),
        )

    @rule(desk=desks, who=people)
    def sending_is_closed_for_a_while(self, desk: str, who: int) -> None:
        with self.world.database.write() as session:
            installation.close_sending(session, self.world.clock, OPERATOR, reason="見本")
        self.model.closed = True
        self.send_one(desk, who)
        with self.world.database.write() as session:
            installation.reopen_sending(session, self.world.clock, OPERATOR)
        self.model.closed = False

    # The clock

    @precondition(lambda self: self.model.now < LAST_MOMENT)
    @rule(days=st.sampled_from([1, 2, 10, 25]), hours=st.integers(0, 23))
    def days_pass(self, days: int, hours: int) -> None:
        self._wait(timedelta(days=days, hours=hours))

    @rule()
    def the_last_second_of_the_day_comes(self) -> None:
        midnight = day_start(self.model.today + timedelta(days=1))
        self._wait(midnight - timedelta(seconds=1) - self.model.now)

    @rule()
    def a_second_passes(self) -> None:
        self._wait(timedelta(seconds=1))

    def _wait(self, time: timedelta) -> None:
        self.world.clock.advance(time)
        self.model.now = self.world.clock.now()

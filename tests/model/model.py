"""The relay as a few lists in plain Python: what a reader of the seed would expect, without any of our rules.

People, units and desks (somebody of a unit) have short names. An act that is refused raises `No` with the reason that
people are told; whatever happens otherwise is written into the lists. Days are days in Japan.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

JAPAN = timedelta(hours=9)
MOST = 1000
UNREACHABLE = "unreachable"
# In a text it stands for the code by which a unit knows somebody.
FIELD = "{コード}"


class No(Exception):
    """The portal should refuse with this reason; facts: the numbers it should name."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


@dataclass
class School:
    """What the school rule knows. pupil: still at a 対象学校; graduated: the day somebody left one with a degree."""

    pupil: bool = False
    graduated: date | None = None

    def leaves_out(self, on: date) -> bool:
        if self.graduated is None:
            return self.pupil
        return on <= self.graduated or (on.year == self.graduated.year and on.month <= 6)


@dataclass
class Person:
    """A seeker. first, last: days of the registration. terms: the version agreed to."""

    first: date
    last: date
    range: frozenset[str]
    school: School
    terms: str
    stopped: bool = False
    blocked: set[str] = field(default_factory=set)


@dataclass
class Unit:
    """held: first and last day of a suspension that nobody has lifted, the last None = open. officer: None = none is
    recorded. limit: the lowered one or 1,000; limit_last: its last day, None = open. places: what a department or
    contractor may send a day, where the unit has set it.
    """

    unit_class: str
    last: date
    officer: str | None
    limit: int = MOST
    reserve: int = 0
    held: tuple[date, date | None] | None = None
    limit_last: date | None = None
    places: dict[str, int] = field(default_factory=dict)

    def held_on(self, day: date) -> bool:
        return self.held is not None and self.held[0] <= day and not self.held_before(day)

    def held_before(self, day: date) -> bool:
        """Whether the suspension is over on a day."""
        return self.held is not None and self.held[1] is not None and self.held[1] < day

    def limit_of(self, day: date) -> int:
        return MOST if self.limit_last is not None and self.limit_last < day else self.limit


@dataclass(frozen=True)
class Desk:
    """Somebody of a unit. place: department or contractor, "" = neither; officer: sees every thread of the unit."""

    unit: str
    place: str = ""
    officer: bool = False


@dataclass(frozen=True)
class Letter:
    """A message. number: its number of the day, 0 from a seeker. head: officer and place of a letterhead, if shown."""

    unit: str
    person: int
    by: str
    text: str
    day: date
    number: int = 0
    head: tuple[str, str] | None = None


@dataclass
class Thread:
    """place: whose it is inside the unit. head: the letterhead shown last. answer: the last one of the seeker."""

    place: str
    head: tuple[str, str]
    answer: str | None = None
    wished: str = "none"
    unread_unit: int = 0
    unread_person: int = 0
    handed: list[date] = field(default_factory=list)


@dataclass(frozen=True)
class Sent:
    """What became of a send; the counts are people."""

    requested: int
    sent: int
    unreachable: int
    elsewhere: int


@dataclass
class Terms:
    """A version of the terms: offered from a day, and to be agreed to by another."""

    offered: date
    agree_by: date


@dataclass
class Model:
    """Everything that is. people: by number, in the order of their registration; codes: theirs at each unit.

    used_by: messages that the people of a place have sent on a day. periods: days a contractor is applied for.
    """

    now: datetime
    terms: dict[str, Terms]
    units: dict[str, Unit]
    desks: dict[str, Desk]
    people: dict[int, Person] = field(default_factory=dict)
    threads: dict[tuple[str, int], Thread] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    sends: dict[tuple[str, str], tuple[object, Sent]] = field(default_factory=dict)
    codes: dict[tuple[str, int], str] = field(default_factory=dict)
    used_by: dict[tuple[str, str, date], int] = field(default_factory=dict)
    periods: dict[tuple[str, str], list[tuple[date, date]]] = field(default_factory=dict)
    closed: bool = False

    @property
    def today(self) -> date:
        return (self.now + JAPAN).date()

    # Who can be reached

    def newest_terms(self) -> str:
        return max((name for name, each in self.terms.items() if each.offered <= self.today), default="")

    def hindrances(self, number: int, unit: str = "") -> list[str]:
        """What keeps a person from everybody, or from one unit too, in the order in which the person is told."""
        who, today = self.people[number], self.today
        later = [each for each in self.terms.values() if each.offered > self.terms[who.terms].offered]
        told = [
            (who.stopped, "stopped"),
            (not who.first <= today <= who.last, "registration_not_in_force"),
            (who.school.leaves_out(today), "school_rule"),
            (any(today > each.agree_by for each in later), "terms_not_agreed"),
            (bool(unit) and self.units[unit].unit_class not in who.range, "out_of_range"),
            (unit in who.blocked, "blocked_by_you"),
        ]
        return [reason for holds, reason in told if holds]

    def reachable(self, unit: str) -> set[int]:
        return {number for number in self.people if not self.hindrances(number, unit)}

    def closed_for(self, unit: str) -> list[str]:
        """Why a unit neither searches nor sends today."""
        this = self.units[unit]
        reasons = ["validity_ended"] if self.today > this.last else []
        if this.held_on(self.today):
            reasons.append("suspended")
        return reasons

    def found(self, unit: str) -> set[int]:
        """The result of a search that asks for nothing."""
        if reasons := self.closed_for(unit):
            raise No(reasons[0])
        return self.reachable(unit)

    def search(self, desk: Desk) -> set[int]:
        self.must_act(desk)
        return self.found(desk.unit)

    def open_profile(self, desk: Desk, number: int) -> None:
        if number not in self.search(desk):
            raise No("not_found")

    def acts(self, desk: Desk) -> bool:
        """Whether somebody may do anything for the unit today; only a contractor's contract can be over."""
        periods = self.periods.get((desk.unit, desk.place))
        return periods is None or any(first <= self.today <= last for first, last in periods)

    def must_act(self, desk: Desk) -> None:
        if not self.acts(desk):
            raise No("contractor_ended")

    def onlookers(self, number: int) -> dict[str, int]:
        """How many units of each class see a person today."""
        seen = {"private": 0, "municipal": 0}
        for name, unit in self.units.items():
            seen[unit.unit_class] += not self.closed_for(name) and not self.hindrances(number, name)
        return seen

    # Sending

    def sees(self, desk: Desk, thread: Thread) -> bool:
        return desk.officer or thread.place == desk.place

    def visible(self, desk: Desk) -> set[int]:
        """Whose threads somebody of a unit sees, whatever became of these people."""
        return {
            who for (unit, who), each in self.threads.items() if unit == desk.unit and self.sees(desk, each)
        }

    def used(self, unit: str, day: date) -> int:
        return sum(1 for each in self.letters if (each.unit, each.by, each.day) == (unit, "unit", day))

    def room(self, unit: str, *, answer: bool) -> int:
        """How many messages still fit into the day."""
        this = self.units[unit]
        return max(
            0, this.limit_of(self.today) - (0 if answer else this.reserve) - self.used(unit, self.today)
        )

    def place_limit(self, desk: Desk) -> int | None:
        """What the place of somebody may send today, if the unit has set it."""
        limit = self.units[desk.unit].places.get(desk.place)
        return None if limit is None else min(limit, self.units[desk.unit].limit_of(self.today))

    def place_used(self, desk: Desk) -> int:
        return self.used_by.get((desk.unit, desk.place, self.today), 0)

    def place_room(self, desk: Desk) -> int:
        """How many messages the place of somebody may still send today; without a limit more than there are."""
        limit = self.place_limit(desk)
        return MOST + 1 if limit is None else max(0, limit - self.place_used(desk))

    def send(self, desk: Desk, people: Iterable[int], text: str, key: str, *, strangers: int = 0) -> Sent:
        """One text to some people; strangers: names of nobody among them."""
        wanted = set(people)
        said = (frozenset(wanted), strangers, text)
        if (desk.unit, key) in self.sends:
            first, result = self.sends[desk.unit, key]
            if first != said:
                raise No("key_taken")
            return result
        done = self._send(desk, wanted, text, requested=len(wanted) + strangers, answer=False)
        self.sends[desk.unit, key] = (said, done)
        return done

    def write(self, desk: Desk, number: int, text: str) -> Sent:
        """One more message in a thread; after an answer it may use what is kept for answers."""
        if number not in self.visible(desk):
            raise No("not_found")
        answer = self.threads[desk.unit, number].answer is not None
        return self._send(desk, {number}, text, requested=1, answer=answer)

    def _send(self, desk: Desk, wanted: set[int], text: str, *, requested: int, answer: bool) -> Sent:
        self.must_act(desk)
        unit = self.units[desk.unit]
        closed = (["sending_closed"] if self.closed else []) + self.closed_for(desk.unit)
        if unit.officer is None:
            closed.append("officer_missing")
        if closed:
            raise No(closed[0])
        reached = wanted & self.reachable(desk.unit)
        taken = {who for (name, who) in self.threads if name == desk.unit} - self.visible(desk)
        own = reached - taken
        if requested == 1 and not own:
            raise No("thread_elsewhere" if reached else UNREACHABLE)
        room = self.room(desk.unit, answer=answer)
        of_place = self.place_room(desk)
        if of_place < room and len(own) > of_place:
            told = {"limit": self.place_limit(desk), "used": self.place_used(desk)}
            raise No("place_limit_reached", asked=len(own), fits=of_place, **told)
        if len(own) > room:
            used = self.used(desk.unit, self.today)
            raise No("limit_reached", limit=unit.limit_of(self.today), used=used, asked=len(own), fits=room)
        for who in sorted(own):
            self._store(desk, who, text, (str(unit.officer), desk.place))
        return Sent(requested, len(own), requested - len(reached), len(reached) - len(own))

    def _store(self, desk: Desk, who: int, text: str, head: tuple[str, str]) -> None:
        number = self.used(desk.unit, self.today) + 1
        self.used_by[desk.unit, desk.place, self.today] = self.place_used(desk) + 1
        text = text.replace(FIELD, self.codes[desk.unit, who])
        thread = self.threads.get((desk.unit, who))
        shown = head if thread is None or thread.head != head else None
        if thread is None:
            thread = self.threads[desk.unit, who] = Thread(desk.place, head)
        thread.head = head
        thread.unread_person += 1
        self.letters.append(Letter(desk.unit, who, "unit", text, self.today, number, shown))

    def hand_over(self, desk: Desk, number: int, place: str) -> None:
        if not desk.officer:
            raise No("forbidden")
        if closed := self.closed_for(desk.unit):
            raise No(closed[0])
        if (desk.unit, number) not in self.threads:
            raise No("not_found")
        this = self.threads[desk.unit, number]
        if this.place == place:
            raise No("already_there")
        if this.handed.count(self.today) == 3:
            raise No("too_many_hand_overs", most=3)
        this.place = place
        this.handed.append(self.today)

    def mark(self, desk: Desk, number: int) -> tuple[str, bool]:
        """The mark beside a found person: how far the unit is, and whether in a thread that is seen."""
        thread = self.threads.get((desk.unit, number))
        if thread is None:
            return "none", True
        if not self.sees(desk, thread):
            return "written", False
        if thread.wished != "none":
            return "outcome", True
        return ("written" if thread.answer is None else "answered"), True

    def limit_place(self, unit: str, place: str, limit: int | None) -> None:
        if limit is None:
            self.units[unit].places.pop(place, None)
        elif limit > self.units[unit].limit_of(self.today):
            raise No("invalid")
        else:
            self.units[unit].places[place] = limit

    # The seeker's side

    def answer(self, number: int, unit: str, kind: str, text: str) -> None:
        thread = self.threads.get((unit, number))
        if thread is None:
            raise No("not_found")
        if against := self.hindrances(number, unit):
            raise No(against[0])
        if self.closed_for(unit):
            raise No("unit_closed")
        thread.answer = kind
        thread.unread_unit += 1
        if kind == "use" and thread.wished in ("none", "ended"):
            thread.wished = "use_wished"
        if kind == "later" and thread.wished == "use_wished":
            thread.wished = "ended"
        self.letters.append(Letter(unit, number, "seeker", text, self.today))

    def agree(self, number: int) -> None:
        self.people[number].terms = self.newest_terms()

    # The office

    def extend(self, number: int) -> None:
        """One more month: in the last month, or afterwards with a gap."""
        who, today = self.people[number], self.today
        if today < who.last.replace(day=1):
            raise No("extension_too_early")
        if today > who.last:
            who.first = today
        who.last = end_of_month(today, 1)

    def restart(self, number: int) -> None:
        if not self.people[number].stopped:
            raise No("conflict")
        self.people[number].stopped = False

    # The bureau

    def suspend(self, unit: str, first: date | None, last: date | None) -> None:
        """first: None = today; a suspension that runs keeps its first day."""
        this = self.units[unit]
        if this.held is not None and this.held_on(self.today):
            if first is not None:
                raise No("invalid")
            first = this.held[0]
        this.held = (first or self.today, last)

    def lift(self, unit: str) -> None:
        this = self.units[unit]
        if this.held is None or this.held_before(self.today):
            raise No("not_suspended")
        this.held = None

    def record_period(self, unit: str, contractor: str, first: date, last: date) -> None:
        """From its first day on the newer entry says how long, unless the two lie apart."""
        kept = []
        for begun, ended in self.periods[unit, contractor]:
            if ended < first or last < begun:
                kept.append((begun, ended))
            elif begun < first:
                kept.append((begun, first - timedelta(days=1)))
        self.periods[unit, contractor] = [*kept, (first, last)]

    def change_limit(self, unit: str, limit: int, last: date | None) -> None:
        this = self.units[unit]
        if limit == MOST and this.limit_of(self.today) == MOST:
            raise No("not_lowered")
        this.limit, this.limit_last = limit, None if limit == MOST else last


def end_of_month(day: date, months: int) -> date:
    """The last day of the month so many months later."""
    index = day.year * 12 + day.month + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)

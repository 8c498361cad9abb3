"""What happens at a bureau, done through the services that clerks and applicants use, and entered in the books."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from bench.bureau_books import Books, Entry
from bench.bureau_cast import Contract, Organisation
from portal.calendar.clock import FixedClock
from portal.calendar.day import JST
from portal.domain.actor import Actor, ActorKind
from portal.domain.application import Kind, Step, steps_of
from portal.domain.application_decision import Way
from portal.domain.reach import UnitClass
from portal.services import application, application_desk, measure, unit
from portal.services.application_approval import apply_due
from portal.services.application_view import CasePage
from portal.store.database import Database

Found = TypeVar("Found")
APPLICANT = Actor(ActorKind.PUBLIC)
WORKER = Actor(ActorKind.WORKER)
_OPENS = time(9, 0)


@dataclass
class Play:
    """One bureau with its clerks in turn, and a stranger of another one. Every act takes some seconds of the day.

    refs: of units by number.
    """

    database: Database
    clock: FixedClock
    clerks: tuple[Actor, ...]
    stranger: Actor
    books: Books = field(default_factory=Books)
    refs: dict[str, str] = field(default_factory=dict)
    acts: int = 0

    def day_begins(self, on: date) -> None:
        """Nine in the morning; what was approved for this day or an earlier one has been entered in the night."""
        self.clock.set(datetime.combine(on, time(0, 5), JST))
        while self._do(apply_due, actor=WORKER):
            pass
        self.clock.set(datetime.combine(on, _OPENS, JST))

    @property
    def today(self) -> date:
        """The day it is."""
        return self.clock.now().astimezone(JST).date()

    def _do(
        self, act: Callable[..., Found], *arguments: Any, actor: Actor | None = None, **named: Any
    ) -> Found:
        self.acts += 1
        self.clock.advance(timedelta(seconds=20))
        with self.database.write() as session:
            return act(session, self.clock, actor or self._clerk, *arguments, **named)

    @property
    def _clerk(self) -> Actor:
        return self.clerks[self.acts % len(self.clerks)]

    # Applications

    def fill_in(self, who: Organisation) -> str:
        """A 利用申請 in the portal, printed; the number on the paper. Nothing is received by that."""
        typed = who.paper()
        key = self._do(application.start, typed, actor=APPLICANT).key
        steps = steps_of(Kind.USE, UnitClass(who.unit_class))
        for step in steps:
            if step is not Step.APPLICANT:
                self._do(application.save_step, key, step.value, typed, actor=APPLICANT)
        view = self._do(application.finish, key, actor=APPLICANT)
        self.books.done["filled in"] += 1
        return view.line.case_number

    def receive(self, number: str) -> str:
        """The paper with this number has come."""
        with self.database.read() as session:
            ref = application_desk.find(session, self._clerk, number)
        self._do(application_desk.receive, ref)
        return self._entered(ref, "use")

    def apply(self, who: Organisation, kind: str = "use", **typed: Any) -> str:
        """An application on paper, taken in at the counter; what stands on no paper is entered as empty."""
        told: Mapping[str, Any] = who.paper() if kind in ("use", "renewal") else {"correctness": "1"}
        named = {} if kind == "use" else {"unit": self.refs[who.number]}
        ref = self._do(application_desk.take_in, {**told, "kind": kind, **named, **typed})
        for step in self._case(ref).missing:
            self._do(application_desk.amend, ref, step.step.value, {**told, **typed})
        return self._entered(ref, kind)

    def _entered(self, ref: str, kind: str) -> str:
        self.books.cases[ref] = "received"
        self.books.done[f"received {kind}"] += 1
        return ref

    def look_through(self, ref: str) -> None:
        """Every item of the checklist is in order."""
        asked = self._case(ref).checks
        found = [application_desk.Finding(item.item, "ok", subject=item.subject) for item in asked]
        self._do(application_desk.check, ref, found)

    def ask_back(self, ref: str) -> None:
        """補正."""
        self._do(
            application_desk.ask_back,
            ref,
            {"reasons": "番号が分かるものが添えられていません。\n日付がありません。"},
        )
        self.books.cases[ref] = "returned"
        self.books.done["asked back"] += 1

    def receive_again(self, ref: str) -> None:
        """The correction has come."""
        self._do(application_desk.receive, ref)
        self.books.cases[ref] = "received"

    def refuse(self, ref: str) -> None:
        """不承認."""
        self._do(application_desk.refuse, ref, self._case(ref).revision, {"reason": "見本の理由です。"})
        self._decided(ref, "refused")

    def withdraw(self, ref: str) -> None:
        """取下げ."""
        self._do(application_desk.withdraw, ref, {"reason": "申請する団体から申し出がありました。"})
        self._decided(ref, "withdrawn")

    def approve(self, ref: str, **typed: str) -> application_desk.Approved:
        """承認; not every item has been looked at, and why is noted."""
        case = self._case(ref)
        reason = {"open_reason": "前の申請で確かめました。"} if case.open_items else {}
        done = self._do(application_desk.approve, ref, case.revision, {**reason, **typed})
        self._decided(ref, f"approved {case.line.kind.value}")
        return done

    def _decided(self, ref: str, word: str) -> None:
        del self.books.cases[ref]
        self.books.done[word] += 1

    def _case(self, ref: str) -> CasePage:
        with self.database.read() as session:
            return application_desk.case(session, self.clock, self._clerk, ref)

    # What an approval means, in the books

    def begin(self, who: Organisation, ref: str, until: date) -> None:
        """A unit begins, or one that was over goes on."""
        first = self.today
        done = self.approve(ref, valid_from=first.isoformat(), valid_until=until.isoformat())
        known = self.books.entries.get(who.number)
        assert done.way is (Way.NEW if known is None else Way.CONTINUES), done.way
        assert self.refs.setdefault(who.number, done.unit_ref) == done.unit_ref
        entry = known or Entry(who.number, who.name, first, until)
        entry.valid_from, entry.valid_until, entry.last_day = first, until, None
        self.books.entries[who.number] = entry
        self._contracts(who, who.contractors)

    def join(self, who: Organisation, ref: str) -> None:
        """A second application is admitted into the unit there is: nothing of the unit's days changes (R2)."""
        done = self.approve(ref, join_reason="窓口で事情を確かめました。")
        assert (done.way, done.unit_ref) == (Way.JOINS, self.refs[who.number])

    def renew(self, who: Organisation, ref: str, until: date) -> None:
        """更新."""
        entry = self.books.entries[who.number]
        first = max(self.today, entry.valid_until + timedelta(days=1))
        self.approve(ref, valid_from=first.isoformat(), valid_until=until.isoformat())
        if first > entry.valid_until + timedelta(days=1):
            entry.valid_from = first
        entry.valid_until = until

    def end(self, who: Organisation, last_day: date) -> None:
        """利用停止 after a day."""
        ref = self.apply(who, "end", last_day=last_day.isoformat(), reason="委託事業が終わるためです。")
        self.approve(ref)
        entry = self.books.entries[who.number]
        entry.last_day, entry.valid_until = last_day, min(entry.valid_until, last_day)

    def change(self, who: Organisation, day: date, part: str, typed: Mapping[str, str]) -> None:
        """利用申請の変更 of one part, from a day on."""
        told = {"day": day.isoformat(), "parts": [part], **typed}
        self.approve(self.apply(who, "change", **told))

    def change_people(self, who: Organisation, day: date, people: dict[str, str]) -> None:
        """Another officer or contact."""
        self.change(who, day, "people", people)
        who.people = people
        self.books.entries[who.number].officer_left_on = None

    def change_contractors(self, who: Organisation, *contracts: Contract) -> None:
        """One more contractor, or one more period of one there is."""
        self.change(who, self.today, "contractors", who.joint(*contracts))
        self._contracts(who, contracts)

    def _contracts(self, who: Organisation, contracts: Any) -> None:
        for one in contracts:
            periods = self.books.entries[who.number].contracts.setdefault(one.licence_number, [])
            if (one.since, one.until) not in periods:
                periods.append((one.since, one.until))

    # Measures and what else is entered

    def suspend(self, who: Organisation, until: date | None = None) -> None:
        """No search and no message, from today."""
        typed = {"suspended_until": until.isoformat() if until else "", "reason": "breach"}
        self._do(measure.suspend, self.refs[who.number], typed)
        self.books.entries[who.number].suspended = (self.today, until)
        self.books.done["suspended"] += 1

    def lift(self, who: Organisation) -> None:
        """The suspension ends today."""
        self._do(measure.lift, self.refs[who.number])
        self.books.entries[who.number].suspended = None
        self.books.done["lifted"] += 1

    def lower(self, who: Organisation, until: date | None = None) -> None:
        """Fewer messages a day."""
        typed = {"limit": "200", "limit_until": until.isoformat() if until else "", "reason": "own_wish"}
        self._do(measure.lower, self.refs[who.number], typed)
        self.books.entries[who.number].lowered = (200, until)
        self.books.done["lowered"] += 1

    def lose_officer(self, who: Organisation) -> None:
        """The officer has left, and the record says so until a successor is applied for."""
        names = ("name", "kana", "corporation_number")
        self._do(unit.record, self.refs[who.number], {name: who.typed[name] for name in names})
        self.books.entries[who.number].officer_left_on = self.today
        self.books.done["officer left"] += 1

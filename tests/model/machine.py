"""Stories that nobody thought of: acts in any order, done by the services and by the model, which must agree."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    multiple,
    precondition,
    rule,
)

from portal.domain.answer import AnswerKind
from portal.services import (
    block,
    inbox,
    profile,
    registration,
    relay,
    search,
    seeker,
    template,
    terms,
    thread,
)
from tests.model.bureau_acts import BureauActs, desks, units
from tests.model.model import FIELD, MOST, Person, School, end_of_month
from tests.model.teller import Submission, sent_counts, ticked_range, typed_school
from tests.model.world import DESKS, UNITS
from tests.registration_files import cells, load, written
from tests.registrations import FORM

MOST_PEOPLE = 5
BOTH = frozenset({"private", "municipal"})
NO_SCHOOL = School()
# What keeps people apart comes less often than what does not, or soon nobody could write to anybody.
RANGES = [BOTH, BOTH, BOTH, frozenset({"private"}), frozenset({"municipal"})]
SCHOOLS = [
    *[NO_SCHOOL] * 5,
    School(pupil=True),
    School(graduated=date(2026, 3, 1)),
    School(graduated=date(2025, 3, 1)),
]
SEES_MOST = {"A": "A officer", "B": "B", "M": "M"}

unit_sets = st.sets(units, min_size=1)
ranges = st.sampled_from(RANGES)
schools = st.sampled_from(SCHOOLS)
picks = st.integers(0, 100)
answers = st.sampled_from(list(AnswerKind))


class Story(BureauActs):
    """What can happen."""

    people: Bundle[int] = Bundle("people")
    sends: Bundle["Submission"] = Bundle("sends")

    # Office

    @initialize(target=people)
    def two_people_are_there(self) -> Any:
        return multiple(*(self._registered(BOTH, NO_SCHOOL, 0) for _ in range(2)))

    @precondition(lambda self: len(self.model.people) < MOST_PEOPLE)
    @rule(target=people, chosen=ranges, school=schools, days_ago=st.sampled_from([0, 0, 1, 40, 120]))
    def register(self, chosen: frozenset[str], school: School, days_ago: int) -> Any:
        if self.model.today - timedelta(days=days_ago) > end_of_month(self.model.today, -3):
            return self._registered(chosen, school, days_ago)
        self.both(
            lambda session: self._register(session, chosen, school, days_ago),
            lambda: self._no("invalid"),
        )
        return multiple()

    @precondition(lambda self: len(self.model.people) < MOST_PEOPLE)
    @rule(target=people, chosen=ranges)
    def register_by_file(self, chosen: frozenset[str]) -> int:
        """A file with a line that is good and one whose number is known: the good one is registered."""
        same = {"registered_on": self.model.today.isoformat(), "terms_version": self.model.newest_terms()}
        number = f"13999-{len(self.world.people) + 1:08}"
        good = cells(registration_number=number, **same, **ticked_range(chosen))
        known = cells(registration_number="13999-00000001", **same)
        job = load(self.world.database, self.world.clock, written(good, known))
        assert (job.accepted, job.known, job.refused) == (1, 1, 0)
        return self._noted(chosen, NO_SCHOOL, self.model.today)

    def _registered(self, chosen: frozenset[str], school: School, days_ago: int) -> int:
        with self.world.database.write() as session:
            self._register(session, chosen, school, days_ago)
        return self._noted(chosen, school, self.model.today - timedelta(days=days_ago))

    def _noted(self, chosen: frozenset[str], school: School, applied: date) -> int:
        number = self.world.add()
        self.model.codes |= {(name, number): self.world.code(name, number) for name in UNITS}
        self.model.people[number] = Person(
            applied, end_of_month(applied, 2), chosen, school, self.model.newest_terms()
        )
        return number

    def _register(
        self, session: Any, chosen: frozenset[str], school: School, days_ago: int, number: str = ""
    ) -> Any:
        changes = {
            "registration_number": number or f"13999-{len(self.world.people) + 1:08}",
            "registered_on": (self.model.today - timedelta(days=days_ago)).isoformat(),
            "terms_version": self.model.newest_terms(),
            **ticked_range(chosen),
            **typed_school(school),
        }
        return seeker.register(
            session, self.world.clock, self.world.clerk, {**FORM, **changes}, default_months=2
        )

    @rule(who=people)
    def register_again(self, who: int) -> None:
        self.both(
            lambda session: self._register(session, BOTH, NO_SCHOOL, 0, f"13999-{who:08}"),
            lambda: self._no("invalid"),
        )

    @rule(who=people, chosen=ranges)
    def change_range(self, who: int, chosen: frozenset[str]) -> None:
        self.both(
            lambda session: registration.change_range(session, *self._office(who), ticked_range(chosen)),
            lambda: setattr(self.model.people[who], "range", chosen),
        )

    @rule(who=people)
    def choose_no_range(self, who: int) -> None:
        self.both(
            lambda session: registration.change_range(session, *self._office(who), {}),
            lambda: self._no("invalid"),
        )

    @rule(who=people)
    def extend(self, who: int) -> None:
        self.both(
            lambda session: registration.extend(session, *self._office(who)), lambda: self.model.extend(who)
        )

    @rule(who=people, days=st.integers(-40, 90))
    def end_registration(self, who: int, days: int) -> None:
        person = self.model.people[who]
        last = max(person.first, self.model.today + timedelta(days=days))
        typed = {"valid_from": person.first.isoformat(), "valid_until": last.isoformat()}
        self.both(
            lambda session: registration.change_validity(session, *self._office(who), typed),
            lambda: setattr(person, "last", last),
        )

    @rule(who=people, school=schools)
    def change_school(self, who: int, school: School) -> None:
        self.both(
            lambda session: registration.change_school(session, *self._office(who), typed_school(school)),
            lambda: setattr(self.model.people[who], "school", school),
        )

    @rule(who=people)
    def restart(self, who: int) -> None:
        self.both(
            lambda session: seeker.restart(session, *self._office(who)), lambda: self.model.restart(who)
        )

    @rule(who=people)
    def change_data(self, who: int) -> None:
        typed = {**FORM, "pr": self.next("接客が得意です。") + "年しました。"}
        with self.world.database.write() as session:
            profile.change_data(session, *self._office(who), typed)

    # The seeker

    @rule(who=people)
    def agree(self, who: int) -> None:
        version = self.model.newest_terms()
        self.both(
            lambda session: terms.agree(session, *self._seeker(who), version), lambda: self.model.agree(who)
        )

    @rule(who=people)
    def stop(self, who: int) -> None:
        self.both(
            lambda session: seeker.stop(session, *self._seeker(who)),
            lambda: setattr(self.model.people[who], "stopped", True),
        )

    @rule(who=people, whom=unit_sets)
    def block(self, who: int, whom: set[str]) -> None:
        refs = [self.world.ref(each) for each in sorted(whom)]
        self.both(
            lambda session: block.block(session, *self._seeker(who), refs),
            lambda: self.model.people[who].blocked.update(whom),
        )

    @rule(who=people, whom=unit_sets)
    def unblock(self, who: int, whom: set[str]) -> None:
        refs = [self.world.ref(each) for each in sorted(whom)]
        self.both(
            lambda session: block.unblock(session, *self._seeker(who), refs),
            lambda: self.model.people[who].blocked.difference_update(whom),
        )

    @rule(who=people, whom=units, kind=answers)
    def answer_somebody(self, who: int, whom: str, kind: AnswerKind) -> None:
        self._answer(who, whom, kind)

    @precondition(lambda self: self.model.threads)
    @rule(pick=picks, kind=answers, twice=st.booleans())
    def answer_a_letter(self, pick: int, kind: AnswerKind, twice: bool) -> None:
        whom, who = self._picked(pick)
        self._answer(who, whom, kind, twice=twice)

    def _answer(self, who: int, whom: str, kind: AnswerKind, *, twice: bool = False) -> None:
        text, key = self.next("見本の答え"), self.next("answer-")
        given = (*self._seeker(who), self.world.ref(whom), kind, text, key)
        done = self.both(
            lambda session: inbox.answer(session, *given),
            lambda: self.model.answer(who, whom, kind.value, text),
        )
        if done is not None and twice:
            with self.world.database.write() as session:
                assert inbox.answer(session, *given).repeated

    @precondition(lambda self: self.model.threads)
    @rule(pick=picks)
    def seeker_reads(self, pick: int) -> None:
        whom, who = self._picked(pick)
        with self.world.database.write() as session:
            inbox.mark_read(session, *self._seeker(who), self.world.ref(whom))
        self.model.threads[whom, who].unread_person = 0

    # The unit

    @rule(target=sends, desk=desks, who=people)
    def send_one(self, desk: str, who: int) -> Any:
        return self._send(Submission(desk, frozenset({who}), 0, self.next("見本の案内"), self.next("key-")))

    @rule(target=sends, desk=desks, to=st.sets(people, min_size=2), strangers=st.integers(0, 2))
    def send_batch(self, desk: str, to: set[int], strangers: int) -> Any:
        return self._send(
            Submission(desk, frozenset(to), strangers, self.next("見本の案内"), self.next("key-"))
        )

    @rule(target=sends, desk=desks, filled=st.booleans())
    def send_to_everybody(self, desk: str, filled: bool) -> Any:
        everybody, text = frozenset(self.model.people), self.next("見本の案内")
        if filled and self.model.acts(DESKS[desk]):
            text = self._template(desk, text + FIELD)
        return self._send(Submission(desk, everybody, 0, text, self.next("key-")))

    def _template(self, desk: str, text: str) -> str:
        """The text after it was kept as one that is used again."""
        with self.world.database.write() as session:
            ref = template.add(session, *self._desk(desk), {"title": self.next("文例"), "text": text})
        with self.world.database.read() as session:
            return template.template(session, *self._desk(desk), ref).text

    @rule(again=sends)
    def send_again(self, again: Submission) -> None:
        self._send(again, known=True)

    @rule(again=sends)
    def send_something_else_with_a_key_that_was_used(self, again: Submission) -> None:
        self._send(replace(again, text=self.next("別の案内")), known=True)

    def _send(self, one: Submission, *, known: bool = False) -> Any:
        unit = DESKS[one.desk].unit
        tokens = [self.world.token(unit, who) for who in sorted(one.to, reverse=True)]
        # Another unit's token of the same person, and what is no token at all, are nobody's here.
        tokens += [self.world.token("B" if unit == "A" else "A", min(one.to)), "x" * 43][: one.strangers]
        done = self.both(
            lambda session: relay.send(session, *self._desk(one.desk), tokens, one.text, one.key),
            lambda: self.model.send(DESKS[one.desk], one.to, one.text, one.key, strangers=one.strangers),
            told=sent_counts,
        )
        assert done is None or done.repeated == known
        return multiple() if done is None else one

    @rule(desk=desks, who=people)
    def write(self, desk: str, who: int) -> None:
        here, text, key = DESKS[desk], self.next("見本の返事"), self.next("key-")
        self.both(
            lambda session: thread.write(
                session, *self._desk(desk), self.world.thread(here.unit, who), text, key
            ),
            lambda: self.model.write(here, who, text),
            told=sent_counts,
        )

    @precondition(lambda self: self.model.threads)
    @rule(desk=desks, pick=picks)
    def write_in_a_thread(self, desk: str, pick: int) -> None:
        whom, who = self._picked(pick)
        self.write(desk if DESKS[desk].unit == whom else SEES_MOST[whom], who)

    @precondition(lambda self: self.model.threads)
    @rule(pick=picks)
    def write_after_an_answer_when_only_the_reserve_is_left(self, pick: int) -> None:
        whom, who = self._picked(pick)
        self._answer(who, whom, AnswerKind.QUESTION)
        self.change_limit(whom, min(MOST, self.model.used(whom, self.model.today) + 1))
        self.change_reserve(whom, 1)
        self.write(SEES_MOST[whom], who)

    @rule(desk=desks)
    def write_in_every_thread(self, desk: str) -> None:
        for who in sorted(self.model.visible(DESKS[desk])):
            self.write(desk, who)

    @rule(desk=desks, who=people)
    def open_profile(self, desk: str, who: int) -> None:
        token = self.world.token(DESKS[desk].unit, who)
        self.both(
            lambda session: search.open_profile(session, *self._desk(desk), token),
            lambda: self.model.open_profile(DESKS[desk], who),
        )

    @rule(desk=desks, who=people)
    def unit_reads(self, desk: str, who: int) -> None:
        here = DESKS[desk]
        if who in self.model.visible(here) and self.model.acts(here):
            with self.world.database.write() as session:
                thread.mark_read(session, *self._desk(desk), self.world.thread(here.unit, who))
            self.model.threads[here.unit, who].unread_unit = 0

    @rule(desk=st.sampled_from(["A1", "A officer"]), who=people, to=st.integers(0, 2))
    def hand_over(self, desk: str, who: int, to: int) -> None:
        ref, place = [("unit", ""), ("department-1", "見本一課"), ("department-2", "見本二課")][to]
        self.both(
            lambda session: thread.hand_over(session, *self._desk(desk), self.world.thread("A", who), ref),
            lambda: self.model.hand_over(DESKS[desk], who, place),
        )

"""Lets the demo's story happen, step by step on its own days, through the services that everybody uses."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter

from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.answer import AnswerKind
from portal.domain.outcome import Outcome
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.domain.saved_search import Asked
from portal.domain.search import Criteria
from portal.services import (
    block,
    inbox,
    notice_care,
    outcome,
    relay,
    saved_search,
    search,
    seeker,
    template,
    thread,
)
from portal.services.demo.cast import Cast
from portal.services.demo.story import Batch, Kept, Seeker, Step, Thread

_BEFORE_ALL = "60 08:00"


@dataclass(frozen=True)
class Happening:
    """Something that happens; done again it changes nothing. planned: by which it is ordered."""

    planned: datetime
    act: Callable[[], object]


def play(cast: Cast) -> None:
    """Everything, in the order of its days. Where a loading was broken off, what is there already is left alone."""
    # Of one instant the order below is kept: nobody is written to before they came.
    for happening in sorted(_everything(cast), key=attrgetter("planned")):
        cast.clock.set(cast.calendar.moment(happening.planned))
        happening.act()


def _everything(cast: Cast) -> Iterator[Happening]:
    story, planned = cast.story, cast.calendar.planned
    first = planned(_BEFORE_ALL)
    yield Happening(first, cast.enter_operator)
    for clerk in story.clerks:
        yield Happening(first, partial(cast.enter_clerk, clerk))
    for unit in story.units:
        yield Happening(first, partial(cast.enter_unit, unit))
        if unit.suspended:
            yield Happening(planned(unit.suspended), partial(cast.suspend, unit))
    for application in story.applications:
        yield Happening(planned(application.at), partial(cast.take_in, application))
    for person in story.people:
        yield Happening(first, partial(cast.enter_person, person))
    for someone in story.seekers:
        yield from _coming(cast, someone)
    for number, told in enumerate(story.threads, 1):
        for place, step in enumerate(told.steps):
            yield Happening(
                planned(step.at), partial(_STEPS[step.act], Scene(cast, told, number, place), step)
            )
    for number, batch in enumerate(story.batches, 1):
        yield Happening(planned(batch.at), partial(_send, cast, batch, f"demo-batch-{number}"))
    for kept in story.kept_texts:
        yield Happening(planned(kept.at), partial(_keep_text, cast, kept))
    for kept in story.kept_searches:
        yield Happening(planned(kept.at), partial(_keep_search, cast, kept))


def _coming(cast: Cast, person: Seeker) -> Iterator[Happening]:
    planned = cast.calendar.planned
    # People come to the counter one after another.
    came = f"{cast.calendar.office_days(person.days)} {9 + person.number % 7:02}:{person.number % 60:02}"
    yield Happening(planned(came), partial(cast.register, person))
    if person.activated is not None:
        yield Happening(planned(came), partial(cast.hand_out, person))
        yield Happening(planned(f"{person.activated} 17:30"), partial(cast.activate, person))
        if person.sign_in:
            yield Happening(planned(f"{person.activated} 17:40"), partial(_want_notices, cast, person))
    if person.narrowed is not None:
        yield Happening(planned(f"{person.narrowed} 15:00"), partial(cast.narrow, person))


def _want_notices(cast: Cast, person: Seeker) -> None:
    actor, address = cast.seekers[person.number], str(person.typed["mail"])
    notice_care.switch_on(cast.session, cast.clock, actor, address)


@dataclass(frozen=True)
class Scene:
    """One thread, at one of its steps."""

    cast: Cast
    told: Thread
    number: int
    place: int

    @property
    def key(self) -> str:
        """Under which a message is sent once, however often it is tried."""
        return f"demo-{self.number}-{self.place}"

    @property
    def said_before(self) -> int:
        """How many messages the thread holds before this step."""
        return sum(step.act in ("say", "answer") for step in self.told.steps[: self.place])

    @property
    def seeker(self) -> Actor:
        """The seeker of the thread, signed in."""
        return self.cast.seekers[self.told.to]

    def member(self, by: str) -> Actor:
        """Somebody of the unit, signed in."""
        return self.cast.members[by, self.told.unit]


def _say(scene: Scene, step: Step) -> None:
    cast, actor = scene.cast, scene.member(step.by)
    if scene.place:
        _read_by_unit(scene, actor)
        token = cast.thread_token(actor, scene.told.to)
        thread.write(cast.session, cast.clock, actor, token, step.text, scene.key)
        return
    token = cast.seeker_token(actor, scene.told.to)
    _look(cast, actor, token)
    relay.send(cast.session, cast.clock, actor, [token], step.text, scene.key)


def _look(cast: Cast, actor: Actor, token: str) -> None:
    with suppress(NotFound):
        search.open_profile(cast.session, cast.clock, actor, token)


def _send(cast: Cast, batch: Batch, key: str) -> None:
    actor = cast.members[batch.by, batch.unit]
    tokens = [cast.seeker_token(actor, number) for number in batch.to]
    for token in tokens:
        _look(cast, actor, token)
    relay.send(cast.session, cast.clock, actor, tokens, batch.say, key)


def _keep_text(cast: Cast, kept: Kept) -> None:
    actor = cast.members[kept.by, kept.unit]
    # A name that is taken: it was kept before a loading was broken off.
    with suppress(Invalid):
        template.add(cast.session, cast.clock, actor, {"title": kept.name, "text": kept.text})


def _keep_search(cast: Cast, kept: Kept) -> None:
    actor = cast.members[kept.by, kept.unit]
    asked = Asked(Criteria({"prefecture": kept.prefecture}, kept.words))
    with suppress(Invalid):
        saved_search.save(cast.session, cast.clock, actor, {"name": kept.name}, asked)


def _answer(scene: Scene, step: Step) -> None:
    cast, ref = scene.cast, scene.cast.unit_ref(scene.told.unit)
    _read_by_seeker(scene)
    inbox.answer(cast.session, cast.clock, scene.seeker, ref, AnswerKind(step.value), step.text, scene.key)


def _record(scene: Scene, step: Step) -> None:
    cast, actor = scene.cast, scene.member(step.by)
    _read_by_unit(scene, actor)
    token = cast.thread_token(actor, scene.told.to)
    page = thread.thread(cast.session, cast.clock, actor, token)
    if Outcome(step.value) not in (taken for taken, _ in page.outcome.steps):
        typed = {"outcome": step.value, "happened_on": jst_day(cast.clock.now()).isoformat()}
        outcome.record(cast.session, cast.clock, actor, token, typed)


def _read(scene: Scene, step: Step) -> None:
    """The side that the step names opens the thread."""
    if step.value == "seeker":
        _read_by_seeker(scene)
    else:
        _read_by_unit(scene, scene.member(step.by))


def _read_by_seeker(scene: Scene) -> None:
    cast, ref = scene.cast, scene.cast.unit_ref(scene.told.unit)
    # A loading that goes on where it was broken off must not read what came later.
    if _messages(inbox.thread(cast.session, cast.clock, scene.seeker, ref).entries) == scene.said_before:
        inbox.mark_read(cast.session, cast.clock, scene.seeker, ref)


def _read_by_unit(scene: Scene, actor: Actor) -> None:
    cast = scene.cast
    token = cast.thread_token(actor, scene.told.to)
    if _messages(thread.thread(cast.session, cast.clock, actor, token).entries) == scene.said_before:
        thread.mark_read(cast.session, cast.clock, actor, token)


def _messages(entries: tuple[thread.ThreadEntry, ...]) -> int:
    return sum(entry.by != "hand_over" for entry in entries)


def _hand_over(scene: Scene, step: Step) -> None:
    cast, actor = scene.cast, scene.member(step.by)
    places = thread.places(cast.session, cast.clock, actor)
    (ref,) = (place.ref for place in places if place.name == step.value)
    with suppress(Conflict):
        token = cast.thread_token(actor, scene.told.to)
        thread.hand_over(cast.session, cast.clock, actor, token, ref)


def _block(scene: Scene, step: Step) -> None:
    block.block(scene.cast.session, scene.cast.clock, scene.seeker, [scene.cast.unit_ref(scene.told.unit)])


def _stop(scene: Scene, step: Step) -> None:
    seeker.stop(scene.cast.session, scene.cast.clock, scene.seeker)


_STEPS: dict[str, Callable[[Scene, Step], None]] = {
    "say": _say,
    "answer": _answer,
    "outcome": _record,
    "read": _read,
    "to_department": _hand_over,
    "block": _block,
    "stop": _stop,
}

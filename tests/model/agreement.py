"""What must hold after every step of a story, whatever the step was."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.domain.refusal import Forbidden, Refusal, Unreachable
from portal.domain.search import Criteria
from portal.services import block, inbox, own_reach, relay, search, thread
from portal.store.tables import audit, quota_use
from tests.model.model import UNREACHABLE, Model, No
from tests.model.world import World


def require_agreement(world: World, model: Model) -> None:
    """Compare everything that is stored, and what everybody sees: at the end of a story."""
    require_step(world, model, 0)
    for name in world.desks:
        _search(world, model, name)
        _unit(world, model, name)
    for number in world.people:
        _seeker(world, model, number)
    with world.database.read() as session:
        assert relay.check(session).wrong == ()


def require_step(world: World, model: Model, step: int) -> None:
    """Compare everything that is stored and, in turns, what one desk finds, or sees, or one seeker sees.

    Looking through everybody's eyes takes far longer than a step.
    """
    _messages(world, model)
    desks, people = sorted(world.desks), sorted(world.people)
    _search(world, model, desks[step % len(desks)])
    if step % 3 == 1:
        _unit(world, model, desks[step // 3 % len(desks)])
    if step % 3 == 2 and people:
        _seeker(world, model, people[step // 3 % len(people)])


def _messages(world: World, model: Model) -> None:
    """What is stored, its numbers of the day, and the counters."""
    stored = world.letters()
    assert stored == model.letters
    numbers: dict[tuple[str, date], list[int]] = {}
    for letter in stored:
        if letter.by == "unit":
            numbers.setdefault((letter.unit, letter.day), []).append(letter.number)
    for (unit, day), found in numbers.items():
        assert found == list(range(1, len(found) + 1)), f"numbers of {unit} on {day}"
    names = {built.id: name for name, built in world.units.items()}
    with world.database.read() as session:
        used = {(names[row.unit_id], row.jst_day): row.n for row in session.execute(select(quota_use))}
    assert used == {of: len(found) for of, found in numbers.items()}


def _search(world: World, model: Model, name: str) -> None:
    """A search that asks for nothing finds exactly those within reach, each with the right mark."""
    desk = model.desks[name]
    wanted: set[int] | str
    try:
        wanted = model.search(desk)
    except No as no:
        wanted = no.reason
    page: search.SearchPage | str
    try:
        with world.database.read() as session:
            page = search.search(session, world.clock, world.desks[name], Criteria())
    except Refusal as refusal:
        page = refusal.reason
    if isinstance(page, str) or isinstance(wanted, str):
        assert page == wanted
        return
    assert page.found == len(page.cards)
    people = {world.token(desk.unit, number): number for number in world.people}
    found = {people[card.token]: (card.contact.state.value, card.contact.own) for card in page.cards}
    assert found == {number: model.mark(desk, number) for number in wanted}


def _unit(world: World, model: Model, name: str) -> None:
    """A desk sees its threads, and what is left of the day."""
    desk, actor = model.desks[name], world.desks[name]
    if not model.acts(desk):
        with world.database.read() as session, pytest.raises(Forbidden, match="contractor_ended"):
            thread.threads(session, world.clock, actor)
        return
    with world.database.read() as session:
        shown = thread.threads(session, world.clock, actor)
        quota = relay.quota_now(session, world.clock, actor)
    seen = {world.thread(desk.unit, number): number for number in model.visible(desk)}
    threads = {number: model.threads[desk.unit, number] for number in seen.values()}
    assert {seen.get(line.token): (line.place, line.answer, line.unread) for line in shown.lines} == {
        number: (each.place, each.answer, each.unread_unit > 0) for number, each in threads.items()
    }
    assert quota.used == model.used(desk.unit, model.today)
    of_place = model.place_room(desk)
    assert quota.left_for_new == min(of_place, model.room(desk.unit, answer=False))
    assert quota.left == min(of_place, model.room(desk.unit, answer=True))


def _seeker(world: World, model: Model, number: int) -> None:
    """A seeker sees who wrote, whom they block, and how many organisations see them."""
    built, refs = world.people[number], {world.ref(name): name for name in world.units}
    with world.database.read() as session:
        lines = inbox.inbox(session, built.actor).lines
        blocked = block.blocks(session, world.clock, built.actor)
        reach = own_reach.own_reach(session, world.clock, built.actor)
    own = {unit: each for (unit, who), each in model.threads.items() if who == number}
    assert {refs[line.ref]: line.unread for line in lines} == {
        unit: each.unread_person for unit, each in own.items()
    }
    assert {refs[each.ref] for each in blocked} == model.people[number].blocked
    seen_by = {"private": reach.private.units, "municipal": reach.municipal.units}
    assert seen_by == model.onlookers(number)
    assert reach.shown == (not model.hindrances(number))


def same_refusals(world: World, refusal: Refusal, wanted: No) -> None:
    """The reason and the numbers that are told; a person out of reach leaves the same trace whatever the cause."""
    assert refusal.reason == wanted.reason
    assert {name: refusal.facts.get(name) for name in wanted.facts} == wanted.facts
    if wanted.reason != UNREACHABLE:
        return
    assert type(refusal) is Unreachable
    assert refusal.facts == {}
    with world.database.read() as session:
        line = session.execute(select(audit).order_by(audit.c.id.desc())).first()
    assert line is not None
    assert (line.outcome, line.reason, line.subject_kind, line.subject_id) == (
        "refused",
        UNREACHABLE,
        None,
        None,
    )

"""Who may do what to an application in which state: the whole table, forbidden ones too; and its steps."""

from itertools import product

import pytest

from portal.domain.application import (
    BEFORE_RECEIPT,
    DECIDED,
    GONE,
    IN_HAND,
    TRANSITIONS,
    Act,
    Kind,
    Part,
    Party,
    Result,
    State,
    Step,
    after,
    possible,
    settled,
    steps_of,
)
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Forbidden

# Written down by hand, apart from the code: act, whose it is, and from which state to which.
ALLOWED = """
start    applicant  gone > draft
save     applicant  draft > draft, returned > returned
finish   applicant  draft > ready, returned > returned
reopen   applicant  ready > draft
discard  applicant  draft > gone, ready > gone
take_in  bureau     gone > received
amend    bureau     received > received, returned > returned
receive  bureau     ready > received, returned > received
check    bureau     received > received, returned > returned
ask_back bureau     received > returned
approve  bureau     received > approved
refuse   bureau     received > refused, returned > refused
withdraw bureau     received > withdrawn, returned > withdrawn
apply    clock      approved > approved
expire   clock      draft > gone, ready > gone
"""


def allowed() -> dict[tuple[str, str], dict[str, str]]:
    found = {}
    for text in ALLOWED.strip().splitlines():
        act, party, ways = text.split(maxsplit=2)
        found[act, party] = dict(way.strip().split(" > ") for way in ways.split(","))
    return found


WAYS = allowed()


def test_every_act_is_in_the_table() -> None:
    assert {act for act, _ in WAYS} == {act.value for act in Act}
    assert len(TRANSITIONS) == sum(len(ways) for ways in WAYS.values())


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize("act", Act)
def test_every_act_by_every_party_in_every_state(act: Act, party: Party) -> None:
    for state in (GONE, *State):
        ways = WAYS.get((act.value, party.value))
        if ways is None:
            with pytest.raises(Forbidden):
                after(act, party, state)
        elif state.value not in ways:
            with pytest.raises(Conflict) as refused:
                after(act, party, state)
            assert refused.value.reason == "wrong_state"
        else:
            assert after(act, party, state).value == ways[state.value]


def test_what_is_possible_is_what_is_allowed() -> None:
    for party, state in product(Party, (GONE, *State)):
        wanted = {
            act
            for act in Act
            if (act.value, party.value) in WAYS and state.value in WAYS[act.value, party.value]
        }
        assert possible(party, state) == wanted


def test_what_was_decided_never_changes_again_but_is_entered_on_its_day() -> None:
    for party, state in product(Party, DECIDED):
        entered = {Act.APPLY} if (party, state) == (Party.CLOCK, State.APPROVED) else set()
        assert possible(party, state) == entered


def test_nobody_but_the_bureau_that_holds_it_makes_anything_valid() -> None:
    assert {party for act, party, _ in TRANSITIONS if act is Act.APPROVE} == {Party.BUREAU}
    for party in (Party.MEMBER, Party.OTHER_BUREAU, Party.OPERATOR, Party.NOBODY):
        assert not any(possible(party, state) for state in (GONE, *State))


def test_the_groups_of_states_hold_each_state_once() -> None:
    assert sorted([*BEFORE_RECEIPT, *IN_HAND, *DECIDED]) == sorted(State)


PRIVATE, MUNICIPAL = UnitClass.PRIVATE, UnitClass.MUNICIPAL


@pytest.mark.parametrize(
    ("kind", "unit_class", "parts", "steps"),
    [
        (Kind.USE, None, "", "applicant organisation people places undertakings"),
        (Kind.USE, PRIVATE, "", "applicant organisation people places undertakings"),
        (Kind.USE, MUNICIPAL, "", "applicant organisation people places contractors undertakings"),
        (Kind.RENEWAL, PRIVATE, "", "organisation people undertakings"),
        (Kind.RENEWAL, MUNICIPAL, "", "organisation people undertakings"),
        (Kind.END, PRIVATE, "", "ending"),
        (Kind.CHANGE, PRIVATE, "", "change undertakings"),
        (Kind.CHANGE, PRIVATE, "people", "change people undertakings"),
        (Kind.CHANGE, PRIVATE, "people contractors", "change people undertakings"),
        (Kind.CHANGE, MUNICIPAL, "contractors", "change contractors undertakings"),
        (
            Kind.CHANGE,
            MUNICIPAL,
            "contractors places people organisation",
            "change organisation people places contractors undertakings",
        ),
    ],
)
def test_each_procedure_has_its_steps(
    kind: Kind, unit_class: UnitClass | None, parts: str, steps: str
) -> None:
    chosen = frozenset(map(Part, parts.split()))
    assert steps_of(kind, unit_class, chosen) == tuple(map(Step, steps.split()))


def test_an_item_is_settled_when_nothing_is_missing() -> None:
    assert [settled(result) for result in (None, Result.MISSING, Result.OK, Result.NOT_APPLICABLE)] == [
        False,
        False,
        True,
        True,
    ]

"""Rare combinations: which facts are shown, so that at least so many people are shown alike."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.profile import Choice
from portal.domain.rarity import (
    OFF,
    Count,
    Fact,
    Nodes,
    Person,
    again,
    arrange,
    check_threshold,
    digest,
    displayed,
    facts,
    order_key,
    place,
    told,
)
from portal.domain.refusal import Invalid


@dataclass(frozen=True)
class Row:
    name_ja: str = ""
    parent: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


BOOK: dict[str, dict[str, Row]] = {
    "occupation": {f"{n:03}": Row(parent=f"{n % 3:02}") for n in range(9)},
    "occupation_major": {f"{n:02}": Row() for n in range(3)},
    "prefecture": {"13": Row(), "24": Row()},
    "municipality": {"13101": Row(parent="13"), "24201": Row(parent="24"), "24202": Row(parent="24")},
}
REGULAR = Choice("employment", "employment_type", "regular")
TSU, YOKKAICHI = Choice("place", "municipality", "24201"), Choice("place", "municipality", "24202")
MIE, TOKYO = Choice("place", "prefecture", "24"), Choice("place", "prefecture", "13")


def occupation(code: str) -> Choice:
    return Choice("occupation", "occupation", code)


def licence(code: str) -> Choice:
    return Choice("licence", "licence", code)


def person(*choices: Choice, key: object = "both") -> Person:
    return Person(key, facts(choices, BOOK))


def alike(people: Mapping[int, Person], shown: Mapping[int, Iterable[Fact]]) -> Counter[object]:
    return Counter((people[number].key, displayed(given)) for number, given in shown.items())


def crowd(chance: random.Random, number: int) -> dict[int, Person]:
    """People with skewed choices, some of them with something nobody else has."""
    made = {}
    for each in range(number):
        chosen = [
            occupation(f"{min(chance.randrange(9), chance.randrange(9)):03}"),
            chance.choice([TSU, MIE, TOKYO]),
        ]
        chosen += [REGULAR] if chance.random() < 0.7 else []
        chosen += [licence(f"L{n:03}") for n in range(4) if chance.random() < 0.2]
        made[each] = person(*chosen, key=chance.choice(["both", "both", "private"]))
    return made


# What could be shown


def test_the_coarse_fact_stands_before_the_fine_one_and_a_second_of_its_kind_hangs_on_it() -> None:
    names = [(fact.name, fact.choice.code, fact.needs) for fact in facts([TSU, YOKKAICHI, TOKYO], BOOK)]
    assert names == [
        ("place.1.group", "24", ""),
        ("place.1.whole", "24201", "place.1.group"),
        ("place.2.whole", "24202", "place.1.group"),
        ("place.3.group", "13", ""),
    ]


def test_licences_count_by_their_code_and_not_by_the_order_chosen() -> None:
    assert facts([licence("L2"), licence("L1")], BOOK) == facts([licence("L1"), licence("L2")], BOOK)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ([], []),
        (["place.1.group"], [MIE]),
        (["place.1.group", "place.1.whole"], [TSU]),
        (["place.1.group", "place.2.whole"], [YOKKAICHI]),
    ],
)
def test_the_fine_fact_takes_the_place_of_its_coarse_one(names: list[str], shown: list[Choice]) -> None:
    assert list(displayed(fact for fact in facts([TSU, YOKKAICHI], BOOK) if fact.name in names)) == shown


# Everybody


@given(st.integers(0, 10_000), st.integers(0, 120), st.integers(2, 9))
def test_nobody_is_shown_alike_with_fewer_than_the_threshold(seed: int, number: int, threshold: int) -> None:
    people = crowd(random.Random(seed), number)
    shown = arrange(people, threshold)
    assert shown.keys() == people.keys()
    of_key = Counter(each.key for each in people.values())
    for (key, told_facts), size in alike(people, shown).items():
        # Only where there are not that many people at all; of those nothing is shown.
        assert size >= threshold or (of_key[key] < threshold and told_facts == ())


@given(st.integers(0, 10_000), st.integers(2, 9))
def test_only_own_facts_are_shown_and_no_fine_one_without_its_coarse_one(seed: int, threshold: int) -> None:
    people = crowd(random.Random(seed), 60)
    for number, shown in arrange(people, threshold).items():
        assert set(shown) <= set(people[number].facts)
        names = {fact.name for fact in shown}
        assert all(not fact.needs or fact.needs in names for fact in shown)


def test_a_frequent_combination_is_shown_whole_and_a_rare_fact_is_left_out() -> None:
    people = {n: person(occupation("000"), TSU, REGULAR) for n in range(5)}
    people[5] = person(occupation("000"), TSU, REGULAR, licence("L9"))
    shown = arrange(people, 5)
    assert displayed(shown[0]) == displayed(shown[5])
    assert set(displayed(shown[5])) == {occupation("000"), REGULAR, TSU}


def test_a_rare_municipality_is_shown_as_its_prefecture() -> None:
    people = {n: person(occupation("000"), MIE) for n in range(4)} | {4: person(occupation("000"), TSU)}
    assert set(displayed(arrange(people, 5)[4])) == {occupation("000"), MIE}


def test_a_few_who_lack_what_all_others_have_do_not_stand_out() -> None:
    people = {n: person(occupation("000"), REGULAR) for n in range(5)} | {5: person(occupation("000"))}
    assert {displayed(each) for each in arrange(people, 3).values()} == {(occupation("000"),)}


def test_with_the_rule_off_everything_is_shown() -> None:
    people = crowd(random.Random(1), 20)
    assert arrange(people, OFF) == {number: each.facts for number, each in people.items()}


# One more, and the next night


@given(st.integers(0, 10_000))
def test_a_newcomer_joins_a_combination_that_enough_people_are_shown_with(seed: int) -> None:
    chance = random.Random(seed)
    people = crowd(chance, 60)
    shown, nodes = arrange(people, 4), Nodes()
    for number, given_facts in shown.items():
        nodes.add(people[number].key, given_facts)
    for newcomer in crowd(chance, 20).values():
        found = place(newcomer, nodes.look, 4)
        if found is not None:
            assert set(found) <= set(newcomer.facts)
            assert nodes.sizes[digest(newcomer.key, found)] >= 4


def test_a_newcomer_like_nobody_waits_bare_for_the_next_run() -> None:
    nodes = Nodes()
    for _ in range(4):
        nodes.add("both", person(occupation("000"), MIE).facts)
    assert place(person(occupation("001"), TOKYO), nodes.look, 4) is None
    assert place(person(occupation("000"), MIE), nodes.look, 5) is None


def test_who_is_still_alike_with_enough_keeps_their_face_and_the_others_are_looked_at_again() -> None:
    people = {n: person(occupation("000"), MIE, REGULAR) for n in range(4)}
    people |= {n: person(occupation("000"), TOKYO, licence("L1")) for n in range(4, 7)}
    # Shown less than would be possible today: stays so until the month begins.
    present = {n: frozenset({"occupation.1.group", "occupation.1.whole"}) for n in range(4)}
    present |= {n: frozenset({"occupation.1.group", "place.1.group"}) for n in range(4, 6)}
    kept = again(people, present, 3, anew=False)
    assert {displayed(kept[n]) for n in range(4)} == {(occupation("000"),)}
    assert {displayed(kept[n]) for n in range(4, 7)} == {(occupation("000"),)}
    anew = again(people, present, 3, anew=True)
    assert {frozenset(displayed(anew[n])) for n in range(4)} == {frozenset({occupation("000"), REGULAR, MIE})}


@given(st.integers(0, 10_000))
def test_after_a_day_of_coming_and_going_nobody_is_alone_either(seed: int) -> None:
    chance = random.Random(seed)
    people = crowd(chance, 80)
    present = {n: frozenset(fact.name for fact in shown) for n, shown in arrange(people, 4).items()}
    newcomers = {100 + n: each for n, each in crowd(chance, 15).items()}
    left = {n: each for n, each in people.items() if chance.random() < 0.8} | newcomers
    shown = again(left, present, 4, anew=False)
    of_key = Counter(left[n].key for n in shown)
    told_alike = Counter((left[n].key, digest(left[n].key, each)) for n, each in shown.items())
    # Fewer are alike only where there are not that many at all.
    assert all(size >= 4 or of_key[key] < 4 for (key, _), size in told_alike.items())


# What is told


def test_the_place_in_the_list_follows_what_is_shown_and_nothing_else() -> None:
    assert order_key(["b:1", "a:1"]) == order_key(["a:1", "b:1"]) != order_key(["a:1"])


@pytest.mark.parametrize(
    ("number", "threshold", "count"),
    [
        (0, 5, Count(0)),
        (1, 5, Count(5, few=True)),
        (4, 5, Count(5, few=True)),
        (5, 5, Count(5)),
        (1, OFF, Count(1)),
    ],
)
def test_small_counts_are_not_told_exactly(number: int, threshold: int, count: Count) -> None:
    assert told(number, threshold) == count


@pytest.mark.parametrize("number", [-1, 1, 1001])
def test_a_threshold_lies_between_two_and_a_thousand(number: int) -> None:
    with pytest.raises(Invalid):
        check_threshold(number)
    assert [check_threshold(each) for each in (OFF, 2, 1000)] == [OFF, 2, 1000]

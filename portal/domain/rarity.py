"""Rare combinations (珍しい組合せ): which facts of a person organisations are shown, so that nobody stands alone.

The rule (our decision; docs/decisions/0014): everything an organisation is shown of a person by codes is shown alike of
at least so many people as the operator says. Facts are added in one fixed order, the coarse before the fine; a fact
that would leave fewer people alike is not shown. Search finds by what is shown, and by nothing else. The months and the
free texts are not part of it: what stays joinable by them is named in the threat model.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from portal.domain.profile import Book, Choice
from portal.domain.refusal import Invalid

OFF = 0
LEAST, MOST = 2, 1000
"""A threshold is 0 (everything is shown) or lies between these."""
SUGGESTED = 5

# Facts in the order in which they are added. "group" is the coarse form (group of occupations, prefecture); "whole" the
# chosen one. What is not named here follows, in the order of ROLES. Our decision: first what a match begins with.
_FIRST = (
    "occupation.1.group",
    "place.1.group",
    "occupation.1.whole",
    "employment.1",
    "licence.1",
    "experience.1.group",
    "time.1",
    "place.1.whole",
    "wage.1",
    "education.1",
    "licence.2",
    "occupation.2.group",
    "place.2.group",
    "experience.1.whole",
)
ROLES = ("occupation", "place", "employment", "time", "wage", "licence", "experience", "education")
_MOST_OF_A_ROLE = 10
_GROUPED = {"occupation": "occupation_major", "experience": "occupation_major", "place": "prefecture"}


def _order() -> tuple[str, ...]:
    rest = [
        f"{role}.{number}{form}"
        for number in range(1, _MOST_OF_A_ROLE + 1)
        for role in ROLES
        for form in ((".group", ".whole") if role in _GROUPED else ("",))
    ]
    return tuple(dict.fromkeys((*_FIRST, *rest)))


ORDER = _order()
_RANK = {name: rank for rank, name in enumerate(ORDER)}


class Fact(NamedTuple):
    """One thing an organisation may be shown. needs: the coarse fact that must be shown before it, "" without one."""

    name: str
    choice: Choice
    needs: str = ""


@dataclass(frozen=True)
class Person:
    """key: what is shown or filtered whatever the rule says (range, 有料サービス届出対象). facts: in the fixed order."""

    key: Hashable
    facts: tuple[Fact, ...]


def check_threshold(threshold: int) -> int:
    """A threshold the operator may set. Raises Invalid "threshold": "out_of_range"."""
    if threshold != OFF and not LEAST <= threshold <= MOST:
        raise Invalid({"threshold": ["out_of_range"]})
    return threshold


def facts(choices: Iterable[Choice], book: Book) -> tuple[Fact, ...]:
    """Everything that could be shown of somebody, in the fixed order.

    A second municipality of the same prefecture, or occupation of the same group, hangs on the first one's coarse fact.
    Licences, employment and times count by their code and not by the order chosen, so that more people are alike.
    Raises KeyError for a code that is in no table.
    """
    by_role: dict[str, list[Choice]] = {}
    for choice in choices:
        by_role.setdefault(choice.role, []).append(choice)
    found = []
    for role, chosen in by_role.items():
        if role not in _GROUPED:
            chosen = sorted(chosen, key=lambda one: (one.kind, one.code))
        coarse: dict[Choice, str] = {}
        for number, choice in enumerate(chosen, 1):
            if role not in _GROUPED:
                found.append(_fact(f"{role}.{number}", choice))
                continue
            group = _group(choice, book)
            if group not in coarse:
                coarse[group] = f"{role}.{number}.group"
                found.append(_fact(coarse[group], group))
            if group != choice:
                found.append(_fact(f"{role}.{number}.whole", choice, coarse[group]))
    return tuple(sorted(found, key=lambda fact: _RANK[fact.name]))


@lru_cache(maxsize=50_000)
def _fact(name: str, choice: Choice, needs: str = "") -> Fact:
    """The same object for everybody: a hundred thousand people have few different facts."""
    return Fact(name, choice, needs)


def _group(choice: Choice, book: Book) -> Choice:
    kind = _GROUPED[choice.role]
    above = choice.code if choice.kind == kind else book[choice.kind][choice.code].parent
    return Choice(choice.role, kind, above or choice.code, choice.band)


def displayed(shown: Iterable[Fact]) -> tuple[Choice, ...]:
    """What an organisation is shown: the fine fact takes the place of its coarse one."""
    shown = tuple(shown)
    refined = {fact.needs for fact in shown if fact.needs}
    kept: dict[tuple[str, str, str], Choice] = {}
    for fact in shown:
        if fact.name not in refined:
            kept.setdefault((fact.choice.role, fact.choice.kind, fact.choice.code), fact.choice)
    return tuple(kept.values())


def digest(key: Hashable, shown: Iterable[Fact]) -> bytes:
    """What stands for a combination: 16 bytes, the same for everybody who is shown alike."""
    told = "\n".join(
        (
            repr(key),
            *(f"{fact.name} {fact.choice.kind} {fact.choice.code} {fact.choice.band}" for fact in shown),
        )
    )
    return hashlib.blake2b(told.encode(), digest_size=16).digest()


def order_key(tokens: Iterable[str]) -> bytes:
    """What the place in the list is drawn from while the rule is in force: who is shown alike stands together, so that
    the order tells nothing that the facts do not tell (ruling R5). tokens: what the profile is found by."""
    return hashlib.blake2b(" ".join(sorted(tokens)).encode(), digest_size=16).digest()


@dataclass(frozen=True)
class Count:
    """How many, as an organisation is told it where the people are not listed. few: not none, and fewer than that."""

    number: int
    few: bool = False


def told(number: int, threshold: int) -> Count:
    """A count below the threshold is not told exactly; that there is nobody is."""
    return Count(threshold, few=True) if 0 < number < threshold else Count(number)


# Looking through everybody


def arrange(people: Mapping[int, Person], threshold: int) -> dict[int, tuple[Fact, ...]]:
    """What to show of everybody, so that at least ``threshold`` people are shown alike.

    Fewer are left alike only where fewer people than that share a key; of them nothing is shown. The same people give
    the same answer. threshold: OFF shows everything.
    """
    if threshold == OFF:
        return {number: person.facts for number, person in people.items()}
    shown: dict[int, list[Fact]] = {number: [] for number in people}
    names: dict[int, set[str]] = {number: set() for number in people}
    here = dict.fromkeys(people, 0)
    cells: dict[Hashable, list[int]] = {}
    for number in sorted(people):
        cells.setdefault(people[number].key, []).append(number)
    waiting = [cell for cell in cells.values() if len(cell) >= threshold]
    while waiting:
        cell = waiting.pop()
        name = _next(cell, people, here)
        if name:
            waiting.extend(_divide(cell, name, people, here, names, shown, threshold))
    return {number: tuple(facts) for number, facts in shown.items()}


def _next(cell: list[int], people: Mapping[int, Person], here: Mapping[int, int]) -> str:
    """The first fact, in the fixed order, that anybody in the cell has still before them; "" without one."""
    names = {facts[at].name for number in cell if (at := here[number]) < len(facts := people[number].facts)}
    return min(names, key=_RANK.__getitem__, default="")


def _divide(
    cell: list[int],
    name: str,
    people: Mapping[int, Person],
    here: dict[int, int],
    names: dict[int, set[str]],
    shown: dict[int, list[Fact]],
    threshold: int,
) -> list[list[int]]:
    """Show a fact of those in a cell who share it with enough others; the rest stays together without it."""
    alike: dict[tuple[str, str, str], list[int]] = {}
    # Whose coarse facts are shown is the same in a whole cell, so one of each kind stands for all.
    sample: dict[tuple[str, str, str], Fact] = {}
    without = []
    for number in cell:
        facts, at = people[number].facts, here[number]
        if at < len(facts) and facts[at].name == name:
            here[number] += 1
            fact = facts[at]
            if not fact.needs or fact.needs in names[number]:
                value = (fact.choice.kind, fact.choice.code, fact.choice.band or "")
                sample.setdefault(value, fact)
                alike.setdefault(value, []).append(number)
                continue
        without.append(number)
    if not alike:
        return [cell]
    large = sorted(
        (group for group in alike.items() if len(group[1]) >= threshold),
        key=lambda group: (len(group[1]), group[0]),
    )
    for group in alike.values():
        if len(group) < threshold:
            without.extend(group)
    while without and len(without) < threshold and large:
        # So few would stand out by what is missing: the smallest group keeps them company.
        without.extend(large.pop(0)[1])
    for value, group in large:
        for number in group:
            shown[number].append(sample[value])
            names[number].add(name)
    return [*([without] if without else []), *(group for _, group in large)]


@dataclass
class Nodes:
    """The combinations people are shown with, and those on the way to them. sizes: by digest; 0 on the way only."""

    sizes: dict[bytes, int] = field(default_factory=dict)

    def add(self, key: Hashable, shown: Sequence[Fact]) -> None:
        """One more person is shown so."""
        for length in range(len(shown)):
            self.sizes.setdefault(digest(key, shown[:length]), 0)
        whole = digest(key, shown)
        self.sizes[whole] = self.sizes.get(whole, 0) + 1

    def look(self, digests: Collection[bytes]) -> dict[bytes, int]:
        """The sizes of those there are."""
        return {each: self.sizes[each] for each in digests if each in self.sizes}


Look = Callable[[Collection[bytes]], Mapping[bytes, int]]


def place(person: Person, look: Look, threshold: int) -> tuple[Fact, ...] | None:
    """What to show of one more person: the first combination, in the fixed order, that enough people are shown with.

    look: the sizes of combinations (`Nodes.look`). None when there is none that fits; then nothing is shown until the
    next run.
    """

    def onward(shown: tuple[Fact, ...], start: int, size: int) -> tuple[Fact, ...] | None:
        names = {fact.name for fact in shown}
        further = [
            (index + 1, (*shown, fact))
            for index, fact in enumerate(person.facts[start:], start)
            if not fact.needs or fact.needs in names
        ]
        digests = [digest(person.key, longer) for _, longer in further]
        sizes = look(digests) if digests else {}
        for (after, longer), each in zip(further, digests, strict=True):
            if each in sizes and (found := onward(longer, after, sizes[each])) is not None:
                return found
        return shown if size >= threshold else None

    root = digest(person.key, ())
    sizes = look([root])
    return onward((), 0, sizes[root]) if root in sizes else None


# The run of a night


def again(
    people: Mapping[int, Person], present: Mapping[int, frozenset[str]], threshold: int, *, anew: bool
) -> dict[int, tuple[Fact, ...]]:
    """What to show of everybody after a day of changes.

    present: the names of the facts shown until now, of those who were looked at before. Whoever is still shown alike
    with enough others stays so, so that a profile does not change its face from day to day; the others find their place
    among these or with one another, and the last few are arranged together with those nearest to them. anew: arrange
    everybody (once a month, or when the threshold was changed).
    """
    if anew or threshold == OFF:
        return arrange(people, threshold)
    alike: dict[bytes, list[int]] = {}
    shown = {}
    for number, names in present.items():
        if number in people:
            shown[number] = tuple(fact for fact in people[number].facts if fact.name in names)
            alike.setdefault(digest(people[number].key, shown[number]), []).append(number)
    kept = {
        number for group in alike.values() if len(group) >= threshold for number in group if shown[number]
    }
    nodes = Nodes()
    for number in kept:
        nodes.add(people[number].key, shown[number])
    given = {number: shown[number] for number in kept}
    left = {}
    for number in sorted(people.keys() - kept):
        found = place(people[number], nodes.look, threshold)
        if found is None:
            left[number] = people[number]
        else:
            given[number] = found
    given |= arrange(left, threshold)
    bare = [number for number in left if not given[number]]
    few = {key for key, size in Counter(people[number].key for number in bare).items() if size < threshold}
    for number in bare:
        if people[number].key in few and not given[number]:
            given |= arrange(_nearest(number, people, given, nodes.look, threshold), threshold)
    return given


def _nearest(
    number: int,
    people: Mapping[int, Person],
    given: Mapping[int, tuple[Fact, ...]],
    look: Look,
    threshold: int,
) -> dict[int, Person]:
    """Somebody with enough of those who share the first facts with them; all who share the key where there are few."""
    way = _way(people[number], look)
    near = {other: people[other] for other in given if people[other].key == people[number].key}
    while True:
        closer = {other: each for other, each in near.items() if given[other][: len(way)] == way}
        if not way or len(closer) >= threshold:
            return closer | {number: people[number]}
        way = way[:-1]


def _way(person: Person, look: Look) -> tuple[Fact, ...]:
    """How far somebody goes with others, in the fixed order, before nobody is shown with the next fact."""
    shown: tuple[Fact, ...] = ()
    for fact in person.facts:
        longer = (*shown, fact)
        if (not fact.needs or fact.needs in {each.name for each in shown}) and look(
            [digest(person.key, longer)]
        ):
            shown = longer
    return shown

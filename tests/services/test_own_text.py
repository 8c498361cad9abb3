"""The warning before an answer: what it finds, for whom, and that it keeps nothing."""

from typing import Any

import pytest

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden
from portal.domain.screening.finding import FindingKind
from portal.services.own_text import Part, screened
from portal.store.tables import audit, held_text
from tests.build import BuiltSeeker, build_seeker
from tests.services.relay_world import rows_of


def _screened(database: Any, who: BuiltSeeker, text: str) -> tuple[Part, ...]:
    with database.read() as session:
        return screened(session, who.actor, text)


def test_S_Q2_the_own_name_and_number_are_pointed_at_in_their_place(database: Any) -> None:
    who = build_seeker(database, name="架空坂 見本子", phone="00-1111-2222")
    assert _screened(database, who, "架空坂です。00-1111-2222 まで。") == (
        ("架空坂", FindingKind.NAME),
        ("です。", None),
        ("00-1111-2222", FindingKind.PHONE),
        (" まで。", None),
    )


def test_a_text_that_tells_nobody_is_not_warned_of(database: Any) -> None:
    who = build_seeker(database, name="架空坂 見本子")
    assert _screened(database, who, "勤務地は駅から近いですか。") == ()
    assert _screened(database, who, "") == ()


def test_another_persons_name_is_not_the_writers(database: Any) -> None:
    who = build_seeker(database, name="架空坂 見本子")
    assert _screened(database, who, "説明会の架空谷さんにお礼をお伝えください。") == ()


def test_S_Q2_nothing_is_held_and_nothing_is_written_down(database: Any) -> None:
    who = build_seeker(database, name="架空坂 見本子")
    _screened(database, who, "架空坂です。")
    assert (rows_of(database, held_text), rows_of(database, audit)) == (0, 0)


@pytest.mark.parametrize("kind", [kind for kind in ActorKind if kind is not ActorKind.SEEKER])
def test_nobody_else_can_ask_what_tells_who_somebody_is(database: Any, kind: ActorKind) -> None:
    who = build_seeker(database)
    with database.read() as session, pytest.raises(Forbidden):
        screened(session, Actor(kind, seeker_id=who.id), "見本")

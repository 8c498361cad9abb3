"""Refusals: the codes that pages and audit lines are built on."""

from datetime import UTC, date, datetime

import pytest

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import (
    Conflict,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    PlaceLimitReached,
    Refusal,
    SendingClosed,
    Unreachable,
)


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (Refusal(), "refused"),
        (Refusal("extension_too_early"), "extension_too_early"),
        (NotFound(), "not_found"),
        (Forbidden(), "forbidden"),
        (Forbidden("outcome_of_other_side"), "outcome_of_other_side"),
        (Unreachable(), "unreachable"),
        (SendingClosed("suspended"), "suspended"),
        (SendingClosed(), "sending_closed"),
        (Conflict(), "conflict"),
        (Invalid({"text": ["missing"]}), "invalid"),
        (LimitReached(1000, 990, 11, datetime(2026, 6, 15, 15, tzinfo=UTC)), "limit_reached"),
        (PlaceLimitReached(50, 50, 1, datetime(2026, 6, 15, 15, tzinfo=UTC)), "place_limit_reached"),
    ],
)
def test_every_refusal_carries_a_reason_code(refusal: Refusal, reason: str) -> None:
    assert refusal.reason == reason
    assert str(refusal) == reason
    assert isinstance(refusal, Refusal)


def test_facts_are_kept_as_they_were_given() -> None:
    refusal = Refusal("extension_too_early", opens_on=date(2026, 8, 1))
    assert refusal.facts == {"opens_on": date(2026, 8, 1)}


def test_an_invalid_form_names_each_field_with_its_codes() -> None:
    refused = Invalid({"text": ("too_long", "nul"), "": ["expired"]}, length=2001)
    assert refused.errors == {"text": ["too_long", "nul"], "": ["expired"]}
    assert refused.facts == {"length": 2001}


def test_a_reached_limit_tells_the_numbers_and_when_the_count_begins_anew() -> None:
    resets = datetime(2026, 6, 15, 15, tzinfo=UTC)
    refused = LimitReached(1000, 990, 11, resets, fits=10)
    assert refused.facts == {"limit": 1000, "used": 990, "asked": 11, "fits": 10, "resets_at": resets}
    assert (refused.limit, refused.used, refused.asked, refused.fits) == (1000, 990, 11, 10)
    assert refused.resets_at == resets


def test_that_a_seeker_cannot_be_reached_is_told_without_any_fact() -> None:
    assert Unreachable().facts == {}
    assert str(Unreachable()) == str(Unreachable())
    with pytest.raises(TypeError):
        Unreachable("blocked")  # type: ignore[call-arg]  # that it cannot be given is what is tested


def test_an_actor_is_a_value_that_cannot_be_changed() -> None:
    actor = Actor(ActorKind.MEMBER, unit_id=1, request_id="r")
    assert actor == Actor(ActorKind.MEMBER, unit_id=1, request_id="r")
    with pytest.raises(AttributeError):
        actor.unit_id = 2  # type: ignore[misc]  # that it cannot be set is what is tested

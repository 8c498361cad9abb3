"""The seeker's answers, and which texts can be taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.actor import ActorKind
from portal.domain.answer import LONGEST_MESSAGE, AnswerKind, check_answer, check_text, opens
from portal.domain.outcome import Outcome, next_outcomes
from portal.domain.refusal import Invalid


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("はじめまして。", "はじめまして。"),
        ("  前後の空白\u3000\n", "前後の空白"),
        ("一行目\r\n二行目\r三行目\n四行目", "一行目\n二行目\n三行目\n四行目"),
        ("表\tの\t字", "表\tの\t字"),
        ("👍🏽", "👍🏽"),
        ("ﾊﾝｶｸ", "ﾊﾝｶｸ"),
        ("か\u3099", "か\u3099"),
        ("?", "?"),
        ("1", "1"),
    ],
)
def test_a_text_is_stored_as_typed_but_for_line_ends_and_outer_blanks(typed: str, stored: str) -> None:
    assert check_text(typed) == stored


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("", ["missing"]),
        (" \u3000\r\n\t", ["missing"]),
        ("\u200b\u200d\ufeff", ["missing"]),
        ("\u0301", ["missing"]),
        ("あ\x00い", ["nul"]),
        ("\x00", ["missing", "nul"]),
        ("あ\ud800い", ["surrogate"]),
        ("あ\x1bい", ["control"]),
        ("あ\x85い", ["control"]),
        ("あ" * 2001, ["too_long"]),
        ("\x00" + "あ" * 2000 + "\udfff", ["too_long", "nul", "surrogate"]),
    ],
)
def test_a_text_that_cannot_be_taken_is_refused_with_every_code(typed: str, codes: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        check_text(typed)
    assert refused.value.errors == {"text": codes}


@pytest.mark.parametrize("sign", ["a", "あ", "𠮷", "👍"])
@pytest.mark.parametrize(("count", "fits"), [(1999, True), (2000, True), (2001, False)])
def test_the_length_of_a_text_is_counted_in_characters_not_bytes(sign: str, count: int, fits: bool) -> None:
    assert LONGEST_MESSAGE == 2000
    if fits:
        assert check_text(sign * count) == sign * count
        return
    with pytest.raises(Invalid) as refused:
        check_text(sign * count)
    assert refused.value.facts == {"length": 2001, "longest": 2000}


def test_blanks_around_a_text_do_not_count() -> None:
    assert check_text(" " * 50 + "あ" * 2000 + "\n") == "あ" * 2000


def test_another_field_and_another_length_can_be_named() -> None:
    with pytest.raises(Invalid) as refused:
        check_text("あいう", longest=2, field="reason")
    assert refused.value.errors == {"reason": ["too_long"]}


@pytest.mark.parametrize("kind", [AnswerKind.USE, AnswerKind.LATER])
@pytest.mark.parametrize("typed", ["", " ", "\u200b"])
def test_S_Q2_a_wish_to_use_the_service_needs_no_words_and_neither_does_not_now(
    kind: AnswerKind, typed: str
) -> None:
    assert check_answer(kind, typed) == ""


@pytest.mark.parametrize("kind", [AnswerKind.QUESTION, AnswerKind.TEXT])
def test_S_Q2_a_question_and_a_free_text_need_words(kind: AnswerKind) -> None:
    assert check_answer(kind, " 勤務時間は? ") == "勤務時間は?"
    with pytest.raises(Invalid) as refused:
        check_answer(kind, " ")
    assert refused.value.errors == {"text": ["missing"]}


@pytest.mark.parametrize("kind", list(AnswerKind))
def test_no_kind_of_answer_takes_a_text_that_cannot_be_stored(kind: AnswerKind) -> None:
    with pytest.raises(Invalid):
        check_answer(kind, "あ\x00")


@pytest.mark.parametrize(
    ("kind", "current", "outcome"),
    [
        (AnswerKind.USE, Outcome.NONE, Outcome.USE_WISHED),
        (AnswerKind.USE, Outcome.ENDED, Outcome.USE_WISHED),
        (AnswerKind.USE, Outcome.EMPLOYED, Outcome.USE_WISHED),
        (AnswerKind.USE, Outcome.USE_WISHED, None),
        (AnswerKind.USE, Outcome.ACCEPTED, None),
        (AnswerKind.USE, Outcome.REFERRED, None),
        (AnswerKind.LATER, Outcome.NONE, None),
        (AnswerKind.LATER, Outcome.USE_WISHED, Outcome.ENDED),
        (AnswerKind.LATER, Outcome.ACCEPTED, None),
        (AnswerKind.QUESTION, Outcome.NONE, None),
        (AnswerKind.TEXT, Outcome.USE_WISHED, None),
    ],
)
def test_R8_a_wish_opens_the_outcome_and_said_twice_changes_nothing(
    kind: AnswerKind, current: Outcome, outcome: Outcome | None
) -> None:
    assert opens(kind, current) == outcome


@pytest.mark.parametrize("kind", list(AnswerKind))
@pytest.mark.parametrize("current", list(Outcome))
def test_R8_what_an_answer_brings_about_is_a_step_the_seeker_may_take(
    kind: AnswerKind, current: Outcome
) -> None:
    to = opens(kind, current)
    assert to is None or to in next_outcomes(current, ActorKind.SEEKER)


@given(st.text(st.characters() | st.sampled_from("\x00\r\n\t\u200b\ud800"), max_size=60))
def test_any_text_is_either_refused_or_stored_so_that_it_can_be_stored_again(typed: str) -> None:
    try:
        stored = check_text(typed, longest=40)
    except Invalid as refused:
        codes = refused.errors["text"]
    else:
        codes = []
        assert check_text(stored, longest=40) == stored
        assert stored.encode()
        assert len(stored) <= 40
        assert "\r" not in stored
    assert set(codes) <= {"missing", "too_long", "nul", "surrogate", "control"}


@pytest.mark.parametrize("blank", ["\u3164", "\u2800", "\u115f", "\u1160", "\uffa0"])
def test_letters_that_show_nothing_are_no_text(blank: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_text(f"{blank}{blank} \n{blank}")
    assert refused.value.errors == {"text": ["missing"]}
    assert check_text(blank, may_be_empty=True) == ""
    # Inside of a text they are left as they are.
    assert check_text(f"{blank}案内") == f"{blank}案内"

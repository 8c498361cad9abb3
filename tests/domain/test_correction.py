"""What may be asked to be corrected, and how the office may answer: tables of cases."""

import pytest

from portal.domain.correction import LONGEST, MOST_OPEN, Part, State, check_answer, check_request
from portal.domain.refusal import Conflict, Invalid, Refusal


@pytest.mark.parametrize(
    ("part", "text", "errors"),
    [
        ("", "住所が違います。", {"part": ["missing"]}),
        ("weather", "住所が違います。", {"part": ["unknown_code"]}),
        ("identity", " \n ", {"text": ["missing"]}),
        ("identity", "あ" * (LONGEST + 1), {"text": ["too_long"]}),
        ("identity", "住所\0", {"text": ["nul"]}),
        ("", "", {"part": ["missing"], "text": ["missing"]}),
    ],
)
def test_a_request_names_a_part_and_says_something(
    part: str, text: str, errors: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        check_request(part, text, waiting=0)
    assert refused.value.errors == errors


@pytest.mark.parametrize("part", list(Part))
def test_every_part_can_be_asked_about_and_the_longest_text_is_taken(part: Part) -> None:
    assert check_request(part.value, " " + "あ" * LONGEST + "\r\n", waiting=MOST_OPEN - 1) == (
        part,
        "あ" * LONGEST,
    )


def test_no_more_than_so_many_requests_wait() -> None:
    with pytest.raises(Refusal) as refused:
        check_request("data", "違います。", waiting=MOST_OPEN)
    assert (refused.value.reason, refused.value.facts) == ("corrections_full", {"most": MOST_OPEN})


@pytest.mark.parametrize(
    ("decision", "text", "kept"),
    [
        ("corrected", "", (State.CORRECTED, "")),
        ("corrected", " 直しました。 ", (State.CORRECTED, "直しました。")),
        ("not_corrected", "届のとおりでした。", (State.NOT_CORRECTED, "届のとおりでした。")),
    ],
)
def test_what_was_done_needs_no_words_and_what_was_not_needs_its_reason(
    decision: str, text: str, kept: tuple[State, str]
) -> None:
    assert check_answer(State.OPEN, decision, text) == kept


@pytest.mark.parametrize(
    ("decision", "text", "errors"),
    [
        ("", "", {"decision": ["missing"]}),
        ("open", "", {"decision": ["unknown_code"]}),
        ("not_corrected", " ", {"text": ["missing"]}),
        ("corrected", "あ" * (LONGEST + 1), {"text": ["too_long"]}),
    ],
)
def test_an_answer_without_a_decision_or_a_reason_is_refused(
    decision: str, text: str, errors: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        check_answer(State.OPEN, decision, text)
    assert refused.value.errors == errors


@pytest.mark.parametrize("current", [State.CORRECTED, State.NOT_CORRECTED])
def test_an_answer_is_final(current: State) -> None:
    with pytest.raises(Conflict):
        check_answer(current, "corrected", "")

"""Each field and each thing that people put into it by mistake: the reason they are told.

Registration at the office, messages and answers, search. The pages that show the reasons are tried by
tests/forms/test_every_form.py, which knows no reasons but finds every form.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from portal.domain.answer import AnswerKind, check_answer, check_text
from portal.domain.refusal import Invalid
from portal.domain.search import read_criteria
from portal.services import seeker
from portal.services.profile import every
from tests.forms.evil_values import EVIL
from tests.registrations import FORM, build_office_clerk, prepare

TAKEN = ""
# Values as the services get them: what is no text in any encoding has become marks of replacement on the way.
TYPED = {what: value.decode("utf-8", "replace") for what, value in EVIL.items()}
TYPED["lone surrogate"] = "a\ud800b"
NOTHING = {"empty", "blanks"}


def reasons(other: str, *, nothing: str = TAKEN, **exceptions: str) -> dict[str, str]:
    """The reason for each value: one for most, one for nothing typed, and exceptions by name with _ for blanks."""
    named = {what.replace("_", " "): reason for what, reason in exceptions.items()}
    return {what: nothing if what in NOTHING else named.get(what, other) for what in EVIL}


def one_line(other: str, *, nothing: str = TAKEN, **exceptions: str) -> dict[str, str]:
    """A field of one line, in which no character may stand that cannot be printed and read aloud."""
    characters = {
        "too_long": "too_long",
        "many_marks_on_one_letter": "too_long",
        "emoji": "emoji",
        "lone_surrogate": "surrogate",
        "right_to_left": "bad_character",
        "nothing_to_see": "bad_character",
        "nul": "nul",
        "control": "control",
        "newlines": "line_break",
        "line_separators": "line_break",
    }
    found = reasons(other, nothing=nothing, **{**characters, **exceptions})
    return found | {"not utf-8": "bad_character"}


def day(nothing: str) -> dict[str, str]:
    found = reasons("date_unreadable", nothing=nothing, an_impossible_day="date_impossible")
    return found | {"a day before all days": "year_unclear"}


TEXT = reasons(
    TAKEN,
    too_long="too_long",
    lone_surrogate="surrogate",
    nul="nul",
    control="control",
    line_separators="control",
)
MESSAGE = TEXT | dict.fromkeys((*NOTHING, "nothing to see"), "missing")

REGISTRATION: Mapping[str, dict[str, str]] = {
    "registration_number": one_line("bad_registration_number", nothing="missing"),
    "name": one_line(TAKEN, nothing="missing"),
    "kana": one_line("bad_kana", nothing="missing") | {"half-width kana": TAKEN},
    "birth_date": day("date_missing"),
    "phone": one_line("bad_phone"),
    "mail": one_line("bad_mail"),
    **dict.fromkeys(("residence", "employer", "school"), one_line(TAKEN)),
    **dict.fromkeys(("occupation_1", "occupation_2", "wage_month", "wage_hour"), reasons("unknown_code")),
    **dict.fromkeys(("sex", "education", "school_kind", "times", "licences"), reasons("unknown_code")),
    **dict.fromkeys(("employment", "school_status"), reasons("unknown_code", nothing="missing")),
    "experience_1": reasons("unknown_code", nothing="years_without_occupation"),
    "experience_years_1": reasons("unknown_code", nothing="years_missing"),
    **dict.fromkeys(("place_1", "place_2"), reasons("unknown_place")),
    **dict.fromkeys(("pr", "experience_text"), TEXT),
    "registered_on": day("date_missing"),
    **dict.fromkeys(("graduated_on", "valid_until"), day(TAKEN)),
    **dict.fromkeys(("range_private", "range_municipal"), reasons("yes_or_no")),
    "terms_agreed": reasons("yes_or_no", nothing="must_agree"),
    "terms_version": reasons("terms_changed", nothing="terms_changed"),
}


@pytest.fixture
def engine_kind() -> str:
    return "sqlite"


def told(refused: Invalid) -> str:
    """The reasons, each once, as one word where there is one."""
    return " ".join(dict.fromkeys(code for codes in refused.errors.values() for code in codes))


def test_every_field_of_the_registration_stands_in_the_table() -> None:
    assert set(REGISTRATION) == set(FORM)


def test_a_registration_is_refused_with_the_reason_of_its_one_bad_field(database: Any, clock: Any) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database)
    wrong = {}
    for field, expected in REGISTRATION.items():
        for what, reason in expected.items():
            value = TYPED[what] if isinstance(FORM[field], str) else [TYPED[what]]
            try:
                with database.read() as session:
                    seeker.check(session, clock, clerk, {**FORM, field: value}, default_months=2)
                found = TAKEN
            except Invalid as refused:
                found = told(refused)
            if found != reason:
                wrong[field, what] = (found, reason)

    assert wrong == {}


@pytest.mark.parametrize("what", EVIL)
def test_a_message_and_an_answer_are_refused_with_the_same_reason(what: str) -> None:
    found = []
    for check in (check_text, lambda text: check_answer(AnswerKind.QUESTION, text)):
        try:
            check(TYPED[what])
            found.append(TAKEN)
        except Invalid as refused:
            found.append(told(refused))

    assert found == [MESSAGE[what]] * 2


@pytest.mark.parametrize(
    "facet", ["occupation", "prefecture", "municipality", "employment", "wage", "licence"]
)
def test_a_search_names_the_facet_that_holds_no_code(database: Any, clock: Any, facet: str) -> None:
    prepare(database, clock)
    with database.read() as session:
        book = every(session)
    found = {}
    for what, value in TYPED.items():
        try:
            read_criteria({facet: [value]}, book)
        except Invalid as refused:
            found[what] = dict.fromkeys(refused.errors, told(refused))

    assert found == {what: {facet: "unknown_code"} for what in TYPED if what not in NOTHING}

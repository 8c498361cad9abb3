"""Texts that are used again: which fields there are, what is filled in, what is refused at saving."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.answer import LONGEST_MESSAGE
from portal.domain.profile import FIELDS, Named, ProfileView
from portal.domain.refusal import Invalid
from portal.domain.template import (
    LONGEST_TITLE,
    MOST_FIELDS,
    Field,
    check_fields,
    fields_of,
    fill,
    read_template,
    stray_braces,
    unknown_fields,
    values_of,
)

VALUES = {
    Field.CODE: "K7QM-3XPA",
    Field.OCCUPATION: "接客・給仕の職業",
    Field.PLACE: "三重県津市",
    Field.EMPLOYMENT: "正社員",
}


def view(**values: tuple[Named, ...]) -> ProfileView:
    empty: dict[str, tuple[Named, ...]] = dict.fromkeys(
        ("occupations", "places", "employment", "times", "wages", "licences"), ()
    )
    return ProfileView(
        alias="K7QM-3XPA",
        month=date(2026, 6, 1),
        education=None,
        experiences=(),
        pr="見本のPR",
        experience_text="見本の経験",
        **{**empty, **values},
    )


def test_each_field_is_filled_in_wherever_it_stands() -> None:
    text = "{コード} 様\n{希望する職業}を{希望する勤務地}で、{希望する雇用形態}として。{コード}"
    assert fill(text, VALUES) == ("K7QM-3XPA 様\n接客・給仕の職業を三重県津市で、正社員として。K7QM-3XPA")


@pytest.mark.parametrize("typed", ["{コード}", "｛コード｝", "{ｺｰﾄﾞ}", "{ コード }", "{コード｝"])
def test_a_field_is_known_in_every_width_it_may_be_typed_in(typed: str) -> None:
    assert fields_of(typed) == {Field.CODE}
    assert fill(typed, VALUES) == "K7QM-3XPA"


@pytest.mark.parametrize(
    "text", ["", "案内です。", "{}", "{ }", "{{コード", "{コ\nード}", "100% {7*7} %(name)s", "{氏名}"]
)
def test_everything_else_stays_as_it_was_typed(text: str) -> None:
    assert fields_of(text) == frozenset()
    assert fill(text, VALUES) == text


def test_what_is_no_field_is_named_as_it_was_typed_and_once() -> None:
    assert unknown_fields("{氏名}様、{コード}、｛年齢｝、{氏名}") == ("{氏名}", "｛年齢｝")


def test_what_was_filled_in_is_not_filled_in_again() -> None:
    assert fill("{希望する職業}", {**VALUES, Field.OCCUPATION: "{コード}"}) == "{コード}"


def test_several_wishes_are_joined_and_a_profile_without_any_stays_readable() -> None:
    two = values_of(view(occupations=(Named("056", "接客"), Named("057", "管理"))))
    assert two[Field.OCCUPATION] == "接客、管理"
    assert two[Field.PLACE] == "ご登録の内容"
    assert set(two) == set(Field)


def test_every_field_is_one_that_a_profile_cannot_be_registered_without() -> None:
    # {コード} everybody has; the others are the roles of the fields that are "missing" when they are empty.
    assert {FIELDS["occupation_1"], FIELDS["place_1"], FIELDS["employment"]} == {
        "occupation",
        "place",
        "employment",
    }
    assert len(Field) == 4


def test_a_text_of_the_profile_is_never_filled_in() -> None:
    told = "".join(values_of(view()).values())
    assert "PR" not in told
    assert "経験" not in told


@pytest.mark.parametrize(
    ("title", "text", "errors"),
    [
        ("", "", {"title": ["missing"], "text": ["missing"]}),
        ("題\n名", "案内", {"title": ["line_break"]}),
        ("題" * (LONGEST_TITLE + 1), "案内", {"title": ["too_long"]}),
        ("題名", "案" * (LONGEST_MESSAGE + 1), {"text": ["too_long"]}),
        ("題名", "{氏名}様", {"text": ["unknown_field"]}),
        ("題名", "{コード}" * (MOST_FIELDS + 1), {"text": ["too_many_fields"]}),
        ("題\0名", "案\ud800内", {"title": ["nul"], "text": ["surrogate"]}),
        ("題名😀", "案内", {"title": ["emoji"]}),
    ],
)
def test_a_template_that_cannot_be_kept_is_refused_field_by_field(
    title: str, text: str, errors: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_template({"title": title, "text": text})
    assert refused.value.errors == errors


def test_a_template_is_kept_as_it_was_typed() -> None:
    read = read_template({"title": " 見本　の題名 ", "text": "{コード} 様\r\n案内です。"})
    assert read == ("見本　の題名", "{コード} 様\n案内です。")


@given(st.text(alphabet="{}｛｝コード希望する職業\n aA"))
def test_filling_in_leaves_no_field_behind_and_never_fails(text: str) -> None:
    assert fields_of(fill(text, dict.fromkeys(Field, "x"))) <= fields_of(text)
    assert (fill(text, VALUES) != text) == bool(fields_of(text))


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("{コード 様", ("{コード 様",)),
        ("コード} 様", ("コード}",)),
        ("{} 様", ("{}",)),
        ("{{コード}} 様", ("{", "}")),
        ("{コ\nード} 様", ("{コ", "ード}")),
        ("{コード} 様、{希望する職業", ("{希望する職業",)),
        ("{コード} 様、{氏名}", ()),
        ("架空の案内です。(1) 100% [見本] 「かっこ」", ()),
        ("", ()),
    ],
)
def test_a_brace_without_its_other_one_is_named_with_what_stands_there(
    text: str, stray: tuple[str, ...]
) -> None:
    assert stray_braces(text) == stray


@pytest.mark.parametrize("text", ["{コード 様", "コード} 様", "{} 様"])
def test_a_text_with_a_stray_brace_is_not_kept_and_not_sent(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_fields(f"案内です。\n{text}")
    assert (refused.value.errors, refused.value.facts) == ({"text": ["stray_brace"]}, {"line": 2})
    with pytest.raises(Invalid) as refused:
        read_template({"title": "題名", "text": text})
    assert refused.value.errors == {"text": ["stray_brace"]}

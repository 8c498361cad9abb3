"""What stands above an organisation's first message."""

import hashlib
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.letterhead import LetterheadFacts, Line, LineKind, due, read_letterhead
from portal.domain.reach import UnitClass
from portal.domain.refusal import Refusal

PRIVATE = LetterheadFacts(
    organisation_name="架空人材株式会社",
    unit_class=UnitClass.PRIVATE,
    licence_number="00-ユ-000000",
    officer_name="見本 太郎",
    officer_contact="00-0000-0000",
    contact_person="見本 花子",
)
MUNICIPAL = LetterheadFacts(
    organisation_name="架空市",
    unit_class=UnitClass.MUNICIPAL,
    contractor_name="架空人材株式会社",
    contractor_number="00-ユ-000000",
    department="架空しごと課",
    officer_name="見本 太郎",
    officer_contact="kujo@example.jp",
    contact_person="見本 花子",
)
TEXTS = [field.name for field in fields(LetterheadFacts) if field.name != "unit_class"]


def test_S_Q4_the_letterhead_states_the_officer_s_contact_and_where_to_block_and_complain() -> None:
    assert PRIVATE.lines() == (
        Line(LineKind.ORGANISATION, "架空人材株式会社"),
        Line(LineKind.UNIT_CLASS, "private"),
        Line(LineKind.LICENCE_NUMBER, "00-ユ-000000"),
        Line(LineKind.OFFICER, "見本 太郎"),
        Line(LineKind.OFFICER_CONTACT, "00-0000-0000"),
        Line(LineKind.CONTACT_PERSON, "見本 花子"),
        Line(LineKind.HOW_TO_BLOCK, ""),
        Line(LineKind.HOW_TO_COMPLAIN, ""),
    )


def test_M_Q3_a_contractor_is_named_with_its_number_beside_the_municipality() -> None:
    assert [(line.kind.value, line.value) for line in MUNICIPAL.lines()][:5] == [
        ("organisation", "架空市"),
        ("unit_class", "municipal"),
        ("contractor", "架空人材株式会社"),
        ("contractor_number", "00-ユ-000000"),
        ("department", "架空しごと課"),
    ]


@pytest.mark.parametrize("field", ["officer_name", "officer_contact"])
@pytest.mark.parametrize("value", ["", " ", "\u3000\n"])
def test_S_Q4_without_the_officer_or_the_officer_s_contact_there_is_no_letterhead(
    field: str, value: str
) -> None:
    facts = replace(PRIVATE, **{field: value})  # type: ignore[arg-type]  # a text by name
    for made in (facts.lines, facts.canonical, facts.digest):
        with pytest.raises(Refusal) as refused:
            made()
        assert refused.value.reason == "officer_missing"


def test_the_letterhead_is_due_in_the_first_message_and_not_in_the_next() -> None:
    assert due(None, PRIVATE.digest())
    assert not due(PRIVATE.digest(), PRIVATE.digest())


@pytest.mark.parametrize("field", TEXTS)
def test_R13_the_letterhead_is_due_again_when_anything_on_it_changes(field: str) -> None:
    changed = replace(MUNICIPAL, **{field: "架空の別のもの"})  # type: ignore[arg-type]  # a text by name
    assert due(MUNICIPAL.digest(), changed.digest())


def test_R13_another_class_of_unit_makes_another_letterhead() -> None:
    assert due(PRIVATE.digest(), replace(PRIVATE, unit_class=UnitClass.MUNICIPAL).digest())


def test_a_value_that_moves_to_another_line_makes_another_letterhead() -> None:
    one = replace(PRIVATE, department="架空課", contractor_name="")
    other = replace(PRIVATE, department="", contractor_name="架空課")
    assert one.digest() != other.digest()


@pytest.mark.parametrize("field", TEXTS)
def test_blanks_around_a_value_do_not_make_a_letterhead_new(field: str) -> None:
    value = f"\u3000{getattr(PRIVATE, field)} \n"
    spaced = replace(PRIVATE, **{field: value})  # type: ignore[arg-type]  # a text by name
    assert spaced.digest() == PRIVATE.digest()


def test_the_digest_is_the_same_on_every_machine() -> None:
    kept = json.loads(PRIVATE.canonical())
    assert list(kept) == sorted(kept)
    assert PRIVATE.digest() == hashlib.sha256(PRIVATE.canonical().encode("utf-8")).digest()
    assert PRIVATE.digest().hex() == "c4a1dece8675fa50ec8bdf3f2775caa1c2dffb912c086e99848ec67ef50b9c67"


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.builds(LetterheadFacts, **{**dict.fromkeys(TEXTS, WORDS), "unit_class": st.sampled_from(UnitClass)})
)
def test_a_kept_letterhead_is_read_back_as_it_was_sent(facts: LetterheadFacts) -> None:
    if facts.officer_name and facts.officer_contact:
        again = read_letterhead(facts.canonical())
        assert again == facts
        assert again.lines() == facts.lines()
        assert not due(facts.digest(), again.digest())

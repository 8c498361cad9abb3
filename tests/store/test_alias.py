"""What a unit sees instead of a person (ruling R4)."""

from hypothesis import given
from hypothesis import strategies as st

from portal.store import alias


def test_a_token_leads_back_only_at_the_unit_that_got_it() -> None:
    mine, other, person = alias.new_unit_key(), alias.new_unit_key(), alias.new_alias_key()
    text = alias.token(mine, "seeker", person)
    assert alias.open_token(mine, "seeker", text) == person
    assert alias.open_token(other, "seeker", text) is None


def test_a_search_token_is_no_thread_token() -> None:
    key, person = alias.new_unit_key(), alias.new_alias_key()
    assert alias.open_token(key, "thread", alias.token(key, "seeker", person)) is None


def test_two_units_share_neither_token_nor_code_for_the_same_person() -> None:
    one, two, person = alias.new_unit_key(), alias.new_unit_key(), alias.new_alias_key()
    assert alias.token(one, "seeker", person) != alias.token(two, "seeker", person)
    assert alias.code(one, person) != alias.code(two, person)


def test_token_and_code_of_a_unit_stay_the_same() -> None:
    key, person = alias.new_unit_key(), alias.new_alias_key()
    assert alias.token(key, "seeker", person) == alias.token(key, "seeker", person)
    assert alias.code(key, person) == alias.code(key, person)


@given(st.text(max_size=60))
def test_whatever_is_typed_as_a_token_is_refused_quietly(text: str) -> None:
    assert alias.open_token(bytes(range(64)), "seeker", text) is None


@given(
    st.integers(0, 42), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
)
def test_a_token_with_one_letter_changed_leads_nowhere(place: int, letter: str) -> None:
    key, person = bytes(range(64)), bytes(16)
    text = alias.token(key, "seeker", person)
    changed = text[:place] + letter + text[place + 1 :]
    assert alias.open_token(key, "seeker", changed) == (person if changed == text else None)


def test_a_cursor_opens_only_at_the_unit_whose_list_it_continues() -> None:
    mine, other = alias.new_unit_key(), alias.new_unit_key()
    text = alias.seal_cursor(mine, b"somewhere")
    assert alias.open_cursor(mine, text) == b"somewhere"
    assert alias.open_cursor(other, text) is None
    assert alias.open_cursor(mine, text + "é" * 300) is None


def test_a_code_has_two_groups_of_letters_that_can_be_read_out() -> None:
    made = alias.code(alias.new_unit_key(), alias.new_alias_key())
    assert len(made) == 9
    assert made[4] == "-"
    assert not set(made) & set("01OIL")

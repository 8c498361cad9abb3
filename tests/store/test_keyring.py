"""Sealed fields open only where they were sealed, and never without their key."""

import pytest

from portal.store.keyring import KeyMissingError, Keyring

OLD, NEW = bytes(32), bytes(range(32))
BLIND = bytes(range(32, 64))


def test_what_was_sealed_opens_again() -> None:
    ring = Keyring({"k1": OLD}, "k1", BLIND)
    assert (
        ring.open("seeker_identity.name", 7, ring.seal("seeker_identity.name", 7, "見本 花子 𠮷"))
        == "見本 花子 𠮷"
    )


def test_the_same_text_never_looks_the_same_twice() -> None:
    ring = Keyring({"k1": OLD}, "k1", BLIND)
    assert ring.seal("a", 1, "見本") != ring.seal("a", 1, "見本")


@pytest.mark.parametrize(("label", "row"), [("seeker_identity.kana", 7), ("seeker_identity.name", 8)])
def test_a_value_copied_to_another_field_or_person_does_not_open(label: str, row: int) -> None:
    ring = Keyring({"k1": OLD}, "k1", BLIND)
    sealed = ring.seal("seeker_identity.name", 7, "見本")
    with pytest.raises(KeyMissingError):
        ring.open(label, row, sealed)


def test_old_values_stay_readable_after_a_new_key_became_current() -> None:
    sealed = Keyring({"k1": OLD}, "k1", BLIND).seal("a", 1, "見本")
    both = Keyring({"k1": OLD, "k2": NEW}, "k2", BLIND)
    assert both.open("a", 1, sealed) == "見本"
    assert b"k2" in both.seal("a", 1, "見本")[:4]
    with pytest.raises(KeyMissingError):
        Keyring({"k2": NEW}, "k2", BLIND).open("a", 1, sealed)


def test_blind_hashes_depend_on_key_and_label() -> None:
    ring = Keyring({"k1": OLD}, "k1", BLIND)
    assert ring.blind("a", "1") == ring.blind("a", "1")
    assert (
        len({ring.blind("a", "1"), ring.blind("b", "1"), Keyring({"k1": OLD}, "k1", NEW).blind("a", "1")})
        == 3
    )


def test_the_length_of_a_sealed_value_tells_neither_sex_nor_name() -> None:
    ring = Keyring({"k1": OLD}, "k1", BLIND)
    words = [
        "",
        "male",
        "female",
        "other",
        "林",
        "見本 花子",
        "かくう　はなこ",
        "mihon.hanako@example.jp",
        "あ" * 31,
    ]
    assert len({len(ring.seal("seeker_identity.sex", 1, word)) for word in words}) == 1
    long = ["あ" * 32, "あ" * 33, "あ" * 170]
    assert len({len(ring.seal("draft.text", 1, word)) for word in long}) == 1
    assert [ring.open("draft.text", 1, ring.seal("draft.text", 1, word)) for word in (*words, *long)] == [
        *words,
        *long,
    ]


def test_what_was_sealed_before_lengths_were_hidden_still_opens() -> None:
    ring = Keyring({"k1": OLD}, "k1", BLIND)
    assert ring.open("a", 1, ring.seal_bytes("a", 1, "見本 花子".encode())) == "見本 花子"

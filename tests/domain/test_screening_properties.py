"""Properties of the screening that hold for every text, name and way of hiding it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.folding import compact
from portal.domain.screening import FindingKind, KnownIdentity, screen
from portal.domain.screening.kanji import plain_kanji
from tests.domain.screening_clean import CLEAN
from tests.domain.screening_found import FOUND
from tests.domain.screening_people import (
    AI,
    DAICHI,
    HANAKO,
    KENTA,
    KUMIKO,
    MAKOTO,
    MEGUMI,
    MIRAI,
    NAKA,
    NOZOMI,
    SHO,
    TANAKA,
    TARO,
    YUICHIRO,
    Labelled,
)
from tests.domain.screening_unseen import UNSEEN_CLEAN, UNSEEN_FOUND

PEOPLE = (AI, DAICHI, HANAKO, KENTA, KUMIKO, MAKOTO, MEGUMI, MIRAI, NAKA, NOZOMI, SHO, TANAKA, TARO, YUICHIRO)
SEPARATORS = (
    "",
    " ",
    "　",
    "\u200b",
    "\n",
    "・",
    ".",
    "-",
    "ー",
    "_",
    "/",
    "|",
    "*",
    "🌸",
    "\u00ad",
    "~",
    "'",
)
FRAMES = (
    "{}です。よろしくお願いします。",
    "はじめまして、{}と申します。",
    "（{}）",
    "{}",
    "私の名前は「{}」です",
)
NUMBER_SEPARATORS = (
    "",
    " ",
    "　",
    "-",
    "－",
    "ー",
    "−",
    ".",
    "・",
    "/",
    "の",
    "\u200b",
    "_",
    "★",
    "\n",
    "(",
    ")",
)
DIGIT_FORMS = ("0123456789", "０１２３４５６７８９", "〇一二三四五六七八九", "⓪①②③④⑤⑥⑦⑧⑨", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡")

people = st.sampled_from(PEOPLE)
frames = st.sampled_from(FRAMES)
# Text of any code points at all, lone surrogates and NUL included, and text near to what is looked for.
anything = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from(
            "山田太郎ヤマダyamada090-@.〒株式会社大学市町1丁目年月日歳生まれ。、 \n\u200b\ud800\x00ーﾀﾞ"
        ),
    ),
    max_size=80,
)


def held_apart(data: st.DataObject, letters: str, separators: tuple[str, ...]) -> str:
    """The letters with a drawn separator after each but the last."""
    gaps = data.draw(st.lists(st.sampled_from(separators), min_size=len(letters), max_size=len(letters)))
    return "".join(letter + gap for letter, gap in zip(letters, gaps, strict=True))[: -len(gaps[-1]) or None]


def letters(text: str) -> str:
    """What is left of a text without anything but letters, kanji in their compared form."""
    return plain_kanji("".join(char for char in compact(text) if char.isalnum()))


@given(people, frames, st.data())
def test_a_known_name_is_found_whatever_stands_between_its_letters(
    person: dict[str, object], frame: str, data: st.DataObject
) -> None:
    name = str(person["name"]).replace(" ", "")
    text = frame.format(held_apart(data, name, SEPARATORS))

    found = [
        finding
        for finding in screen(text, KnownIdentity(**person))
        if finding.kind is FindingKind.NAME and finding.own
    ]

    assert any(letters(name) in letters(text[place.start : place.end]) for place in found)


@given(people, frames, st.data())
def test_a_known_reading_is_found_whatever_stands_between_its_letters(
    person: dict[str, object], frame: str, data: st.DataObject
) -> None:
    kana = str(person["kana"]).replace(" ", "")
    scripts = data.draw(st.lists(st.booleans(), min_size=len(kana), max_size=len(kana)))
    mixed = "".join(
        chr(ord(char) - 0x60) if hiragana else char for char, hiragana in zip(kana, scripts, strict=True)
    )
    text = frame.format(held_apart(data, mixed, SEPARATORS))

    assert any(finding.own for finding in screen(text, KnownIdentity(**person)))


@given(st.sampled_from((TARO, HANAKO, MIRAI)), st.data())
def test_a_known_telephone_number_is_found_in_any_digits_with_anything_between(
    person: dict[str, object], data: st.DataObject
) -> None:
    digits = str(person["phone"]).replace("-", "")
    forms = data.draw(st.lists(st.sampled_from(DIGIT_FORMS), min_size=len(digits), max_size=len(digits)))
    written = "".join(form[int(digit)] for digit, form in zip(digits, forms, strict=True))
    text = f"電話は{held_apart(data, written, NUMBER_SEPARATORS)}です"

    found = [
        finding for finding in screen(text, KnownIdentity(**person)) if finding.kind is FindingKind.PHONE
    ]

    assert any(finding.own for finding in found)


@given(anything, st.none() | people)
def test_every_finding_points_into_the_text_in_order(text: str, person: dict[str, object] | None) -> None:
    found = screen(text, KnownIdentity(**person) if person else None)

    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    assert [finding.start for finding in found] == sorted(finding.start for finding in found)
    assert len(set(found)) == len(found)


@given(anything, anything, anything, anything, anything)
def test_whatever_was_registered_nothing_is_ever_raised(
    text: str, name: str, residence: str, organisation: str, number: str
) -> None:
    known = KnownIdentity(
        name=name,
        kana=name,
        phone=number,
        mail=organisation,
        residence=residence,
        employer=organisation,
        school=organisation,
        registration_number=number,
    )

    screen(text, known)
    screen(name + text + residence + organisation + number, known)


@given(st.sampled_from((*FOUND, *UNSEEN_FOUND)), st.sampled_from((*CLEAN, *UNSEEN_CLEAN)), st.booleans())
def test_ordinary_text_on_another_line_never_hides_a_finding(
    found: Labelled, ordinary: Labelled, before: bool
) -> None:
    known = KnownIdentity(**found.person) if found.person else None
    alone = {finding.kind for finding in screen(found.text, known)}
    lines = (ordinary.text, found.text) if before else (found.text, ordinary.text)

    assert alone <= {finding.kind for finding in screen("\n".join(lines), known)}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person["name"])
def test_the_own_name_in_an_ordinary_introduction_is_found_for_each_person(person: dict[str, object]) -> None:
    family, given_name = str(person["name"]).split()
    reading, given_reading = str(person["kana"]).split()
    known = KnownIdentity(**person)

    for word in (family, given_name, reading, given_reading):
        for sentence in (
            f"{word}です。",
            f"{word}と申します。",
            f"私は{word}です。",
            f"お願いします。\n{word}",
        ):
            assert any(finding.own for finding in screen(sentence, known)), sentence

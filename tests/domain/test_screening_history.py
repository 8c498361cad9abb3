"""Employers, schools, births, ages and registration numbers in free text."""

from datetime import date

import pytest

from portal.domain.screening import KnownIdentity
from portal.domain.screening.numeral import counted
from tests.domain.screening_pointing import WRITER, kinds, pointed_at


def test_a_school_of_a_prefecture_is_named_by_what_follows() -> None:
    assert kinds("神奈川県立見本高校") == {"school"}
    assert kinds("神奈川県立高校") == set()


@pytest.mark.parametrize(
    "text",
    [
        "架空－商事",
        "㈱架空商事",
        "架空商事株式会社　見本支店",
        "（株） 架 空 商 事",
    ],
)
def test_the_own_employer_is_found_with_and_without_its_legal_form(text: str) -> None:
    assert ("employer", True) in {(kind, own) for kind, _, own in pointed_at(text, WRITER)}


def test_an_employer_named_like_a_word_is_found_where_somebody_works_there() -> None:
    known = KnownIdentity(employer="株式会社みらい")

    assert kinds("みらいに勤めています", known) == {"employer"}
    assert kinds("子どものみらいのために", known) == set()


@pytest.mark.parametrize(
    "text", ["株式会社すみれ堂", "㈲見本", "見本　株式会社", "Mihon Foods Inc.", "NPO法人見本の会"]
)
def test_a_name_beside_a_legal_form_is_found(text: str) -> None:
    assert kinds(text) == {"employer"}


@pytest.mark.parametrize(
    "text",
    [
        "株式会社3社の経理",
        "免許（有）",
        "某株式会社様",
        "株式会社　経理",
        "社会福祉法人会計",
        "株式会社Aの下請け",
    ],
)
def test_a_legal_form_without_a_name_is_left_alone(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize("text", ["架空大の4年生", "架空大経済学部", "架空大学大学院", "Mihon University"])
def test_a_school_is_found_in_its_short_forms(text: str) -> None:
    assert kinds(text, WRITER) == {"school"}


@pytest.mark.parametrize(
    "text",
    [
        "架空大会で優勝",
        "職業能力開発大学校",
        "専門職大学院",
        "県立工業高校",
        "新規大学卒業者",
        "日本語学院",
        "大学3年生",
    ],
)
def test_kinds_of_schools_are_no_school(text: str) -> None:
    assert kinds(text, WRITER) == set()


@pytest.mark.parametrize(
    "written",
    [
        "1985 . 4 . 1",
        "S60年4月1日",
        "昭和６０年０４月０１日",
        "4/1/1985",
        "昭和60年生まれ",
        "4月1日が誕生日",
        "１９８５年四月一日",
    ],
)
def test_the_own_birth_date_is_found_in_every_calendar(written: str) -> None:
    assert pointed_at(f"私は{written}", WRITER) == [("birth_date", written, True)]


@pytest.mark.parametrize("text", ["1985年4月生まれ", "born in 1985", "85年4月1日生まれ", "生年月日 19850401"])
def test_a_birth_is_found_where_it_is_called_one(text: str) -> None:
    assert kinds(text) == {"birth_date"}


@pytest.mark.parametrize(
    "text",
    [
        "3月生まれの方の会",
        "小学2年生。",
        "2019年4月1日入社",
        "誕生日会の企画",
        "1990年代",
        "2020年2月30日生産",
    ],
)
def test_other_dates_are_no_births(text: str) -> None:
    assert kinds(text, WRITER) == set()


@pytest.mark.parametrize(
    "text", ["今年で40歳", "40歳、独身", "四十二歳です", "年齢：40", "介護のあと、現在58歳です"]
)
def test_S_Q2_an_age_the_writer_tells_is_found(text: str) -> None:
    assert kinds(text) == {"age"}


@pytest.mark.parametrize(
    "text",
    [
        "今年20歳になる娘",
        "現在10歳と12歳の子",
        "20歳から60歳まで",
        "父は80歳です",
        "40代です",
        "定年は65歳です",
    ],
)
def test_ages_of_others_are_left_alone(text: str) -> None:
    assert kinds(text) == set()


def test_the_number_of_a_vacancy_is_not_taken_for_the_seekers() -> None:
    assert kinds("求人番号13000-00000000の件です") == set()
    assert kinds("番号は13000-00000000です") == {"registration_number"}
    assert kinds("求職番号：13000-1234") == {"registration_number"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("21", 21),
        ("2十1", 21),
        ("十", 10),
        ("十2", 12),
        ("6十", 60),
        ("元", 1),
        ("", None),
        ("十十", None),
        ("12十", None),
    ],
)
def test_a_number_is_read_with_and_without_the_kanji_for_ten(written: str, value: int | None) -> None:
    assert counted(written) == value


def test_a_birth_date_that_cannot_be_is_no_date() -> None:
    assert kinds("2000年13月45日", KnownIdentity(birth_date=date(2000, 1, 1))) == set()

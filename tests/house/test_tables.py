"""The shipped code tables: complete, sourced, consistent, and nothing invented outside the sample offices."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from portal.domain.code import checksum, facts_of, read_rows, read_tables
from portal.settings import config_dir

FOLDER = config_dir() / "tables"
TABLES = read_tables((FOLDER / "tables.toml").read_bytes())
PREFECTURES = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
]


def _rows():
    found = {}
    for kind, table in TABLES.items():
        parents = {row.code for row in found[table.parent]} if table.parent else None
        found[kind] = read_rows(table, (FOLDER / f"{kind}.csv").read_bytes(), parents)
    return found


ROWS = _rows()
every_table = pytest.mark.parametrize("kind", ROWS)


def test_every_file_in_the_folder_is_described_and_every_description_has_its_file():
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(TABLES)


@every_table
def test_files_are_plain_utf_8_with_unix_line_ends(kind):
    data = (FOLDER / f"{kind}.csv").read_bytes()
    data.decode("utf-8")
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.endswith(b"\n")


@every_table
def test_every_row_names_its_source_and_how_sure_it_is(kind):
    assert all(row.source.strip() and row.confidence for row in ROWS[kind])
    assert TABLES[kind].verified_on is not None


@every_table
def test_codes_are_unique_and_every_parent_exists(kind):
    codes = Counter(row.code for row in ROWS[kind])
    assert max(codes.values()) == 1
    parent = TABLES[kind].parent
    if parent:
        assert {row.parent for row in ROWS[kind]} <= {row.code for row in ROWS[parent]}
    else:
        assert {row.parent for row in ROWS[kind]} == {None}


@every_table
def test_invented_rows_stand_in_the_table_of_sample_offices_only_and_say_so(kind):
    invented = [row for row in ROWS[kind] if row.confidence == "fictional"]
    assert bool(invented) == (kind == "office") == TABLES[kind].fictional
    assert all("架空" in row.name_ja and "見本" in row.name_ja and "架空" in row.source for row in invented)


@every_table
def test_every_row_has_an_english_name_except_municipalities(kind):
    nameless = [row.code for row in ROWS[kind] if not row.name_en]
    assert nameless == ([row.code for row in ROWS[kind]] if kind == "municipality" else [])


@every_table
def test_no_row_carries_a_telephone_number(kind):
    assert not re.search(
        r"0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}", (FOLDER / f"{kind}.csv").read_text(encoding="utf-8")
    )


def test_the_47_prefectures_stand_in_the_order_of_their_codes():
    assert [row.name_ja for row in ROWS["prefecture"]] == PREFECTURES
    assert [row.code for row in ROWS["prefecture"]] == [f"{number:02}" for number in range(1, 48)]


def test_each_prefecture_has_its_bureau_named_in_the_official_style():
    names = [name if name == "北海道" else name[:-1] for name in PREFECTURES]
    assert [row.name_ja for row in ROWS["bureau"]] == [f"{name}労働局" for name in names]
    assert all(row.code == row.parent for row in ROWS["bureau"])


def test_municipalities_begin_with_their_prefecture_and_are_all_there():
    rows = ROWS["municipality"]
    assert all(row.code.startswith(row.parent) for row in rows)
    assert {row.parent for row in rows} == {row.code for row in ROWS["prefecture"]}
    levels = Counter(facts_of(row.facts)["level"] for row in rows)
    assert levels["designated_city"] == 20
    assert levels["special_ward"] == 23
    # 1,718 cities, towns and villages and the 23 special wards of Tokyo.
    assert sum(levels.values()) - levels["ward"] == 1741


def test_each_ward_belongs_to_a_designated_city_whose_name_it_begins_with():
    rows = {row.code: row for row in ROWS["municipality"]}
    wards = [row for row in rows.values() if facts_of(row.facts)["level"] == "ward"]
    for ward in wards:
        city = rows[facts_of(ward.facts)["city"]]
        assert facts_of(city.facts)["level"] == "designated_city"
        assert ward.name_ja.startswith(city.name_ja)
        assert ward.kana.startswith(city.kana)
    assert {facts_of(ward.facts)["city"] for ward in wards} == {
        row.code for row in rows.values() if facts_of(row.facts)["level"] == "designated_city"
    }


def test_there_are_15_major_and_99_middle_groups_of_occupations_none_called_official():
    assert [row.code for row in ROWS["occupation_major"]] == [f"{number:02}" for number in range(1, 16)]
    middle = ROWS["occupation"]
    assert [row.code for row in middle] == [f"{number:03}" for number in range(1, 100)]
    assert [row.parent for row in middle] == sorted(row.parent for row in middle)
    assert {row.parent for row in middle} == {row.code for row in ROWS["occupation_major"]}
    assert {row.confidence for row in (*middle, *ROWS["occupation_major"])} == {"secondary", "unverified"}


def test_S_Q1_target_schools_are_those_before_university_and_not_university_or_college_of_technology():
    targets = {row.name_ja for row in ROWS["school_kind"] if facts_of(row.facts)["target"] == "yes"}
    assert targets == {"中学校", "義務教育学校", "高等学校", "中等教育学校", "特別支援学校"}
    carved_out = {row.code for row in ROWS["school_kind"] if facts_of(row.facts)["ground"] == "carved_out"}
    assert carved_out == {"university", "technical_college"}


def test_every_registration_class_gives_exactly_one_range():
    assert {row.code for row in ROWS["unit_class"]} == {"private", "municipal"}
    assert all(facts_of(row.facts) == {"range": row.parent} for row in ROWS["registration_class"])


@pytest.mark.parametrize("unit", ["month", "hour"])
def test_wage_bands_follow_each_other_without_a_gap(unit):
    facts = [facts_of(row.facts) for row in ROWS["wage_band"]]
    bands = [band for band in facts if band["unit"] == unit]
    assert bands[0]["min"] == "0"
    assert "below" not in bands[-1]
    assert all(lower["below"] == upper["min"] for lower, upper in pairwise(bands))


def test_experience_bands_follow_each_other_without_a_gap():
    bands = [facts_of(row.facts) for row in ROWS["experience_band"]]
    assert "below_years" not in bands[-1]
    assert all(lower["below_years"] == upper["min_years"] for lower, upper in pairwise(bands))


def test_education_is_a_level_and_never_a_school():
    assert all(not row.facts for row in ROWS["education_level"])
    assert len(ROWS["education_level"]) == 8


def test_every_table_is_described_in_the_guide_and_its_sources_in_the_notice():
    guide = (config_dir().parent / "docs" / "tables.md").read_text(encoding="utf-8")
    assert all(f"`{kind}`" in guide for kind in TABLES)
    notice = (config_dir().parent / "NOTICE").read_text(encoding="utf-8")
    assert "config/tables/municipality.LICENSE" in notice


def test_tables_differ_from_each_other():
    assert len({checksum(rows) for rows in ROWS.values()}) == len(ROWS)

"""Files of code tables: what is taken, what is refused and where, and what a newer file may change."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.code import BadTable, Code, Fault, Table, checksum, facts_of, read_rows, read_tables
from portal.domain.code_change import RefusedRow, compare
from portal.domain.refusal import Invalid

TODAY = date(2026, 6, 15)
HEADER = "code,name,name_en,kana,parent,valid_from,valid_until,source,confidence,facts"
PLAIN = Table("sample", "見本", "Sample", "架空", "なし", TODAY, "[0-9]{2}")
CHILD = replace(PLAIN, kind="child", parent="sample")
WITH_FACTS = replace(PLAIN, facts={"target": ("yes", "no"), "note": ()}, required=frozenset({"target"}))
DESCRIPTION = """
[child]
title_ja = "子"
title_en = "Child"
source = "架空"
licence = "なし"
pattern = "[0-9]{2}"
parent = "sample"

[sample]
title_ja = "見本"
title_en = "Sample"
source = "架空"
licence = "なし"
verified_on = 2026-06-15
pattern = "[0-9]{2}"
"""


def line(
    code="01", name="見本", parent="", since="2026-01-01", until="", confidence="official", facts="", kana=""
):
    return f"{code},{name},Sample,{kana},{parent},{since},{until},架空の出典,{confidence},{facts}"


def file(*lines, header=HEADER, encoding="utf-8"):
    return "\n".join([header, *lines, ""]).encode(encoding)


def faults(table, data, parents=None):
    with pytest.raises(BadTable) as caught:
        read_rows(table, data, parents)
    return [(fault.line, fault.column, fault.reason) for fault in caught.value.faults]


def rows(*lines, table=PLAIN):
    return read_rows(table, file(*lines))


# Files that are taken


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_same_file_in_every_accepted_encoding_gives_the_same_rows(encoding):
    data = file(line(name="表計算", kana="ヒョウケイサン"), encoding=encoding)
    assert read_rows(PLAIN, data) == rows(line(name="表計算", kana="ヒョウケイサン"))


def test_windows_line_ends_blank_lines_and_another_order_of_columns_are_taken():
    data = "confidence,source,valid_from,name,code\r\n\r\nofficial,架空,2026-01-01,見本,01\r\n".encode()
    (row,) = read_rows(PLAIN, data)
    assert (row.code, row.name_ja, row.name_en, row.parent, row.valid_until) == ("01", "見本", "", None, None)


def test_full_width_digits_half_width_kana_and_hiragana_become_one_spelling():
    (row,) = rows(line(code="０１", kana="ﾐﾎﾝ"))
    assert (row.code, row.kana) == ("01", "ミホン")
    assert rows(line(kana="みほん"))[0].kana == "ミホン"


def test_facts_are_kept_in_one_order():
    table = replace(WITH_FACTS)
    (row,) = rows(line(facts="target=yes; note=1"), table=table)
    assert row.facts == "note=1;target=yes"
    assert facts_of(row.facts) == {"target": "yes", "note": "1"}


def test_a_code_may_be_chosen_from_its_first_to_its_last_day():
    (row,) = rows(line(since="2026-04-01", until="2026-04-30"))
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)]
    assert [row.in_force(day) for day in days] == [False, True, True, False]


# Files that are refused, with line, column and reason


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (line(code=""), (2, "code", "missing")),
        (line(code="1"), (2, "code", "leading_zero_lost")),
        (line(code="A1"), (2, "code", "bad_code")),
        (line(code="9" * 30), (2, "code", "bad_code")),
        (line(name=""), (2, "name", "missing")),
        (line(name="見\x00本"), (2, "name", "bad_text")),
        (line(name="見\u200b本"), (2, "name", "bad_text")),
        (line(name="見" * 201), (2, "name", "bad_text")),
        (line(kana="漢字"), (2, "kana", "bad_kana")),
        (line(since=""), (2, "valid_from", "missing")),
        (line(since="2026-02-30"), (2, "valid_from", "bad_day")),
        (line(since="20260401"), (2, "valid_from", "bad_day")),
        (line(since="令和8年4月1日"), (2, "valid_from", "bad_day")),
        (line(until="2026-4-1"), (2, "valid_until", "bad_day")),
        (line(since="2026-04-01", until="2026-03-31"), (2, "valid_until", "ends_before_it_starts")),
        (line(confidence=""), (2, "confidence", "missing")),
        (line(confidence="sure"), (2, "confidence", "unknown_value")),
        (line(confidence="fictional"), (2, "confidence", "fictional_here")),
        (line(parent="01"), (2, "parent", "no_parent_here")),
        (line(facts="target=yes"), (2, "facts", "unknown_fact")),
        (line(facts="何か"), (2, "facts", "bad_fact")),
        (line() + ",more", (2, "", "wrong_number_of_cells")),
        ('01,"open', (2, "", "bad_csv")),
    ],
)
def test_a_bad_line_is_named_with_its_column_and_reason(bad, expected):
    assert expected in faults(PLAIN, file(bad))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((line(), line()), "duplicate"),
        ((line(), line(name="別の物")), "overlap"),
        ((line(until="2026-03-31"), line(name="別の物", since="2026-04-01")), "reused"),
    ],
)
def test_a_code_stands_on_one_line_only(lines, reason):
    assert faults(PLAIN, file(*lines)) == [(3, "code", reason)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing_fact"),
        ("note=1", "missing_fact"),
        ("target=maybe", "unknown_value"),
        ("target=yes;target=no", "double_fact"),
        ("target=yes;other=1", "unknown_fact"),
        ("target", "bad_fact"),
    ],
)
def test_facts_that_are_missing_unknown_or_doubled_are_refused(text, reason):
    assert (2, "facts", reason) in faults(WITH_FACTS, file(line(facts=text)))


@pytest.mark.parametrize(("parent", "reason"), [("", "missing"), ("09", "unknown_parent")])
def test_a_row_of_a_child_table_names_a_parent_that_exists(parent, reason):
    assert faults(CHILD, file(line(parent=parent)), {"01"}) == [(2, "parent", reason)]
    assert read_rows(CHILD, file(line(parent="01")), {"01"})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(0, "", "empty")]),
        (HEADER.encode(), [(0, "", "empty")]),
        (b"\x81\x20", [(0, "", "encoding")]),
        (file(line(), encoding="utf-16"), None),
        (file(header="code,name,valid_from,source"), [(1, "confidence", "missing_column")]),
        (file(header=HEADER + ",phone"), [(1, "phone", "unknown_column")]),
        (file(header=HEADER + ",code"), [(1, "code", "double_column")]),
        pytest.param(b"x" * 20_000_001, [(0, "", "too_large")], id="20 MB"),
    ],
)
def test_a_file_that_is_not_such_a_table_is_refused_as_a_whole(data, expected):
    found = faults(PLAIN, data)
    assert found
    assert expected is None or found == expected


def test_every_fault_of_a_file_is_reported_at_once_and_counted_by_line():
    found = faults(PLAIN, file(line(code="A"), line(code="02", since="x"), line(code="03"), line(code="03")))
    assert found == [(2, "code", "bad_code"), (3, "valid_from", "bad_day"), (5, "code", "duplicate")]


def test_a_line_number_counts_the_lines_inside_quotation_marks():
    data = file('01,"見\n本",,,,2026-01-01,,架空,official,', line(code="A"))
    assert faults(PLAIN, data) == [(2, "name", "bad_text"), (4, "code", "bad_code")]


def test_the_refusal_is_an_invalid_whose_facts_are_a_number_only():
    with pytest.raises(Invalid) as caught:
        rows(line(code="A"))
    assert caught.value.errors == {"sample:2:code": ["bad_code"]}
    assert caught.value.facts == {"faults": 1}


def test_a_fault_has_a_known_reason():
    with pytest.raises(ValueError, match="not a known reason"):
        Fault("sample", 1, "code", "wrong")


def rows_or_faults(table, data):
    try:
        return read_rows(table, data)
    except BadTable as bad:
        return bad.faults


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_anything_but_rows_or_faults(data):
    assert rows_or_faults(PLAIN, data)
    assert rows_or_faults(PLAIN, HEADER.encode() + b"\n" + data)


@given(st.lists(st.text(max_size=30).filter(str.isprintable), min_size=10, max_size=10))
def test_no_cells_at_all_make_anything_but_rows_or_faults(cells):
    assert rows_or_faults(WITH_FACTS, file(",".join(cells)))


# What is said about the tables


def test_tables_come_with_parents_before_children():
    assert list(read_tables(DESCRIPTION.encode())) == ["sample", "child"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('title_ja = "子"', "", ("child", "title_ja", "missing")),
        ('parent = "sample"', 'parent = "nobody"', ("child", "parent", "unknown_table")),
        ('pattern = "[0-9]{2}"', 'pattern = "["', ("child", "pattern", "bad_pattern")),
        ("verified_on = 2026-06-15", 'verified_on = "2026-06-15"', ("sample", "verified_on", "bad_day")),
        ("verified_on = 2026-06-15", 'parent = "child"', ("sample", "parent", "circle")),
        ("verified_on = 2026-06-15", 'colour = "red"', ("sample", "colour", "unknown_column")),
        ("verified_on = 2026-06-15", 'required = ["x"]', ("sample", "required", "bad_description")),
        ("[sample]", "[[sample]]", ("sample", "", "bad_description")),
        ("[sample]", "[sample", ("tables", "", "bad_toml")),
    ],
)
def test_a_bad_description_is_refused_with_table_and_field(old, new, expected):
    with pytest.raises(BadTable) as caught:
        read_tables(DESCRIPTION.replace(old, new, 1).encode())
    assert expected in [(fault.kind, fault.column, fault.reason) for fault in caught.value.faults]


def test_a_description_in_another_encoding_is_refused():
    with pytest.raises(BadTable):
        read_tables(DESCRIPTION.encode("cp932"))


# What a newer file may change


def changes(before, after):
    return compare(rows(*before), rows(*after), TODAY)


def test_the_same_rows_change_nothing():
    difference = changes([line(), line(code="02")], [line(), line(code="02")])
    assert difference.empty
    assert difference.unchanged == 2


def test_new_changed_ended_and_moved_rows_are_told_apart():
    before = [line(), line(code="02"), line(code="03"), line(code="04")]
    after = [
        line(),
        line(code="02", name="改めた名"),
        line(code="04"),
        line(code="03", until="2026-12-31"),
        line(code="05"),
    ]
    difference = changes(before, after)
    assert [row.code for row in difference.added] == ["05"]
    assert [new.code for _, new in difference.changed] == ["02"]
    assert [new.code for _, new in difference.ended] == ["03"]
    assert [row.code for row in difference.moved] == ["04"]
    assert difference.refused == ()
    assert difference.unchanged == 1


def test_a_removed_row_is_refused_because_rows_are_ended_and_never_deleted():
    assert changes([line(), line(code="02")], [line()]).refused == (RefusedRow("02", "見本", "removed"),)


ENDED = line(until="2026-06-14")


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (line(name="別の物", until="2026-06-14"), "reused"),
        (line(), "reopened"),
        (line(until="2026-12-31"), "reopened"),
        (line(name="別の物", since="2026-07-01"), "reopened"),
    ],
)
def test_an_ended_code_keeps_its_meaning_and_stays_ended(after, reason):
    assert [row.reason for row in changes([ENDED], [after]).refused] == [reason]


def test_a_fact_of_an_ended_code_is_part_of_its_meaning():
    before = rows(line(until="2026-06-14", facts="target=yes"), table=WITH_FACTS)
    after = rows(line(until="2026-06-14", facts="target=no"), table=WITH_FACTS)
    assert [row.reason for row in compare(before, after, TODAY).refused] == ["reused"]


def test_a_code_whose_last_day_is_today_can_still_be_prolonged():
    difference = changes([line(until="2026-06-15")], [line(until="2026-12-31")])
    assert difference.refused == ()
    assert len(difference.ended) == 1


def test_source_and_confidence_of_an_ended_code_may_be_corrected():
    assert changes([ENDED], [line(until="2026-06-14", confidence="secondary")]).refused == ()


def test_the_checksum_follows_every_value_and_the_order():
    first, second = rows(line(), line(code="02"))
    whole = checksum([first, second])
    assert whole == checksum(rows(line(), line(code="02")))
    assert whole != checksum([second, first])
    values = {
        "name_ja": "別", "name_en": "x", "kana": "ア", "parent": "01", "valid_from": TODAY,
        "valid_until": TODAY, "source": "別", "confidence": "secondary", "facts": "a=b", "sort": 9,
    }  # fmt: skip
    assert {*values} == {*Code.__dataclass_fields__} - {"kind", "code"}
    assert all(checksum([replace(first, **{name: value}), second]) != whole for name, value in values.items())

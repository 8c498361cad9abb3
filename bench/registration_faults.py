"""Ways in which a registration of a file goes wrong, each with the column and reason that the document names for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bench.registration_words import Writer


@dataclass(frozen=True)
class Broken:
    """One line by field. faults: column and reason; none for a good line. held: a text of it must wait.

    further_cells: empty cells after the last column, which make the line longer than the head.
    """

    cells: Mapping[str, str]
    faults: Sequence[tuple[str, str]] = ()
    held: bool = False
    further_cells: int = 0


Break = Callable[[dict[str, str], Writer, str | None], Broken]

_NO_SCHOOL = {"school_status": "none", "school_kind": "", "graduated_on": ""}


def _set(reasons: Mapping[str, str], **cells: str) -> Break:
    def broken(good: dict[str, str], _writer: Writer, _earlier: str | None) -> Broken:
        return Broken(good | cells, tuple(reasons.items()))

    return broken


def _on(column: str, reason: str, text: Callable[[date], str], **cells: str) -> Break:
    def broken(good: dict[str, str], writer: Writer, _earlier: str | None) -> Broken:
        return Broken(good | cells | {column: text(writer.on)}, ((column, reason),))

    return broken


def _number_again(good: dict[str, str], _writer: Writer, earlier: str | None) -> Broken:
    if earlier is None:
        return Broken(good | {"registration_number": ""}, (("registration_number", "missing"),))
    return Broken(good | {"registration_number": earlier}, (("registration_number", "double_in_file"),))


def _longer_line(good: dict[str, str], _writer: Writer, _earlier: str | None) -> Broken:
    return Broken(good, (("", "wrong_number_of_cells"),), further_cells=1)


def _over(_good: dict[str, str], writer: Writer, _earlier: str | None) -> Broken:
    on = writer.on
    cells = {"registered_on": str(on - timedelta(days=20)), "valid_until": str(on - timedelta(days=1))}
    return Broken(_good | cells, (("valid_until", "not_in_force"),))


def _ends_before_it_begins(good: dict[str, str], writer: Writer, _earlier: str | None) -> Broken:
    cells = {"registered_on": str(writer.on), "valid_until": str(writer.on - timedelta(days=1))}
    return Broken(good | cells, (("valid_until", "before_start"),))


def _two_years_on(on: date) -> str:
    return f"{on.year + 2}-01-01"


def _half_a_year_ago(on: date) -> str:
    return str(on - timedelta(days=180))


BREAKS: tuple[Break, ...] = (
    _number_again,
    _longer_line,
    _set({"registration_number": "missing"}, registration_number="　"),
    _set({"registration_number": "bad_registration_number"}, registration_number="1399-00000001"),
    _set({"registration_number": "bad_registration_number"}, registration_number="13999-00000001-1"),
    _set({"name": "missing"}, name=""),
    _set({"name": "too_long"}, name="見本　" + "長" * 78),
    _set({"name": "line_break"}, name="見本\n花子"),
    _set({"name": "control"}, name="見本\x07花子"),
    _set({"kana": "bad_kana"}, kana="Mihon Hanako"),
    _set({"kana": "bad_kana"}, kana="見本　花子"),
    _set({"kana": "missing"}, kana=" "),
    _set({"birth_date": "date_missing"}, birth_date=""),
    _set({"birth_date": "date_impossible"}, birth_date="1990-02-30"),
    _set({"birth_date": "date_impossible"}, birth_date="平成2年13月1日"),
    _set({"birth_date": "date_unreadable"}, birth_date="平成二年の春"),
    _set({"birth_date": "era_range"}, birth_date="平成31年5月1日"),
    _set({"birth_date": "era_range"}, birth_date="昭和64年1月8日"),
    _set({"birth_date": "era_unknown"}, birth_date="慶応3年1月1日"),
    _set({"birth_date": "year_unclear"}, birth_date="90/1/1"),
    _on("birth_date", "in_future", str),
    _on("birth_date", "too_long_ago", lambda on: f"{on.year - 121}-01-01"),
    _set({"sex": "unknown_code"}, sex="不明"),
    _set({"phone": "bad_phone"}, phone="090-0000"),
    _set({"mail": "bad_mail"}, mail="mihon@example"),
    _set({"mail": "bad_mail"}, mail="見本@example.jp"),
    _set({"residence": "too_long"}, residence="架" * 201),
    _set({"employer": "too_long"}, employer="架" * 101),
    _set({"school": "line_break"}, school="架空\r\n大学"),
    _set({"occupation_1": "missing"}, occupation_1="", occupation_2="", occupation_3=""),
    _set({"occupation_1": "unknown_code"}, occupation_1="9"),
    _set({"occupation_2": "unknown_code"}, occupation_2="999"),
    _set({"occupation_2": "double"}, occupation_1="056", occupation_2="０５６", occupation_3=""),
    _set({"place_1": "unknown_place"}, place_1="架空県見本市"),
    _set({"place_1": "ambiguous_place"}, place_1="府中市"),
    _set({"place_2": "double"}, place_1="24201", place_2="三重県津市", place_3="", place_4="", place_5=""),
    _set({"employment": "missing"}, employment=" "),
    _set({"employment": "unknown_code"}, employment="regular;正社員"),
    _set({"times": "double"}, times="part_day;part_night;part_day"),
    _set({"wage_month": "unknown_code"}, wage_month="H12"),
    _set({"wage_hour": "unknown_code"}, wage_hour="1200"),
    _set({"experience_years_1": "years_missing"}, experience_1="058", experience_years_1=""),
    _set({"experience_years_1": "unknown_code"}, experience_1="058", experience_years_1="none"),
    _set({"experience_3": "years_without_occupation"}, experience_3="", experience_years_3="1_to_3"),
    _set({"education": "unknown_code"}, education="大卒"),
    _set({"licences": "unknown_code"}, licences="L001;X999"),
    _set({"licences": "too_many"}, licences=";".join(f"L{n:03}" for n in range(1, 12))),
    _set({"pr": "too_long"}, pr="長" * 601),
    _set({"experience_text": "control"}, experience_text="見本\x0bです。"),
    _set({"school_status": "missing"}, **{**_NO_SCHOOL, "school_status": ""}),
    _set({"school_status": "unknown_code"}, **{**_NO_SCHOOL, "school_status": "卒業"}),
    _set({"school_kind": "missing"}, **{**_NO_SCHOOL, "school_status": "student"}),
    _set({"school_kind": "not_needed"}, **{**_NO_SCHOOL, "school_kind": "high"}),
    _set({"graduated_on": "missing"}, school_status="graduated", school_kind="high", graduated_on=""),
    _set(
        {"graduated_on": "not_a_graduate"},
        school_status="student",
        school_kind="high",
        graduated_on="2020-03-01",
    ),
    _on("graduated_on", "in_future", _two_years_on, school_status="graduated", school_kind="university"),
    _set({"registered_on": "date_missing"}, registered_on="", valid_until=""),
    _on("registered_on", "in_future", _two_years_on, valid_until=""),
    _on("registered_on", "not_in_force", _half_a_year_ago, valid_until=""),
    _on("valid_until", "too_far", _two_years_on),
    _set({"valid_until": "date_unreadable"}, valid_until="無期限"),
    _over,
    _ends_before_it_begins,
    _set({"range_private": "range_missing"}, range_private="0", range_municipal="いいえ"),
    _set({"range_municipal": "yes_or_no"}, range_private="はい", range_municipal="たぶん"),
    _set({"terms_agreed": "must_agree"}, terms_agreed="いいえ"),
    _set({"terms_agreed": "yes_or_no"}, terms_agreed="確認中"),
    _set({"terms_agreed": "terms_changed"}, terms_version="0000-00", terms_agreed="1"),
    # Everything wrong is told at once.
    _set(
        {
            "name": "missing",
            "birth_date": "date_impossible",
            "place_1": "unknown_place",
            "pr": "too_long",
            "terms_agreed": "must_agree",
        },
        name="",
        birth_date="2001-02-29",
        place_1="架空村",
        pr="長" * 700,
        terms_agreed="",
    ),
)
"""Used in turn."""

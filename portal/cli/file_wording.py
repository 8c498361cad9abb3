"""Why a file of registrations, or a line of it, was refused, in the words of the commands."""

from portal.domain.registration_file import COLUMNS, REMARKS, FileFault

WORDS = {
    "already_registered": "is registered already, at another office",
    "ambiguous_place": "is the name of several towns; put the prefecture before it",
    "bad_kana": "is not a reading in kana",
    "bad_mail": "is not an address of mail",
    "bad_phone": "is not a telephone number",
    "bad_quote": "has a quotation mark that is not closed, or text behind a closed one",
    "bad_registration_number": "is not 5 digits, a hyphen and 6 to 8 digits",
    "before_birth": "is before the day of birth",
    "before_start": "is before the first day",
    "control": "holds a control character",
    "bad_character": "holds an invisible or private character",
    "date_impossible": "is a day that does not exist",
    "date_missing": "is missing",
    "date_unreadable": "cannot be read as a day",
    "delimiter": "the cells are not separated by commas",
    "double": "stands twice",
    "double_column": "stands twice in the head",
    "double_in_file": "stands on line {first} of this file already",
    "emoji": "holds an emoji",
    "empty": "holds no registration",
    "encoding": "is neither UTF-8 nor CP932",
    "era_range": "lies outside the era named",
    "era_unknown": "names an era that is not known",
    "euc_jp": "is EUC-JP; save it as UTF-8",
    "example_line": "is the number of the invented line in the template; remove the line, or write a person over it",
    "in_future": "lies in the future",
    "iso_2022_jp": "is ISO-2022-JP (JIS); save it as UTF-8",
    "line_break": "holds a line break",
    "line_ends": "ends in CR alone; save the file with CR LF or LF",
    "line_too_long": "has no end",
    "missing": "is missing",
    "missing_column": "is not in the head",
    "mixed_encoding": "is in another encoding than lines before it; UTF-8 and CP932 are mixed",
    "must_agree": "does not say that the seeker agreed",
    "no_head": "does not name any column; the first line must be the head",
    "not_a_graduate": "is only for graduates",
    "not_in_force": "the registration is over already",
    "not_needed": "does not go with school_status",
    "nul": "holds a NUL",
    "range_missing": "neither range is chosen; then one is not in the service",
    "surrogate": "holds half a character",
    "terms_changed": (
        "is not the version in force today; a spreadsheet may have made a day of it (Apr-26 of 2026-04): "
        "format the column as text"
    ),
    "too_far": "is too far in the future",
    "too_large": "is larger than a file may be (setting registration.file_megabytes)",
    "too_long": "is too long",
    "too_long_ago": "is too long ago",
    "too_many": "holds too many choices",
    "too_many_lines": "holds more lines than a file may (setting registration.file_lines)",
    "unknown_code": "is not in the code table, or has ended",
    "unknown_column": "is not a known column",
    "unknown_place": "is no prefecture and no municipality",
    "utf_16": "is UTF-16 or UTF-32; save it as UTF-8",
    "workbook": "is a workbook of a spreadsheet; save it as CSV",
    "wrong_number_of_cells": "has another number of cells than the head",
    "year_unclear": "needs a year of four digits or an era",
    "years_missing": "is missing",
    "years_without_occupation": "is missing though years are given",
    "yes_or_no": "is neither yes (1, yes, はい) nor no (empty, 0, no, いいえ)",
}


def sentence(fault: FileFault) -> str:
    """Place and reason, never the cell: it may hold somebody's name."""
    place = f"line {fault.line}" if fault.line else "file"
    titles = {**COLUMNS, **REMARKS}
    title = f" ({titles[fault.column]})" if fault.column in titles else ""
    column = f", {fault.column}{title}" if fault.column else ""
    return f"{place}{column}: {WORDS.get(fault.reason, fault.reason).format(first=fault.first)}"

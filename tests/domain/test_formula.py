"""What would be a formula in a spreadsheet is kept a text, and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.formula import harmless, plain

DANGEROUS = (
    *(
        "=1+1",
        "=HYPERLINK(1)",
        "+81-3",
        "+81-00-0000-0000",
        "+5",
        "-",
        "-x",
        "-5+1",
        "-1,000",
        "@x",
        "@SUM(1)",
    ),
    *("＝1+1", "＋８１", "－５", "＠見本", "＝１"),
    *("\tx", "\t=1", "\r=1", "\n=1", "\nx", " =1", "\u3000=1", "\u3000\u3000 ＝1", "\xa0=1", "\u2003@x"),
    *("\ufeff=1", "\u200b=1", "\x00=1", "\u202e=1", "\u3000\u200b=1", " " * 300 + "=1"),
)
HARMLESS = (
    *("", "見本", "-5", "-5.25", "0", "1-1", "a=b", "\u3000見本", "'", "'=", "13-ユ-300001", "00-0000-0000"),
    *("―", "・", "※1", "株式会社＝架空", "mihon@example.jp", "ー見本", "−5"),
)


@pytest.mark.parametrize("cell", DANGEROUS)
def test_what_a_spreadsheet_takes_for_a_formula_is_made_harmless_and_comes_back(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert plain(harmless(cell)) == cell


@pytest.mark.parametrize("cell", HARMLESS)
def test_every_other_text_and_every_number_is_left_alone(cell: str) -> None:
    assert harmless(cell) == cell


@given(st.text(max_size=20))
def test_a_cell_that_was_read_once_comes_back_whatever_it_holds(cell: str) -> None:
    read = plain(cell)
    assert plain(harmless(read)) == read
    shown = harmless(cell)
    assert not shown.lstrip().startswith(tuple("=+@＝＋－＠"))
    assert not shown.startswith(tuple("\t\r\n"))

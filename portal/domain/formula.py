"""Texts that a spreadsheet would take for a formula, and the apostrophe that keeps them texts.

For everything we write that is opened in a spreadsheet: what somebody typed as a name must not be reckoned out, nor
fetch anything, on the clerk's machine.
"""

import re

# In both widths, also behind blanks (the ideographic one too) and whatever else is not seen: spreadsheets look past it.
_FORMULA = re.compile(r"[^\S\t\r\n]*[=+\-@＝＋－＠\t\r\n]")
_NUMBER = re.compile(r"-[0-9]+(?:\.[0-9]+)?")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before = + - @ (either width), tab or line break.

    A plain negative number is left as it is; a telephone number that begins with + is not, it would lose its plus.
    """
    return f"'{cell}" if _dangerous(cell) else cell


def plain(cell: str) -> str:
    """The cell that `harmless` was given."""
    return cell[1:] if cell.startswith("'") and _dangerous(cell[1:]) else cell


def _dangerous(cell: str) -> bool:
    seen = _UNSEEN.sub("", cell) if not cell.isprintable() else cell
    return _FORMULA.match(seen) is not None and _NUMBER.fullmatch(cell) is None

"""Papers as PDF: a layout of ours, values that are printed as they are, fonts embedded.

Values travel as data and are never read as markup; files outside the layouts cannot be read, nothing is fetched.
"""

import functools
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import segno
import typst

from portal.calendar.era import format_era, format_western

_UNBROKEN = re.compile(r"[!-~]{16}(?=[!-~])")
_HERE = Path(__file__).resolve().parent
LAYOUTS = _HERE / "layouts"
FONTS = _HERE / "fonts"


@functools.cache
def _fonts() -> typst.Fonts:
    # Read once: ten megabytes of fonts take longer than the paper itself.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def paper(layout: str, values: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF of a layout with these values. ``at``: UTC-aware instant that the file names as its making.

    The same values and instant give the same bytes. Raises typst.TypstError for a layout that is broken.
    """
    made = typst.compile(
        str(LAYOUTS / f"{layout}.typ"),
        root=str(LAYOUTS),
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        timestamp=int(at.astimezone(UTC).timestamp()),
    )
    assert isinstance(made, bytes)  # noqa: S101 -- one PDF is one piece of bytes; narrows the type
    return made


def qr(text: str, *, quick: bool = False) -> str:
    """A QR code (error correction M) as SVG, without quiet zone: the layout leaves the margin.

    quick: with the first of the eight masks instead of the most even one, six times as fast; for many at once. What a
    random token draws is even enough under any of them.
    """
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=0 if quick else None)
    return str(code.svg_inline(scale=1, border=0, dark="#000", light="#fff", omitsize=True))


def printable(text: str) -> str:
    """A text without what no printer prints: control characters other than the line break."""
    return "".join(c for c in text if c == "\n" or c.isprintable() or c == "\u3000")


def flowing(text: str) -> list[str]:
    """The lines of a text as a box on a paper takes them: printable, and long runs without a blank may be broken."""
    return [_UNBROKEN.sub("\\g<0>\u200b", printable(line)) for line in text.split("\n")]


def in_both_years(day: date) -> str:
    """令和8年6月15日（2026年6月15日）."""
    return f"{format_era(day)}（{format_western(day)}）"

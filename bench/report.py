"""The results of a whole run as a page with a chart: docs/performance.md says what each line means and what it was."""

import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from bench.line import Line

_MARK = re.compile("<!-- figures -->.*<!-- end of figures -->", re.DOTALL)
_ROW, _LEFT, _WIDTH, _REACH = 26, 170, 720, 3.0


def write(lines: Sequence[Line], page: Path, chart: Path) -> None:
    """Put the table between the marks of the page and the chart beside it."""
    text = page.read_text(encoding="utf-8")
    assert _MARK.search(text), f"{page} has no place for the figures"
    table = f"<!-- figures -->\n{_table(lines, chart.name)}\n<!-- end of figures -->"
    page.write_text(_MARK.sub(lambda _found: table, text), encoding="utf-8")
    chart.write_text(_chart(lines), encoding="utf-8")


def _table(lines: Sequence[Line], chart: str) -> str:
    day = datetime.now(UTC).date().isoformat()
    rows = [
        f"Run of {day}, Python {platform.python_version()}, {_processors()} processors.",
        "",
        f"![How many times better than its bound each bench is]({chart})",
        "",
        "| bench | ratio | bound | holds | measured | against |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for line in lines:
        ours, other = line.medians
        bound = f"≥ {line.floor:g}" if line.floor is not None else f"≤ {line.ceiling:g}"
        held = "yes" if line.holds else "**no**"
        unit = line.unit.replace("_", " ")
        rows.append(
            f"| {line.bench} | {line.ratio:.3g} | {bound} | {held} | {ours:,.4g} {unit} "
            f"| {other:,.4g} {unit}: {line.against} |"
        )
    return "\n".join(rows)


def _processors() -> int:
    return sum(line.startswith("processor") for line in Path("/proc/cpuinfo").read_text().splitlines())


def _chart(lines: Sequence[Line]) -> str:
    """Bars of how much better than its bound each line is; the bound itself is the line at 1."""
    height = _ROW * len(lines) + 56
    scale = (_WIDTH - _LEFT - 60) / _REACH
    bound_at = _LEFT + scale
    shape = f'viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="title"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {shape} font-family="sans-serif" font-size="13">',
        '<title id="title">How many times better than its bound each bench is (table beside it)</title>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for number, line in enumerate(lines):
        better = margin(line)
        top = 16 + number * _ROW
        long = min(better, _REACH) * scale
        colour = "#1d5fa8" if line.holds else "#b3261e"
        parts += [
            f'<text x="{_LEFT - 8}" y="{top + 14}" text-anchor="end">{escape(line.bench)}</text>',
            f'<rect x="{_LEFT}" y="{top + 2}" width="{long:.1f}" height="16" fill="{colour}"/>',
            f'<text x="{_LEFT + long + 6:.1f}" y="{top + 14}">{better:.2f}{"" if line.holds else " ✗"}</text>',
        ]
    end = 16 + len(lines) * _ROW
    parts += [
        f'<path d="M{bound_at:.1f} 10V{end + 4}" stroke="#222" stroke-dasharray="4 3"/>',
        f'<text x="{bound_at:.1f}" y="{end + 22}" text-anchor="middle">1 = the bound; right of it is better</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def margin(line: Line) -> float:
    """How many times better than the bound, 1 at the bound itself."""
    if line.floor is not None:
        return line.ratio / line.floor
    assert line.ceiling is not None
    return line.ceiling / line.ratio

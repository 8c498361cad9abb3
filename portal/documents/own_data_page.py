"""A seeker's own copy as one file to read and to print: no scripts, no addresses of anything outside, no pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff;
  font: 1rem/1.8 "Noto Sans JP", "Hiragino Kaku Gothic ProN", "Yu Gothic", Meiryo, sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.4; }
h2 { margin: 2.5rem 0 .5rem; padding-bottom: .25rem; border-bottom: 2px solid #1a1a1a; font-size: 1.3rem; }
h3 { margin: 1.5rem 0 .25rem; font-size: 1.05rem; }
dl { margin: .5rem 0 1rem; }
dl > div { display: grid; grid-template-columns: 14rem 1fr; gap: .25rem 1rem; padding: .35rem 0;
  border-bottom: 1px solid #ccc; break-inside: avoid; }
dt { font-weight: 700; }
dd { margin: 0; white-space: pre-line; }
.one { margin: 0 0 1rem; padding: .5rem 0 .5rem 1rem; border-left: 4px solid #767676; }
.none { color: #595959; }
@media (max-width: 36rem) { dl > div { grid-template-columns: 1fr; } }
@media print { body { max-width: none; margin: 0; font-size: 10pt; } h2, h3 { break-after: avoid; } }
"""

Fact = tuple[str, str]
"""A label and its value; a value keeps its line breaks."""


@dataclass(frozen=True)
class Group:
    """Facts that belong together, with others inside. title: "" = none."""

    facts: Sequence[Fact] = ()
    title: str = ""
    inside: Sequence["Group"] = ()


@dataclass(frozen=True)
class Section:
    """One heading and what stands below it. empty: the words where there is nothing."""

    title: str
    groups: Sequence[Group]
    empty: str


@dataclass(frozen=True)
class OwnDataPage:
    """The whole file. contents: the title of the list of sections; lead: paragraphs below the title."""

    language: str
    title: str
    lead: Sequence[str]
    contents: str
    sections: Sequence[Section]


def own_data_page(view: OwnDataPage) -> bytes:
    """The file, in UTF-8."""
    parts = [
        (
            f'<!doctype html>\n<html lang="{escape(view.language)}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="format-detection" content="telephone=no">\n'
            f"<title>{escape(view.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        ),
        f"<h1>{escape(view.title)}</h1>\n",
        *(f"<p>{escape(words)}</p>\n" for words in view.lead),
        f"<nav><h2>{escape(view.contents)}</h2>\n<ol>\n",
        *(f'<li><a href="#s{n}">{escape(one.title)}</a></li>\n' for n, one in enumerate(view.sections, 1)),
        "</ol></nav>\n",
        *(part for n, one in enumerate(view.sections, 1) for part in _section(n, one)),
        "</main>\n</body>\n</html>\n",
    ]
    return "".join(parts).encode("utf-8")


def _section(number: int, section: Section) -> Iterable[str]:
    yield f'<section>\n<h2 id="s{number}">{escape(section.title)}</h2>\n'
    if not section.groups:
        yield f'<p class="none">{escape(section.empty)}</p>\n'
    for group in section.groups:
        yield from _group(group, alone=len(section.groups) == 1 and not group.inside)
    yield "</section>\n"


def _group(group: Group, *, alone: bool) -> Iterable[str]:
    yield "<div>\n" if alone else '<div class="one">\n'
    if group.title:
        yield f"<h3>{escape(group.title)}</h3>\n"
    if group.facts:
        yield "<dl>\n"
        for label, value in group.facts:
            yield f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>\n"
        yield "</dl>\n"
    for inside in group.inside:
        yield from _group(inside, alone=False)
    yield "</div>\n"

"""What every page of the portal must keep, whatever it shows."""

import itertools
import re
from urllib.parse import urlsplit

from tests.web.page import Element, Page

_UNLABELLED_KINDS = {"hidden", "submit", "button", "image", "reset"}
_BARE_NUMBER = re.compile(r"/\d+(?=/|$)")
_ADDRESSES = ("href", "src", "action", "formaction")


def broken_rules(html: str) -> list[str]:
    """The rules that a page breaks, in words; an empty list is a good page."""
    page = Page(html)
    return [
        *_headings(page),
        *_nothing_inline(page),
        *_labels(page),
        *_addresses(page),
        *_identifiers(page),
        *_rendering(page),
    ]


def _headings(page: Page) -> list[str]:
    found = []
    count = sum(1 for _ in page.root.all("h1"))
    if count != 1:
        found.append(f"there are {count} h1")
    elif not page.h1:
        found.append("the h1 is empty")
    elif page.h1 not in page.title:
        found.append(f"the title {page.title!r} does not contain the h1 {page.h1!r}")
    languages = [element.get("lang") for element in page.root.all("html")]
    if languages not in (["ja"], ["en"]):
        found.append(f"the language of the document is {languages}")
    levels = [int(heading.name[1]) for heading in page.root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    for above, below in itertools.pairwise(levels):
        if below > above + 1:
            found.append(f"a heading of level {below} follows one of level {above}")
    return found


def _nothing_inline(page: Page) -> list[str]:
    found = []
    for element in page.root.all():
        for name, value in element.attributes.items():
            if name == "style":
                found.append(f"<{element.name}> has a style attribute")
            if name.startswith("on"):
                found.append(f"<{element.name}> has the handler {name}")
            if value.strip().lower().startswith("javascript:"):
                found.append(f"<{element.name}> holds a script address")
        if element.name == "style":
            found.append("there is a <style> element")
        if element.name == "script" and not element.get("src"):
            found.append("there is a <script> without src")
    return found


def _labels(page: Page) -> list[str]:
    labelled = {label.get("for") for label in page.root.all("label") if label.text}
    identifiers = {element.get("id") for element in page.root.all() if element.get("id")}
    return [
        f"<{control.name} name={control.get('name')!r}> has no label"
        for control in page.root.all("input", "select", "textarea")
        if control.get("type") not in _UNLABELLED_KINDS and not _has_label(control, labelled, identifiers)
    ]


def _has_label(control: Element, labelled: set[str], identifiers: set[str]) -> bool:
    wrapping = control.inside("label")
    named_by = control.get("aria-labelledby").split()
    return (
        control.get("id") in labelled
        or (wrapping is not None and bool(wrapping.text))
        or bool(control.get("aria-label").strip())
        or (bool(named_by) and set(named_by) <= identifiers)
    )


def _addresses(page: Page) -> list[str]:
    found = []
    for element in page.root.all():
        for name in _ADDRESSES:
            address = urlsplit(element.get(name))
            if address.scheme in ("", "http", "https") and _BARE_NUMBER.search(address.path):
                found.append(f"<{element.name} {name}={element.get(name)!r}> shows a bare number")
    return found


def _identifiers(page: Page) -> list[str]:
    identifiers = [element.get("id") for element in page.root.all() if "id" in element.attributes]
    found = [
        f"the id {each!r} is used twice"
        for each in sorted({i for i in identifiers if identifiers.count(i) > 1})
    ]
    for element in page.root.all():
        pointed = element.get("aria-describedby").split() + element.get("aria-labelledby").split()
        if element.name == "label" and element.get("for"):
            pointed.append(element.get("for"))
        if element.name == "a" and element.get("href").startswith("#") and len(element.get("href")) > 1:
            pointed.append(element.get("href")[1:])
        found += [
            f"<{element.name}> points to {each!r}, which is not there"
            for each in pointed
            if each not in identifiers
        ]
    found += ["an image has no alt" for image in page.root.all("img") if "alt" not in image.attributes]
    return found


def _rendering(page: Page) -> list[str]:
    shown = page.text + page.title
    return [f"{mark!r} was left unrendered" for mark in ("{{", "}}", "{%", "%}") if mark in shown]

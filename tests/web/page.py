"""Reading a page as a person or a screen reader would: headings, texts, links, forms and their labels."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SILENT = {"script", "style", "template", "head"}


@dataclass
class Element:
    """One element with its attributes (a bare one is ""), its children and the texts between them."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)
    parent: "Element | None" = None

    def all(self, *names: str) -> Iterator["Element"]:
        """This element's descendants with one of the names, or all, in document order."""
        for child in self.children:
            if isinstance(child, Element):
                if not names or child.name in names:
                    yield child
                yield from child.all(*names)

    @property
    def text(self) -> str:
        """The visible text, white space run together."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        joined = "" if self.name in _SILENT and self.parent is not None else " ".join(parts)
        return re.sub(r"\s+", " ", joined).strip()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def inside(self, name: str) -> "Element | None":
        """The nearest ancestor with the name."""
        above = self.parent
        while above is not None and above.name != name:
            above = above.parent
        return above


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#document")
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self._open)
        self._open.children.append(element)
        if tag not in _VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        above: Element | None = self._open
        while above is not None and above.name != tag:
            above = above.parent
        if above is not None and above.parent is not None:
            self._open = above.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)


def parse(html: str) -> Element:
    """The tree of a document."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


@dataclass
class Form:
    """A form as it would be sent: where to, how, and what stands in its fields."""

    element: Element

    @property
    def action(self) -> str:
        """The address; "" means the page itself."""
        return self.element.get("action")

    @property
    def method(self) -> str:
        return self.element.get("method", "get").upper()

    @property
    def fields(self) -> dict[str, list[str]]:
        """Names and values that a browser would send without a press on any particular button."""
        found: dict[str, list[str]] = {}
        for control in self.element.all("input", "select", "textarea"):
            name = control.get("name")
            if not name or "disabled" in control.attributes:
                continue
            for value in _values(control):
                found.setdefault(name, []).append(value)
        return found

    @property
    def names(self) -> set[str]:
        """Names of all controls, ticked or not, buttons included."""
        controls = self.element.all("input", "select", "textarea", "button")
        return {control.get("name") for control in controls if control.get("name")}

    @property
    def buttons(self) -> list[Element]:
        return [
            control
            for control in self.element.all("button", "input")
            if control.name == "button" or control.get("type") == "submit"
        ]


def _values(control: Element) -> list[str]:
    kind = control.get("type", "text")
    if control.name == "textarea":
        text = "".join(child for child in control.children if isinstance(child, str))
        return [text.replace("\r\n", "\n").removeprefix("\n")]
    if control.name == "select":
        options = list(control.all("option"))
        chosen = [option for option in options if "selected" in option.attributes]
        if not chosen and "multiple" not in control.attributes:
            chosen = options[:1]
        return [option.get("value", option.text) for option in chosen]
    if kind in ("submit", "button", "image", "file", "reset"):
        return []
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if "checked" in control.attributes else []
    return [control.get("value")]


class Page:
    """One HTML page."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.root = parse(html)

    @property
    def title(self) -> str:
        titles = [re.sub(r"\s+", " ", str(t.children[0])) for t in self.root.all("title") if t.children]
        return titles[0].strip() if titles else ""

    @property
    def h1(self) -> str:
        return next((heading.text for heading in self.root.all("h1")), "")

    @property
    def text(self) -> str:
        """The visible text of the body."""
        return " ".join(body.text for body in self.root.all("body"))

    @property
    def links(self) -> dict[str, str]:
        """Text to address; of several with the same text the first."""
        found: dict[str, str] = {}
        for link in self.root.all("a"):
            found.setdefault(link.text or link.get("aria-label"), link.get("href"))
        return found

    @property
    def forms(self) -> list[Form]:
        return [Form(element) for element in self.root.all("form")]

    def form_at(self, address: str) -> Form:
        """The first form that is sent to an address. Errors: AssertionError when there is none."""
        for form in self.forms:
            if form.action == address:
                return form
        raise AssertionError(f"no form to {address} on the page {self.h1!r}")

    def form_with(self, *names: str) -> Form:
        """The first form that holds controls of these names. Errors: AssertionError when there is none."""
        for form in self.forms:
            if set(names) <= form.names:
                return form
        raise AssertionError(
            f"no form with {names} on the page {self.h1!r}; there are {[sorted(f.names) for f in self.forms]}"
        )

"""What a screening found, as sentences of a test read it."""

from portal.domain.screening import KnownIdentity, screen
from tests.domain.screening_people import TARO

WRITER = KnownIdentity(**TARO)


def kinds(text: str, known: KnownIdentity | None = None) -> set[str]:
    """The kinds found in a text."""
    return {str(finding.kind) for finding in screen(text, known)}


def pointed_at(text: str, known: KnownIdentity | None = None) -> list[tuple[str, str, bool]]:
    """Kind, words in the text, and whether they are the person's own, for each finding."""
    return [
        (str(finding.kind), text[finding.start : finding.end], finding.own) for finding in screen(text, known)
    ]

"""What a seeker answers, and which message texts can be taken from either side.

The seed names wishes to use the service and questions (seed 004 S-Q2); "not now" and free text are ours
(ruling R8).
"""

import unicodedata
from enum import StrEnum

from portal.domain.entry import BLANK_LETTERS, ORDINARY
from portal.domain.outcome import Outcome
from portal.domain.refusal import Invalid


class AnswerKind(StrEnum):
    """The four ways to answer, offered as buttons."""

    USE = "use"  # 利用希望
    QUESTION = "question"
    LATER = "later"  # 今は見送る
    TEXT = "text"


NEEDS_TEXT = frozenset({AnswerKind.QUESTION, AnswerKind.TEXT})
"""A wish or a "not now" says everything by itself."""

LONGEST_MESSAGE = 2000
"""Code points of a message. The seed names no length: our decision."""


def check_text(
    typed: str, *, longest: int = LONGEST_MESSAGE, field: str = "text", may_be_empty: bool = False
) -> str:
    """The text as it is stored: line ends made uniform (browsers send CR LF), outer blanks dropped.

    Raises Invalid on the field with every code that applies: "missing" (nothing to be seen), "too_long"
    (longest, in code points; facts: length, longest), "nul", "surrogate" (half of a character), "control"
    (other control characters than tab and line end).
    """
    text = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    if 0 < len(text) <= longest and ORDINARY.fullmatch(text.replace("\n", "")):
        return text
    categories = {unicodedata.category(c) for c in text}
    codes: list[str] = []
    seen = any(_visible(c) for c in set(text))
    if not seen and not may_be_empty:
        codes.append("missing")
    if len(text) > longest:
        codes.append("too_long")
    if "\0" in text:
        codes.append("nul")
    if "Cs" in categories:
        codes.append("surrogate")
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t\0" for c in text):
        codes.append("control")
    if codes:
        raise Invalid({field: codes}, length=len(text), longest=longest)
    return text if seen else ""


def check_answer(kind: AnswerKind, typed: str, *, longest: int = LONGEST_MESSAGE) -> str:
    """The text of an answer; "" is allowed with a wish and with "not now". Raises Invalid as `check_text`."""
    return check_text(typed, longest=longest, may_be_empty=kind not in NEEDS_TEXT)


def opens(kind: AnswerKind, current: Outcome) -> Outcome | None:
    """The outcome an answer brings about by itself, or None when it stays as it is.

    利用希望 opens the outcome, or a new round after its end; said twice, it changes nothing. "Not now" takes
    back a wish that was not yet accepted.
    """
    if kind is AnswerKind.USE and current in (Outcome.NONE, Outcome.ENDED, Outcome.EMPLOYED):
        return Outcome.USE_WISHED
    if kind is AnswerKind.LATER and current is Outcome.USE_WISHED:
        return Outcome.ENDED
    return None


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK_LETTERS

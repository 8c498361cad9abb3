"""Answers and outcomes of a thread in words, the same for both sides."""

from flask_babel import lazy_gettext as _l

from portal.domain.answer import AnswerKind
from portal.domain.outcome import Outcome

_ANSWERS = {
    AnswerKind.USE: _l("利用希望"),
    AnswerKind.QUESTION: _l("質問"),
    AnswerKind.LATER: _l("今は見送る"),
    AnswerKind.TEXT: _l("返事"),
}

_OUTCOMES = {
    Outcome.NONE: _l("記録なし"),
    Outcome.USE_WISHED: _l("利用希望"),
    Outcome.ACCEPTED: _l("求職受理"),
    Outcome.REFERRED: _l("紹介"),
    Outcome.EMPLOYED: _l("就職"),
    Outcome.ENDED: _l("終了"),
}


def answer_name(kind: AnswerKind | str) -> str:
    """How a seeker answered."""
    return str(_ANSWERS[AnswerKind(kind)])


def outcome_name(outcome: Outcome | str) -> str:
    """Where a thread stands."""
    return str(_OUTCOMES[Outcome(outcome)])

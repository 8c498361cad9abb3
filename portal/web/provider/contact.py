"""How far the unit is with somebody, as a tag in lists and on profiles."""

from dataclasses import dataclass

from flask_babel import gettext

from portal.domain.answer import AnswerKind
from portal.domain.outcome import Outcome
from portal.services.search import ContactMark, ContactState
from portal.web.outcome import outcome_name
from portal.web.provider.rows import answered


@dataclass(frozen=True)
class Shown:
    """text and kind of the tag. thread: token of the thread to open, "" = none. writable: may be chosen to write to."""

    text: str
    kind: str
    thread: str = ""
    writable: bool = True


def contact_shown(mark: ContactMark) -> Shown:
    """The words for a mark."""
    if not mark.own:
        return Shown(gettext("ほかの部署が連絡済み"), "warning", writable=False)
    match mark.state:
        case ContactState.NONE:
            return Shown(gettext("未連絡"), "neutral")
        case ContactState.WRITTEN:
            return Shown(gettext("送信済み"), "info", mark.thread)
        case ContactState.ANSWERED:
            return Shown(answered(AnswerKind(mark.answer or "text")), "success", mark.thread)
        case ContactState.OUTCOME:
            kind = "neutral" if mark.outcome is Outcome.ENDED else "success"
            return Shown(outcome_name(mark.outcome), kind, mark.thread)

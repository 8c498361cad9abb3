"""The papers of one application for whoever applies: what is printed and brought, and the bureau's letter as PDF.

Papers are in Japanese whatever the language of the pages, because they go to the bureau.
"""

from datetime import date, timedelta

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from portal.calendar.day import jst_day
from portal.documents.application_paper import ApplicationPaper, application_paper
from portal.documents.letter import Letter, LetterKind, letter
from portal.domain.application import DECIDED, Act, Kind, Party, State
from portal.domain.refusal import NotFound
from portal.services.application_view import ApplicationLine, ApplicationView, CasePage, HistoryLine
from portal.web.application.desk import ON_PAPER, Desk, asked, bureau_name, read
from portal.web.application.forms import Asked
from portal.web.runtime import current

FIND = "/bureau/applications/find"
"""Where the QR code leads a clerk, after signing in."""

_LETTERS = {
    State.APPROVED: (LetterKind.APPROVED, Act.APPROVE),
    State.REFUSED: (LetterKind.REFUSED, Act.REFUSE),
    State.RETURNED: (LetterKind.RETURNED, Act.ASK_BACK),
}


def paper(desk: Desk) -> ResponseReturnValue:
    """The application as it is printed. Raises NotFound for a draft, which has no number that counts."""
    view = read(desk)
    if view.line.state not in ON_PAPER:
        raise NotFound
    with force_locale("ja"):
        made = application_paper(paper_of(view, asked(desk.audience, view, every=True)))
    return pdf(made, f"{view.line.case_number}.pdf")


def paper_of(view: ApplicationView | CasePage, every: Asked) -> ApplicationPaper:
    """What the paper holds."""
    runtime = current()
    return ApplicationPaper(
        kind=view.line.kind,
        at=runtime.clock.now(),
        unit_class=view.line.unit_class,
        content=view.content,
        # Once it is decided, the record in force may be what it asked for, or something newer.
        before=view.before if view.line.kind is Kind.CHANGE and view.line.state not in DECIDED else {},
        name=view.line.name,
        unit_number=view.line.unit_number,
        number=view.line.case_number,
        link=f"{runtime.settings.public_url}{FIND}?number={view.line.case_number}",
        bureau_name=bureau_name(every, view),
        words={
            choice.code: choice.name_ja
            for table in ("registration_class", "legal_basis")
            for choice in every.codes[table]
        },
        demo=runtime.settings.demo,
    )


def decision_letter(desk: Desk) -> ResponseReturnValue:
    """The bureau's letter. Raises NotFound while there is none."""
    view = read(desk)
    with force_locale("ja"):
        return letter_of(view, asked(desk.audience, view, every=True))


def letter_of(view: ApplicationView | CasePage, every: Asked) -> ResponseReturnValue:
    """The letter of a decision or of asking back, as both sides print it. Raises NotFound while there is none."""
    if view.line.state not in _LETTERS or view.line.unit_class is None:
        raise NotFound
    kind, act = _LETTERS[view.line.state]
    event = _last(view, act)
    decision = view.decision
    with force_locale("ja"):
        made = letter(
            Letter(
                kind=kind,
                application=view.line.kind,
                number=view.line.case_number,
                unit_class=view.line.unit_class,
                unit_number=view.line.unit_number,
                unit_name=view.line.name,
                bureau_name=bureau_name(every, view),
                on=view.line.decided_on or jst_day(event.at),
                at=event.at,
                reasons=[line for line in event.told.splitlines() if line.strip()],
                received_on=view.line.received_on,
                valid_from=decision.valid_from if decision else None,
                valid_until=decision.valid_until if decision else None,
                effective_on=effective_day(view.line),
                demo=current().settings.demo,
            )
        )
    return pdf(made, f"{view.line.case_number}-letter.pdf")


def effective_day(line: ApplicationLine) -> date | None:
    """From when an approved change holds, or the last day of use of an approved 利用停止; None for the others."""
    if line.effective_on is None or line.kind not in (Kind.CHANGE, Kind.END):
        return None
    # What is recorded is the first day on which it holds: of an end, the day after the last one.
    return line.effective_on - timedelta(days=1) if line.kind is Kind.END else line.effective_on


def _last(view: ApplicationView | CasePage, act: Act) -> HistoryLine:
    found = [line for line in view.history if line.act is act and line.party is Party.BUREAU]
    if not found:
        raise NotFound
    return found[-1]


def pdf(data: bytes, name: str) -> Response:
    """A paper to be shown in the browser, where people print it."""
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer

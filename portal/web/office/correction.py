"""Requests of the office's seekers to put something right: the list, one request, the answer."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.domain.correction import LONGEST, State
from portal.domain.permission import Permission
from portal.services import correction as service
from portal.web.auth.identity import current_actor
from portal.web.correction import PARTS, STATES
from portal.web.office.forms import NEEDED, VersionedForm, refused
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.runtime import current

_l = lazy_gettext


class CorrectionAnswerForm(VersionedForm):
    """What became of a request."""

    decision = RadioField(_l("どうしましたか"), NEEDED, choices=[])
    text = TextAreaField(_l("ご本人への回答"))

    def offer(self) -> None:
        """Both answers; none is chosen beforehand."""
        self.decision.choices = [
            SelectChoice(State.CORRECTED.value, gettext("登録を訂正した")),
            SelectChoice(State.NOT_CORRECTED.value, gettext("訂正しなかった（理由を書きます）")),
        ]


@office_page("/corrections", Permission.OFFICE_CORRECTION_ANSWER)
def corrections() -> ResponseReturnValue:
    """What waits, oldest first, and what was answered lately; without the words."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.desk(session, runtime.clock, current_actor())
    return show("corrections", desk=found, parts=PARTS, states=STATES)


@office_page("/corrections/<ref>", Permission.OFFICE_CORRECTION_ANSWER)
def correction(ref: str) -> ResponseReturnValue:
    """One request; reading it is recorded and told to the seeker."""
    return _shown(ref, CorrectionAnswerForm())


@office_page("/corrections/<ref>", Permission.OFFICE_CORRECTION_ANSWER, methods=("POST",))
def answer_correction(ref: str) -> ResponseReturnValue:
    """Answer it; the seeker reads the answer on the site."""
    form = CorrectionAnswerForm(request.form)
    runtime = current()

    def act() -> None:
        with runtime.write(AUDIENCE) as session:
            decision = request.form.get("decision", "")
            service.answer(session, runtime.clock, current_actor(), ref, decision, form.text.data or "")

    if refused(form, act):
        return _shown(ref, form, 422)
    flash(gettext("回答しました。ご本人は、サイトで読めます。"), "success")
    return redirect(url_for("office.corrections"), 303)


def _shown(ref: str, form: CorrectionAnswerForm, status: int = 200) -> ResponseReturnValue:
    runtime = current()
    form.offer()
    with runtime.write(AUDIENCE) as session:
        asked = service.read(session, runtime.clock, current_actor(), ref)
    return show(
        "correction",
        status,
        form=form,
        asked=asked,
        part=str(PARTS[asked.part]),
        state=STATES[asked.state],
        longest=LONGEST,
    )

"""Asking the office to put something right (訂正の申出), and its answers (seed 004 S-Q3)."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.domain.correction import LONGEST
from portal.domain.permission import Permission
from portal.domain.refusal import Forbidden, Invalid, NotFound, Refusal
from portal.services import correction as service
from portal.services.own_reach import own_reach
from portal.web.auth.identity import current_actor
from portal.web.correction import PARTS, STATES
from portal.web.draft import draft_here, fields_of
from portal.web.field_wording import show_in
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, language, seeker_page, show
from portal.web.seeker.wording import office_name
from portal.web.wording import words_of


class CorrectionForm(Form):
    """What is wrong, and what would be right."""

    part = RadioField(_l("どこが違いますか"), [InputRequired()], choices=[])
    text = TextAreaField(_l("何が違い、どう直せばよいか"), [InputRequired()])

    def offer(self) -> None:
        """The parts of a registration; none is chosen beforehand."""
        self.part.choices = [SelectChoice(part.value, str(name)) for part, name in PARTS.items()]

    def refuse(self, refused: Refusal) -> None:
        """Say above the fields why nothing was sent."""
        self.form_errors = [*self.form_errors, words_of(refused).text]


@seeker_page("/corrections", Permission.SEEKER_CORRECTION_ASK)
def corrections() -> ResponseReturnValue:
    """The form, and what was asked before with the office's answers."""
    return _shown(CorrectionForm(fields_of(draft_here())))


@seeker_page("/corrections", Permission.SEEKER_CORRECTION_ASK, methods=("POST",))
def ask_correction() -> ResponseReturnValue:
    """Send it to the office; nothing is changed by it."""
    form = CorrectionForm(request.form)
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.ask(
                session, runtime.clock, current_actor(), request.form.get("part", ""), form.text.data or ""
            )
    except (NotFound, Forbidden):
        raise
    except Invalid as refused:
        show_in(form, refused)
        return _shown(form, 422)
    except Refusal as refused:
        form.refuse(refused)
        return _shown(form, 409)
    flash(gettext("訂正の申出を、窓口に送りました。回答は、このページに出ます。"), "success")
    return redirect(url_for("seeker.corrections"), 303)


def _shown(form: CorrectionForm, status: int = 200) -> ResponseReturnValue:
    runtime = current()
    form.offer()
    with runtime.read(AUDIENCE) as session:
        asked = service.own(session, current_actor())
        reach = own_reach(session, runtime.clock, current_actor())
    return show(
        "corrections",
        status,
        form=form,
        draft=draft_here() if status == 200 else None,
        asked=[(one, str(PARTS[one.part]), *STATES[one.state]) for one in asked],
        office=office_name(reach.office.name(language())),
        longest=LONGEST,
    )

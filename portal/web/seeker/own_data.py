"""One's own copy of everything, as a file: for machines (JSON) or to read and print (HTML without anything outside)."""

import json

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.calendar.day import jst_day
from portal.documents.own_data_page import own_data_page
from portal.domain.account import Busy, TooManyAttempts
from portal.domain.permission import Permission
from portal.domain.refusal import Forbidden, Invalid, Refusal
from portal.services import own_data as service
from portal.services.own_data import OwnData
from portal.services.profile import every
from portal.web.auth.blueprint import passwords
from portal.web.auth.forms import ConfirmForm
from portal.web.auth.identity import address, current_actor
from portal.web.auth.sign_in import status_of
from portal.web.field_wording import show_in
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, language, seeker_page, show
from portal.web.seeker.own_data_wording import page_of
from portal.web.wording import words_of


class OwnDataForm(ConfirmForm):
    """Which file, and the present password."""

    form = RadioField(_l("どちらで受け取りますか"), [InputRequired()], choices=[])

    def offer(self) -> None:
        """The two files; the readable one stands first, and none is chosen beforehand."""
        self.form.choices = [
            SelectChoice("page", gettext("読むため、印刷するためのファイル（HTML）")),
            SelectChoice("json", gettext("ほかのサービスやプログラムで使うためのファイル（JSON）")),
        ]


@seeker_page("/own-data", Permission.SEEKER_DATA_TAKE)
def own_data() -> ResponseReturnValue:
    """What is in the file, and the password once more."""
    return _shown(OwnDataForm(formdata=None))


@seeker_page("/own-data", Permission.SEEKER_DATA_TAKE, methods=("POST",))
def take_own_data() -> ResponseReturnValue:
    """The file itself; nothing of it is kept by the browser or on the way (`Cache-Control: no-store`)."""
    form = OwnDataForm()
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            taken = service.take(
                session,
                runtime.clock,
                current_actor(),
                passwords(),
                password=form.password.data or "",
                address=address(),
                form=request.form.get("form", ""),
                language=language(),
            )
    except Forbidden:
        raise
    except Invalid as refused:
        show_in(form, refused)
        return _shown(form, 422)
    except (TooManyAttempts, Busy) as refused:
        form.refuse(refused)
        status, headers = status_of(refused)
        return _shown(form, status, headers)
    except Refusal as refused:
        form.form_errors = [*form.form_errors, words_of(refused).text]
        return _shown(form, 429)
    return _file(taken, request.form["form"])


def _file(taken: OwnData, form: str) -> Response:
    runtime = current()
    if form == "json":
        text = json.dumps(taken.content, ensure_ascii=False, indent=2)
        answer = Response(text.encode("utf-8"), mimetype="application/json")
    else:
        with runtime.read(AUDIENCE) as session:
            codes = every(session)
        page = page_of(taken.content, language(), codes)
        answer = Response(own_data_page(page), mimetype="text/html")
    ending = "json" if form == "json" else "html"
    named = f"my-data-{jst_day(taken.made_at).isoformat()}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    return answer


def _shown(
    form: OwnDataForm, status: int = 200, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    form.offer()
    answer = show("own_data", status, form=form, most=service.MOST, after_code=service.AFTER_CODE)
    if headers and isinstance(answer, Response):
        answer.headers.update(headers)
    return answer

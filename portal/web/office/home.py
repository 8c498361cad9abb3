"""The start page of the office, looking somebody up, the lists."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission, may
from portal.domain.refusal import Invalid, NotFound
from portal.services import complaint_case, held_text, seeker_file
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.office.forms import FindForm, typed
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.office.wording import TEXTS, found_words, in_words, short_standing
from portal.web.runtime import current

RECENT = 5


@office_page("/", Permission.OFFICE_HOME_READ)
def home() -> ResponseReturnValue:
    """What waits, who was registered lately, where to look somebody up."""
    return _home(FindForm())


def _home(form: FindForm, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    if not may(actor, Permission.OFFICE_SEEKER_READ):
        return _desk()
    with current().read(AUDIENCE) as session:
        recent = seeker_file.listing(session, current().clock, actor, limit=RECENT)
    return show("home", status, form=form, recent=recent.lines, **_words())


def _desk() -> ResponseReturnValue:
    """The start page of the 苦情申出等受付担当者: what lies on the desk."""
    with current().read(AUDIENCE) as session:
        lying = complaint_case.counts(session, current().clock, current_actor())
    return show("desk", lying=lying)


def _words() -> dict[str, object]:
    return {"texts": in_words(TEXTS), "found_words": found_words, "short_standing": short_standing}


@office_page("/find", Permission.OFFICE_SEEKER_READ, methods=("POST",))
def find() -> ResponseReturnValue:
    """Look somebody up by number; the number is sent in the form, so that it stands in no address."""
    form = FindForm(request.form)
    try:
        with current().read(AUDIENCE) as session:
            found = seeker_file.find(session, current_actor(), typed())
    except Invalid as refused:
        show_in(form, refused)
        return _home(form, 422)
    except NotFound:
        form.registration_number.errors = [
            gettext("この番号の方は、この窓口では登録されていません。番号をご確認ください。")
        ]
        return _home(form, 422)
    return redirect(url_for("office.seeker_file", office_id=found), 303)


@office_page("/seekers", Permission.OFFICE_SEEKER_READ)
def seekers() -> ResponseReturnValue:
    """Everybody of this office, newest first."""
    after = request.args.get("after") or None
    with current().read(AUDIENCE) as session:
        listing = seeker_file.listing(session, current().clock, current_actor(), after=after)
    prints = may(current_actor(), Permission.OFFICE_CODE_ISSUE)
    return show("seekers", listing=listing, after=after, prints=prints, **_words())


@office_page("/texts", Permission.OFFICE_TEXT_REVIEW)
def texts() -> ResponseReturnValue:
    """Every text that waits."""
    with current().read(AUDIENCE) as session:
        waiting = held_text.waiting(session, current_actor())
    return show("texts", waiting=waiting, **_words())


def done(text: str, office_id: str) -> ResponseReturnValue:
    """After a change: back to the file, with one line that says what was done."""
    flash(text, "success")
    return redirect(url_for("office.seeker_file", office_id=office_id), 303)

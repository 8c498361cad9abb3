"""A text that waits: what was found in it, and the decision."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission
from portal.domain.profile import LONGEST_TEXT
from portal.domain.refusal import NotFound
from portal.services import held_text
from portal.web.auth.identity import current_actor
from portal.web.finding import FINDINGS
from portal.web.office.forms import ReasonForm, ReplaceForm, VersionedForm, refused
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.office.home import done
from portal.web.office.seeker import ADDRESS
from portal.web.office.wording import TEXTS, found_words, in_words
from portal.web.runtime import current


@office_page(f"{ADDRESS}/texts/<kind>", Permission.OFFICE_TEXT_REVIEW)
def held(office_id: str, kind: str) -> ResponseReturnValue:
    """Read one text and choose what to do with it."""
    return _show(office_id, kind, None, None)


def _show(
    office_id: str, kind: str, wrong: VersionedForm | None, decision: str | None
) -> ResponseReturnValue:
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        text = held_text.read(session, runtime.clock, current_actor(), office_id, kind)
    forms: dict[str, VersionedForm] = {
        "release": ReasonForm(prefix="release-"),
        "replace": ReplaceForm(prefix="replace-", text=text.text),
        "refuse": ReasonForm(prefix="refuse-"),
    }
    if wrong is not None and decision is not None:
        forms[decision] = wrong
    for each in forms.values():
        each.version.data = str(text.version)
    return show(
        "text",
        422 if wrong else 200,
        form=wrong,
        forms=forms,
        held=text,
        office_id=office_id,
        name=str(TEXTS[kind]),
        findings=in_words(FINDINGS),
        found_words=found_words,
        longest=LONGEST_TEXT,
    )


@office_page(f"{ADDRESS}/texts/<kind>/<decision>", Permission.OFFICE_TEXT_REVIEW, methods=("POST",))
def decide(office_id: str, kind: str, decision: str) -> ResponseReturnValue:
    """Release, replace or refuse."""
    runtime = current()
    actor = current_actor()
    form: ReasonForm | ReplaceForm
    if decision == "replace":
        form = ReplaceForm(request.form, prefix="replace-")
    elif decision in ("release", "refuse"):
        form = ReasonForm(request.form, prefix=f"{decision}-")
    else:
        raise NotFound

    def act() -> None:
        with runtime.write(AUDIENCE) as session:
            given = (session, runtime.clock, actor, office_id, kind)
            match decision:
                case "release":
                    held_text.release(*given, form["reason"].data or "", seen=form.seen)
                case "replace":
                    held_text.replace(*given, form["text"].data or "", seen=form.seen)
                case _:
                    held_text.refuse(*given, form["reason"].data or "", seen=form.seen)

    if refused(form, act):
        return _show(office_id, kind, form, decision)
    told = {
        "release": gettext("文章をそのまま公開しました。"),
        "replace": gettext("新しい文章を公開しました。"),
    }
    return done(told.get(decision, gettext("文章は公開しないことにしました。")), office_id)

"""Texts that are used again (文例): the list, keeping one, changing, removing and putting back."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, StringField, TextAreaField

from portal.domain.answer import LONGEST_MESSAGE
from portal.domain.message_screening import Finding, Force
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.domain.template import LONGEST_TITLE, MOST_TEMPLATES, Field, stray_braces, unknown_fields
from portal.services import message_screening
from portal.services import template as service
from portal.services.template import Template
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import NEEDED
from portal.web.provider.page import show
from portal.web.provider.screened import told
from portal.web.runtime import current
from portal.web.wording import Words, words_of


class TemplateForm(Form):
    """Title and text. revision: of what is being changed."""

    title = StringField(_l("題名"), NEEDED)
    text = TextAreaField(_l("文章"), NEEDED)
    revision = HiddenField()

    def typed(self) -> dict[str, str]:
        """As the rules read it."""
        return {"title": self.title.data or "", "text": self.text.data or ""}

    def show_refusal(self, invalid: Invalid) -> None:
        """Beside the fields; what is no field is told by name."""
        show_in(self, invalid)
        if "unknown_field" in invalid.errors.get("text", ()):
            named = gettext("、").join(unknown_fields(self.text.data or "")[:5])
            self.text.errors = [
                *self.text.errors,
                gettext("使えない差し込みがあります：%(named)s", named=named),
            ]
        if "stray_brace" in invalid.errors.get("text", ()):
            named = gettext("、").join(stray_braces(self.text.data or "")[:5])
            self.text.errors = [*self.text.errors, gettext("直すところ：%(named)s", named=named)]


@page(blueprint, "/templates", audience=Audience.PROVIDER, permission=Permission.UNIT_TEMPLATE_USE)
def templates() -> ResponseReturnValue:
    """All that this person sees, and those that can still be put back."""
    runtime = current()
    with runtime.read("provider") as session:
        found = service.templates(session, runtime.clock, current_actor())
    return show("provider/templates.html", found=found, most=MOST_TEMPLATES)


@page(
    blueprint,
    "/templates/new",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_TEMPLATE_USE,
    methods=["GET", "POST"],
)
def template_new() -> ResponseReturnValue:
    """Keep a new text."""
    form = TemplateForm(request.form)
    if request.method == "GET":
        return _form(form)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            ref = service.add(session, runtime.clock, current_actor(), form.typed())
    except Invalid as invalid:
        form.show_refusal(invalid)
        return _form(form, 422)
    flash(gettext("文例を保存しました。"), "success")
    return _onward(ref, form)


@page(
    blueprint,
    "/templates/<ref>",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_TEMPLATE_USE,
    methods=["GET", "POST"],
)
def template(ref: str) -> ResponseReturnValue:
    """One text: to change it, or away with it."""
    runtime = current()
    form = TemplateForm(request.form)
    if request.method == "GET":
        return _change(form, ref)
    revision = form.revision.data or ""
    try:
        with runtime.write("provider") as session:
            service.change(
                session,
                runtime.clock,
                current_actor(),
                ref,
                form.typed(),
                int(revision) if revision.isdecimal() and len(revision) < 10 else 0,
            )
    except Invalid as invalid:
        form.show_refusal(invalid)
        return _change(form, ref, 422)
    except Conflict as changed:
        return _change(form, ref, 409, words_of(changed))
    flash(gettext("文例を直しました。"), "success")
    return _onward(ref, form)


@page(
    blueprint,
    "/templates/<ref>/remove",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_TEMPLATE_USE,
    methods=["GET", "POST"],
)
def template_remove(ref: str) -> ResponseReturnValue:
    """Away with one; the list offers to put it back."""
    if request.method == "GET":
        return redirect(url_for(".template", ref=ref), 303)
    runtime = current()
    with runtime.write("provider") as session:
        service.remove(session, runtime.clock, current_actor(), ref)
    flash(gettext("文例を削除しました。24時間以内は、下から元に戻せます。"), "success")
    return redirect(url_for(".templates"), 303)


@page(
    blueprint,
    "/templates/<ref>/restore",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_TEMPLATE_USE,
    methods=["GET", "POST"],
)
def template_restore(ref: str) -> ResponseReturnValue:
    """Put one back."""
    if request.method == "GET":
        return redirect(url_for(".templates"), 303)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            service.restore(session, runtime.clock, current_actor(), ref)
    except NotFound:
        # One answer for what is gone for good and for what was never theirs.
        flash(
            gettext("元に戻せるのは、削除してから24時間以内です。この文例は、もう元に戻せません。"), "error"
        )
        return redirect(url_for(".templates"), 303)
    except Invalid as invalid:
        if "title" in invalid.errors:
            words = gettext(
                "同じ題名の文例があるため、元に戻していません。今ある文例の題名を変えてから、元に戻してください。"
            )
        else:
            words = gettext(
                "文例は%(most)s件までです。ほかの文例を削除してから、元に戻してください。",
                most=MOST_TEMPLATES,
            )
        flash(words, "error")
        return redirect(url_for(".templates"), 303)
    flash(gettext("文例を元に戻しました。"), "success")
    return redirect(url_for(".templates"), 303)


def fields_offered() -> list[tuple[str, str]]:
    """What can be filled in, as it is typed, and what it becomes."""
    meaning = {
        Field.CODE: gettext("その方のコード（団体ごとに違います）"),
        Field.OCCUPATION: gettext("その方が希望する職業"),
        Field.PLACE: gettext("その方が希望する勤務地"),
        Field.EMPLOYMENT: gettext("その方が希望する雇用形態"),
    }
    return [(f"{{{field.value}}}", words) for field, words in meaning.items()]


def _onward(ref: str, form: TemplateForm) -> ResponseReturnValue:
    """To the list; to the text itself where something in it will be held back when it is sent."""
    held = any(each.force is Force.REFUSED for each in _findings(form.text.data or ""))
    return redirect(url_for(".template", ref=ref) if held else url_for(".templates"), 303)


def _findings(text: str) -> tuple[Finding, ...]:
    runtime = current()
    with runtime.read("provider") as session:
        return message_screening.looked(session, runtime.clock, current_actor(), text)


def _change(
    form: TemplateForm, ref: str, status: int = 200, refused: Words | None = None
) -> ResponseReturnValue:
    runtime = current()
    with runtime.read("provider") as session:
        found = service.template(session, runtime.clock, current_actor(), ref)
    if request.method == "GET":
        form.title.data, form.text.data = found.title, found.text
        form.revision.data = str(found.revision)
    if refused is not None:
        # What somebody else has made of it is shown beside; sending again is then a decision.
        form.revision.data = str(found.revision)
    return _form(form, status, found, refused)


def _form(
    form: TemplateForm, status: int = 200, found: Template | None = None, refused: Words | None = None
) -> ResponseReturnValue:
    return show(
        "provider/template.html",
        status,
        form=form,
        found=found,
        refused=refused,
        told=told(found.text, _findings(found.text)) if found is not None else None,
        fields=fields_offered(),
        longest=LONGEST_MESSAGE,
        longest_title=LONGEST_TITLE,
    )

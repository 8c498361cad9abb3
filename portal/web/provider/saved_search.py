"""Saved searches: the list with what is new, keeping one, renaming, removing and putting back."""

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, StringField

from portal.domain.actor import Actor
from portal.domain.permission import Permission
from portal.domain.refusal import Invalid, NotFound, SearchClosed
from portal.domain.saved_search import LONGEST_NAME, MOST_OWN, Asked
from portal.services import saved_search as service
from portal.services import search as searching
from portal.services.saved_search import NEW_CAP, Saved
from portal.services.search import Tables
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import NEEDED
from portal.web.provider.page import show
from portal.web.provider.search import language
from portal.web.provider.search_conditions import (
    Address,
    Condition,
    conditions,
    dropped_in_words,
    suggested_name,
)
from portal.web.provider.search_form import address_of, read_question
from portal.web.rendering import number
from portal.web.runtime import current
from portal.web.wording import words_of


class SavedSearchForm(Form):
    """The name of a saved search, and whether colleagues see it."""

    name = StringField(_l("名前"), NEEDED)
    shared = BooleanField(_l("団体の人と共有する"))

    def name_colleagues(self, actor: Actor) -> str:
        """Say with whom it would be shared; the text under the box."""
        if actor.contractor_id is not None:
            self.shared.label.text = gettext("同じ受託団体の人と共有する")
            return gettext("共有すると、同じ受託団体の人も開き、名前を変え、削除できます。")
        if actor.department_id is not None:
            self.shared.label.text = gettext("同じ部署の人と共有する")
            return gettext("共有すると、同じ部署の人も開き、名前を変え、削除できます。")
        return gettext("共有すると、部署や受託団体に属していない人も開き、名前を変え、削除できます。")

    def typed(self) -> dict[str, str]:
        """As the rules read it."""
        return {"name": self.name.data or "", "shared": "y" if self.shared.data else ""}


@dataclass(frozen=True)
class Line:
    """One saved search in words."""

    saved: Saved
    conditions: list[Condition]
    dropped: list[str]
    new: str


@page(blueprint, "/saved", audience=Audience.PROVIDER, permission=Permission.UNIT_SEEKER_SEARCH)
def saved() -> ResponseReturnValue:
    """All that this person sees, own ones first, with how many are new."""
    runtime = current()
    with runtime.read("provider") as session:
        tables = searching.tables(session, runtime.clock)
        found = service.saved_searches(session, runtime.clock, current_actor())
    return show(
        "provider/saved.html",
        searching=found.searching,
        kept=[_line(each, tables) for each in found.kept],
        removed=[_line(each, tables) for each in found.removed],
        most=MOST_OWN,
    )


@page(
    blueprint,
    "/saved/new",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_SEEKER_SEARCH,
    methods=["GET", "POST"],
)
def saved_new() -> ResponseReturnValue:
    """Keep the search that stands in the address."""
    runtime = current()
    with runtime.read("provider") as session:
        tables = searching.tables(session, runtime.clock)
    try:
        question = read_question(request.args, tables.every)
    except Invalid:
        return redirect(url_for(".results", **request.args.to_dict(flat=False)), 303)
    asked = Asked(question.criteria, question.narrowing)
    told = conditions(asked.criteria, asked.narrowing, tables.every, language())
    form = SavedSearchForm(request.form)
    status = 200
    if request.method == "POST":
        try:
            with runtime.write("provider") as session:
                service.save(session, runtime.clock, current_actor(), form.typed(), asked)
        except Invalid as invalid:
            show_in(form, invalid)
            status = 422
        else:
            flash(gettext("検索を保存しました。"), "success")
            return redirect(url_for(".saved"), 303)
    else:
        form.name.data = suggested_name(told, LONGEST_NAME)
    return show(
        "provider/saved_new.html",
        status,
        form=form,
        with_whom=form.name_colleagues(current_actor()),
        conditions=told,
        with_month=question.narrowing.since is not None,
        asked=address_of(question.criteria, question.narrowing),
        most=MOST_OWN,
    )


@page(
    blueprint,
    "/saved/<ref>",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_SEEKER_SEARCH,
    methods=["GET", "POST"],
)
def saved_one(ref: str) -> ResponseReturnValue:
    """One of them: its conditions, another name, away with it."""
    runtime = current()
    with runtime.read("provider") as session:
        tables = searching.tables(session, runtime.clock)
        found = service.saved_search(session, runtime.clock, current_actor(), ref)
    form = SavedSearchForm(request.form)
    status = 200
    if request.method == "POST":
        try:
            with runtime.write("provider") as session:
                service.rename(session, runtime.clock, current_actor(), ref, form.typed())
        except Invalid as invalid:
            show_in(form, invalid)
            status = 422
        else:
            flash(gettext("変更を保存しました。"), "success")
            return redirect(url_for(".saved"), 303)
    else:
        form.name.data, form.shared.data = found.name, found.shared
    with_whom = form.name_colleagues(current_actor())
    line = _line(found, tables)
    return show("provider/saved_one.html", status, form=form, with_whom=with_whom, line=line)


@page(
    blueprint,
    "/saved/<ref>/remove",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_SEEKER_SEARCH,
    methods=["GET", "POST"],
)
def saved_remove(ref: str) -> ResponseReturnValue:
    """Away with it; it can be put back for a day."""
    if request.method == "GET":
        return redirect(url_for(".saved_one", ref=ref), 303)
    runtime = current()
    with runtime.write("provider") as session:
        service.remove(session, runtime.clock, current_actor(), ref)
    flash(gettext("削除しました。24時間以内なら、このページの下から元に戻せます。"), "success")
    return redirect(url_for(".saved"), 303)


@page(
    blueprint,
    "/saved/<ref>/restore",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_SEEKER_SEARCH,
    methods=["GET", "POST"],
)
def saved_restore(ref: str) -> ResponseReturnValue:
    """Put one back."""
    if request.method == "GET":
        return redirect(url_for(".saved"), 303)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            service.restore(session, runtime.clock, current_actor(), ref)
    except NotFound:
        # One answer for what is gone for good and for what was never theirs.
        flash(
            gettext("元に戻せるのは、削除してから24時間以内です。この検索は、もう元に戻せません。"), "error"
        )
    except Invalid as invalid:
        form = SavedSearchForm()
        if "name" in invalid.errors:
            form.form_errors = [
                gettext(
                    "同じ名前で保存した検索があるため、元に戻していません。今ある検索の名前を変えてから、元に戻してください。"
                )
            ]
        else:
            show_in(form, invalid)
        flash(" ".join(str(text) for text in [*form.form_errors, *form.shared.errors]), "error")
    else:
        flash(gettext("元に戻しました。"), "success")
    return redirect(url_for(".saved"), 303)


@page(blueprint, "/saved/<ref>/open", audience=Audience.PROVIDER, permission=Permission.UNIT_SEEKER_SEARCH)
def saved_open(ref: str) -> ResponseReturnValue:
    """Its results: all of them, or only who is new."""
    runtime = current()
    try:
        with runtime.write("provider") as session:
            found = service.look(session, runtime.clock, current_actor(), ref)
    except SearchClosed as closed:
        return show("provider/search_closed.html", 403, closed=words_of(closed))
    return redirect(url_for(".results", **_address(found, newly=request.args.get("only") == "new")), 303)


def _address(saved: Saved, *, newly: bool) -> Address:
    return address_of(saved.asked.criteria, saved.newly if newly else saved.asked.narrowing)


def _line(saved: Saved, tables: Tables) -> Line:
    told = conditions(saved.asked.criteria, saved.asked.narrowing, tables.every, language())
    return Line(saved, told, dropped_in_words(saved.dropped, tables.every, language()), _new(saved))


def _new(saved: Saved) -> str:
    if saved.new is None:
        return gettext("新着の人数は、時間がかかるため数えていません。")
    if saved.many:
        return gettext("新着 %(count)s人以上", count=number(NEW_CAP))
    if saved.few:
        return gettext("新着 %(count)s人未満", count=number(saved.new))
    return gettext("新着 %(count)s人", count=number(saved.new))

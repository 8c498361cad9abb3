"""The list of people to write to (送信リスト): filled from pages of results, looked through, emptied."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission
from portal.domain.refusal import Invalid, Refusal, SearchClosed
from portal.services import search as searching
from portal.services import selection as service
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.provider.blueprint import blueprint
from portal.web.provider.page import show
from portal.web.provider.search_form import address_of, read_question
from portal.web.rendering import number
from portal.web.runtime import current
from portal.web.wording import words_of


@page(blueprint, "/selection", audience=Audience.PROVIDER, permission=Permission.UNIT_SELECTION_CHANGE)
def selection() -> ResponseReturnValue:
    """Who is chosen, by code, and how many of them can be reached: a number, never who."""
    runtime = current()
    asked = request.args.get("page", "")
    with runtime.read("provider") as session:
        found = service.selection(
            session, runtime.clock, current_actor(), int(asked) if asked.isdecimal() and len(asked) < 6 else 1
        )
    return show("provider/selection.html", chosen=found)


@page(
    blueprint,
    "/selection/add",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_SELECTION_CHANGE,
    methods=["GET", "POST"],
)
def selection_add() -> ResponseReturnValue:
    """Put the ticked people of a page of results on the list; then on with the results."""
    if request.method == "GET":
        return redirect(url_for(".search"), 303)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            done = service.add(session, runtime.clock, current_actor(), request.form.getlist("to"))
    except Invalid:
        flash(gettext("送信リストに加える人に、チェックを付けてください。"), "error")
        return _results()
    except Refusal as full:
        flash(words_of(full).text, "error")
        return _results()
    if done.added:
        flash(
            gettext(
                "%(added)s人を送信リストに加えました（全部で%(number)s人）。",
                added=number(done.added),
                number=number(done.number),
            ),
            "success",
        )
    else:
        flash(gettext("選んだ人は、もう送信リストにあります。"), "info")
    return _results(onwards=bool(request.form.get("onwards")))


@page(
    blueprint,
    "/selection/found",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_SELECTION_CHANGE,
    methods=["GET", "POST"],
)
def selection_found() -> ResponseReturnValue:
    """Put those a search finds on the list, as many as can be written to today."""
    if request.method == "GET":
        return redirect(url_for(".search"), 303)
    runtime = current()
    with runtime.read("provider") as session:
        tables = searching.tables(session, runtime.clock)
    try:
        asked = read_question(request.form, tables.every)
    except Invalid:
        return redirect(url_for(".search"), 303)
    try:
        with runtime.write("provider") as session:
            done = service.add_found(session, runtime.clock, current_actor(), asked.criteria, asked.narrowing)
    except SearchClosed:
        return redirect(url_for(".results"), 303)
    except Refusal as full:
        flash(words_of(full).text, "error")
        return _results()
    counts = {"added": number(done.added), "number": number(done.number)}
    if done.more:
        told = gettext(
            "%(added)s人を送信リストに加えました（全部で%(number)s人）。ほかにも見つかっていますが、今日送れる件数までにしました。",
            **counts,
        )
    elif done.added:
        told = gettext("%(added)s人を送信リストに加えました（全部で%(number)s人）。", **counts)
    else:
        told = gettext(
            "新しく加えられる人はいませんでした。案内を送った人と、もうリストにある人は加えません。"
        )
    flash(told, "success" if done.added else "info")
    return redirect(url_for(".selection"), 303)


@page(
    blueprint,
    "/selection/remove",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_SELECTION_CHANGE,
    methods=["GET", "POST"],
)
def selection_remove() -> ResponseReturnValue:
    """Take the ticked people off the list."""
    if request.method == "GET":
        return redirect(url_for(".selection"), 303)
    runtime = current()
    with runtime.write("provider") as session:
        gone = service.remove(session, runtime.clock, current_actor(), request.form.getlist("to"))
    if gone:
        flash(gettext("%(gone)s人を送信リストから外しました。", gone=number(gone)), "success")
    else:
        flash(gettext("リストから外す人に、チェックを付けてください。"), "error")
    return redirect(url_for(".selection"), 303)


@page(
    blueprint,
    "/selection/empty",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_SELECTION_CHANGE,
    methods=["GET", "POST"],
)
def selection_empty() -> ResponseReturnValue:
    """Asks once, then empties the list: it cannot be put back."""
    runtime = current()
    if request.method == "GET":
        with runtime.read("provider") as session:
            found = service.marks(session, runtime.clock, current_actor(), [])
        if not found.number:
            return redirect(url_for(".selection"), 303)
        return show("provider/selection_empty.html", people=found.number)
    with runtime.write("provider") as session:
        service.empty(session, runtime.clock, current_actor())
    flash(gettext("送信リストを空にしました。"), "success")
    return redirect(url_for(".selection"), 303)


def _results(*, onwards: bool = False) -> ResponseReturnValue:
    """Back to the page of results the form stood on, or on to the next one."""
    runtime = current()
    with runtime.read("provider") as session:
        tables = searching.tables(session, runtime.clock)
    try:
        asked = read_question(request.form, tables.every)
    except Invalid:
        return redirect(url_for(".search"), 303)
    after = request.form.get("next" if onwards else "after", "")
    address = address_of(asked.criteria, asked.narrowing)
    return redirect(url_for(".results", **address, **({"after": after} if after else {})), 303)

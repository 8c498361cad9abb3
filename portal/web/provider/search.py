"""Looking for seekers and opening their profiles."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from portal.domain.permission import Permission
from portal.domain.refusal import Invalid, SearchClosed
from portal.domain.search import COUNT_CAP, read_criteria
from portal.services import search as service
from portal.services.search import SearchPage
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.profile import profile_rows
from portal.web.provider.blueprint import blueprint
from portal.web.provider.contact import contact_shown
from portal.web.provider.page import show
from portal.web.provider.search_form import (
    DETAILS,
    SearchForm,
    address_of,
    conditions,
    field_of,
    typed_of,
)
from portal.web.rendering import number
from portal.web.runtime import current
from portal.web.wording import words_of


@page(blueprint, "/search", audience=Audience.PROVIDER, permission=Permission.UNIT_SEEKER_SEARCH)
def search() -> ResponseReturnValue:
    """The form, filled with what stands in the address."""
    return _form(SearchForm(request.args))


@page(blueprint, "/results", audience=Audience.PROVIDER, permission=Permission.UNIT_SEEKER_SEARCH)
def results() -> ResponseReturnValue:
    """One page of results; the address is the search, so it can be kept and opened again."""
    runtime, actor = current(), current_actor()
    with runtime.read("provider") as session:
        tables = service.tables(session, runtime.clock)
        try:
            asked = read_criteria(typed_of(request.args), tables.every)
        except Invalid as invalid:
            return _form(SearchForm(request.args), invalid)
        after = request.args.get("after", "")
        address = address_of(asked)
        if _written(address, after) != list(request.args.items(multi=True)):
            return redirect(url_for(".results", **address, **_place(after)), 303)
        lost = False
        try:
            found = service.search(session, runtime.clock, actor, asked, after)
        except Invalid:
            lost, found = True, service.search(session, runtime.clock, actor, asked)
        except SearchClosed as closed:
            return _closed(closed)
    return show(
        "provider/results.html",
        found=found,
        counted=counted(found),
        cards=[(card, contact_shown(card.contact)) for card in found.cards],
        conditions=conditions(asked, tables.every, _language()),
        asked=address,
        first=not after or lost,
        lost=lost,
    )


@page(blueprint, "/seekers/<token>", audience=Audience.PROVIDER, permission=Permission.UNIT_PROFILE_READ)
def profile(token: str) -> ResponseReturnValue:
    """One profile. That it was opened is kept; nobody is told by whom."""
    runtime = current()
    with runtime.write("provider") as session:
        try:
            card = service.open_profile(session, runtime.clock, current_actor(), token)
        except SearchClosed as closed:
            return _closed(closed)
    return show(
        "provider/profile.html",
        card=card,
        contact=contact_shown(card.contact),
        rows=profile_rows(card.profile),
    )


def counted(found: SearchPage) -> str:
    """How many fit, in words; counting stops at 1,000."""
    if found.many:
        return gettext("%(number)s人以上", number=number(COUNT_CAP))
    return gettext("%(number)s人", number=number(found.found))


def _closed(closed: SearchClosed) -> ResponseReturnValue:
    return show("provider/search_closed.html", 403, closed=words_of(closed))


def _form(form: SearchForm, invalid: Invalid | None = None) -> ResponseReturnValue:
    runtime = current()
    with runtime.read("provider") as session:
        form.offer(service.tables(session, runtime.clock), _language())
    if invalid is not None:
        show_in(form, Invalid(_by_field(invalid), **invalid.facts))
    open_details = any(form[name].data or form[name].errors for name in DETAILS)
    return show("provider/search.html", 200 if invalid is None else 422, form=form, open_details=open_details)


def _by_field(invalid: Invalid) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for facet, codes in invalid.errors.items():
        errors.setdefault(field_of(facet), []).extend(codes)
    return errors


def _written(address: dict[str, list[str]], after: str) -> list[tuple[str, str]]:
    pairs = [(name, code) for name, codes in address.items() for code in codes]
    return [*pairs, *_place(after).items()]


def _place(after: str) -> dict[str, str]:
    return {"after": after} if after else {}


def _language() -> str:
    return str(get_locale() or "ja")

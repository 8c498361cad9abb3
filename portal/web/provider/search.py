"""Searching and opening profiles. What is asked is the address: it can be corrected, shared and leafed through."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from portal.calendar.day import jst_day
from portal.domain.excerpt import Piece, excerpt
from portal.domain.permission import Permission
from portal.domain.profile import Book, ProfileView
from portal.domain.rarity import Count
from portal.domain.refusal import Invalid, SearchClosed
from portal.domain.search import COUNT_CAP
from portal.services import search as service
from portal.services import search_advice as advice
from portal.services import selection
from portal.services.search import SearchPage
from portal.services.search_advice import ADVICE_CAP
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.profile import profile_rows
from portal.web.provider.blueprint import blueprint
from portal.web.provider.contact import contact_shown
from portal.web.provider.page import show
from portal.web.provider.search_conditions import Address, conditions, relaxations
from portal.web.provider.search_form import DETAILS, Question, SearchForm, address_of, read_question
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
            asked = read_question(request.args, tables.every)
        except Invalid as invalid:
            return _form(SearchForm(request.args), invalid)
        after = request.args.get("after", "")
        address = address_of(asked.criteria, asked.narrowing)
        if _written(address, after) != list(request.args.items(multi=True)):
            return redirect(url_for(".results", **address, **_place(after)), 303)
        lost = False
        try:
            try:
                found = service.search(session, runtime.clock, actor, asked.criteria, after, asked.narrowing)
            except Invalid:
                lost = True
                found = service.search(session, runtime.clock, actor, asked.criteria, "", asked.narrowing)
            if after and not lost and not found.cards and found.found:
                # Those who would have come next are out of reach by now.
                return redirect(url_for(".results", **address), 303)
            others = [] if found.cards or found.limited else _others(session, asked, tables.every)
        except SearchClosed as closed:
            return _closed(closed)
        chosen = selection.marks(session, runtime.clock, actor, [card.token for card in found.cards])
    return show(
        "provider/results.html",
        found=found,
        chosen=chosen,
        after="" if lost else after,
        counted=counted(found),
        cards=[
            (card, contact_shown(card.contact), excerpts(card.profile, asked.criteria.words))
            for card in found.cards
        ],
        conditions=conditions(asked.criteria, asked.narrowing, tables.every, language()),
        others=others,
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
    """How many fit, in words; counting stops at 1,000. "" when it took too long and nobody was found meanwhile."""
    if found.limited:
        return gettext("%(number)s人以上", number=number(found.found)) if found.found else ""
    if found.many:
        return gettext("%(number)s人以上", number=number(COUNT_CAP))
    return gettext("%(number)s人", number=number(found.found))


def excerpts(view: ProfileView, words: tuple[str, ...]) -> list[tuple[str, tuple[Piece, ...]]]:
    """Where the words stand in the texts of a profile: the name of the text, and its pieces."""
    if not words:
        return []
    texts = ((gettext("自己PR"), view.pr), (gettext("経験"), view.experience_text))
    found = [(label, excerpt(text, words)) for label, text in texts]
    return [(label, pieces) for label, pieces in found if pieces]


@dataclass(frozen=True)
class Other:
    """Another search that finds somebody: what to drop, its address, how many in words ("" = not counted)."""

    text: str
    address: Address
    found: str


def _others(session: Session, asked: Question, book: Book) -> list[Other]:
    """Which single condition to drop, and how many that gives; counted in one statement."""
    ways = relaxations(asked.criteria, asked.narrowing, book, language())
    numbers = advice.how_many(
        session, current().clock, current_actor(), [(way.criteria, way.narrowing) for way in ways]
    )
    if numbers is None:
        return [Other(way.text, way.address, "") for way in ways]
    return [
        Other(way.text, way.address, _about(found))
        for way, found in zip(ways, numbers, strict=True)
        if found.number
    ]


def _about(found: Count) -> str:
    if found.few:
        return gettext("%(number)s人未満", number=number(found.number))
    if found.number > ADVICE_CAP:
        return gettext("%(number)s人以上", number=number(ADVICE_CAP))
    return gettext("%(number)s人", number=number(found.number))


def _closed(closed: SearchClosed) -> ResponseReturnValue:
    return show("provider/search_closed.html", 403, closed=words_of(closed))


def _form(form: SearchForm, invalid: Invalid | None = None) -> ResponseReturnValue:
    runtime = current()
    with runtime.read("provider") as session:
        try:
            advice.require_search(session, runtime.clock, current_actor())
        except SearchClosed as closed:
            return _closed(closed)
        form.offer(service.tables(session, runtime.clock), language(), jst_day(runtime.clock.now()))
    if invalid is not None:
        show_in(form, invalid)
    open_details = any(form[name].data or form[name].errors for name in DETAILS)
    return show("provider/search.html", 200 if invalid is None else 422, form=form, open_details=open_details)


def _written(address: Address, after: str) -> list[tuple[str, str]]:
    pairs = [(name, code) for name, codes in address.items() for code in codes]
    return [*pairs, *_place(after).items()]


def _place(after: str) -> dict[str, str]:
    return {"after": after} if after else {}


def language() -> str:
    """The reader's language."""
    return str(get_locale() or "ja")

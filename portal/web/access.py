"""Who may open which page: every view says it where it is declared, and what says nothing is refused.

`@page(blueprint, "/rule", audience=..., permission=...)` and `@public_page(blueprint, "/rule")` are the only two ways
to declare a view. Somebody signed out is always sent to the same sign-in page, whatever the address. Somebody signed in
who may not open a page gets the page of an address that does not exist, so that addresses tell nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Blueprint, Flask, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission, may

View = Callable[..., ResponseReturnValue]

SIGN_IN = "/sign-in"
CHOOSE_UNIT = "/choose-unit"


class Audience(StrEnum):
    """Whom a page is for. ACCOUNT is whoever is signed in, for the pages of one's own account."""

    PUBLIC = "public"
    SEEKER = "seeker"
    PROVIDER = "provider"
    OFFICE = "office"
    BUREAU = "bureau"
    ACCOUNT = "account"


_AUDIENCE_OF = {
    ActorKind.SEEKER: Audience.SEEKER,
    ActorKind.MEMBER: Audience.PROVIDER,
    ActorKind.OFFICE: Audience.OFFICE,
    ActorKind.BUREAU: Audience.BUREAU,
}


@dataclass(frozen=True)
class Access:
    """The declaration of one view."""

    audience: Audience
    permission: Permission | None

    @property
    def public(self) -> bool:
        """Whether nobody needs to be signed in."""
        return self.audience is Audience.PUBLIC


PUBLIC = Access(Audience.PUBLIC, None)


def page(
    blueprint: Blueprint,
    rule: str,
    *,
    audience: Audience,
    permission: Permission,
    methods: Sequence[str] = ("GET",),
    endpoint: str | None = None,
) -> Callable[[View], View]:
    """Declare a view for signed-in people: its address, for whom, and which permission it needs."""
    if audience is Audience.PUBLIC:
        raise ValueError("a page without sign-in is declared with public_page")
    return _declare(blueprint, rule, Access(audience, permission), methods, endpoint)


def public_page(
    blueprint: Blueprint, rule: str, *, methods: Sequence[str] = ("GET",), endpoint: str | None = None
) -> Callable[[View], View]:
    """Declare a view that anybody may open. The test of the URL map lists these addresses one by one."""
    return _declare(blueprint, rule, PUBLIC, methods, endpoint)


def _declare(
    blueprint: Blueprint, rule: str, access: Access, methods: Sequence[str], endpoint: str | None
) -> Callable[[View], View]:
    def declare(view: View) -> View:
        known: Access | None = getattr(view, "access", None)
        if known not in (None, access):
            raise ValueError(f"{view.__name__} is declared twice with different access")
        view.access = access  # type: ignore[attr-defined]  # a function may carry attributes
        blueprint.add_url_rule(rule, endpoint=endpoint, view_func=view, methods=list(methods))
        return view

    return declare


def access_of(app: Flask, endpoint: str | None) -> Access | None:
    """The declaration behind an endpoint; None when it has none, which means that nobody may open it."""
    if endpoint is None:
        return None
    if endpoint == "static":
        return PUBLIC
    view: Any = app.view_functions.get(endpoint)
    return getattr(view, "access", None)


def audience_of(actor: Actor) -> Audience:
    """The audience somebody belongs to; PUBLIC for a person who is not signed in."""
    return _AUDIENCE_OF.get(actor.kind, Audience.PUBLIC)


def refuse_undeclared(app: Flask, whoever: Callable[[], Actor]) -> ResponseReturnValue | None:
    """Before each request: None lets it pass. Raises NotFound for whoever is signed in and may not.

    `whoever` tells who is signed in; it is asked only where the page is not for everybody.
    """
    if request.routing_exception is not None:
        return None  # 404, 405 or a redirect to the proper address: decided without any view
    access = access_of(app, request.endpoint)
    if access is None:
        raise NotFound
    if access.public:
        return None
    actor = whoever()
    audience = audience_of(actor)
    if audience is Audience.PUBLIC:
        return redirect(SIGN_IN, 303)
    if access.audience not in (audience, Audience.ACCOUNT):
        raise NotFound
    if access.permission is not None and may(actor, access.permission):
        return None
    if actor.kind is ActorKind.MEMBER and actor.role is None:
        return redirect(CHOOSE_UNIT, 303)  # no unit chosen yet, or the membership has ended meanwhile
    raise NotFound

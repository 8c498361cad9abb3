"""The unit a form was opened under, sealed into the form.

Whoever belongs to two units may switch in another window. A form then says for whom it was opened, and what was typed
is neither sent for the wrong unit nor lost.
"""

import hashlib
import hmac

from flask import current_app, request

from portal.domain.actor import Actor
from portal.web.auth.identity import current_actor

FIELD = "acting"


def marker_of(actor: Actor) -> str:
    """A keyed hash: it tells nothing, and nobody else can make it."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    acting = f"acting {actor.account_id} {actor.unit_id}".encode()
    return hmac.new(key, acting, hashlib.sha256).hexdigest()[:32]


def opened_elsewhere() -> bool:
    """Whether the form just sent was opened under another unit than the one acting now, or does not say."""
    return not hmac.compare_digest(request.form.get(FIELD, "").encode(), marker_of(current_actor()).encode())

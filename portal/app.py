"""Wires one portal together: settings, clock, database, pages. Nothing happens at import."""

import functools

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.calendar.clock import Clock, SystemClock
from portal.services.maintenance import Watch
from portal.settings import Settings, config_dir
from portal.store.database import Database, Scope
from portal.store.keyring import Keyring
from portal.store.migrate import head, revision
from portal.web import bureau, office, provider, public, seeker
from portal.web.access import access_of, refuse_undeclared
from portal.web.auth import init_auth
from portal.web.auth.identity import current_actor, session_end
from portal.web.draft import init_drafts
from portal.web.errors import check_address, check_form, init_errors, too_late
from portal.web.frame import frame
from portal.web.headers import check_host, check_origin, init_headers
from portal.web.languages import init_languages, remember_choice
from portal.web.limits import init_limits
from portal.web.logs import init_logs
from portal.web.maintenance import init_maintenance
from portal.web.rendering import init_rendering
from portal.web.runtime import Runtime
from portal.web.upload import PortalRequest, admit_file

# Bytes and parts of one form: room for 1,000 recipients and the longest text, and not much more.
LONGEST_REQUEST = 1_048_576
LONGEST_FORM = 524_288
MOST_PARTS = 3_000
# Audiences whose rows the database itself keeps apart by unit or person (portal/store/roles.py).
SCOPED = ("provider", "seeker")


class PortalFlask(Flask):
    """Flask with sealed uploads, and without its own log line of a failure: it names the address, and ours says what
    is needed."""

    request_class = PortalRequest

    def log_exception(self, exc_info: object) -> None:
        """The handler of the page 500 has written the line already."""


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """One application. Makes connections lazily, on the first request that needs them."""
    app = PortalFlask(__name__)
    app.config.from_mapping(
        SECRET_KEY=settings.secrets.session_key,
        CONFIG_DIR=str(config_dir()),
        MAX_CONTENT_LENGTH=LONGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LONGEST_FORM,
        MAX_FORM_PARTS=MOST_PARTS,
        # The token lives as long as the session; where a form came from is checked by check_origin, because pages
        # are sent with "no-referrer".
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_env.undefined = StrictUndefined
    runtime = _runtime(settings, clock)
    app.extensions["portal"] = runtime
    if settings.proxies:
        # Without it every visitor would have the proxy's address, and share one limit.
        known = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
        app.wsgi_app = known  # type: ignore[method-assign]  # the documented way

    # Answers pass the last one registered first: the log line is written when the headers are complete.
    init_logs(app, settings.log_level)
    init_headers(app, settings)
    init_languages(app, secure=settings.secure_cookies)
    init_rendering(app)
    app.context_processor(lambda: {"frame": frame(current_actor, session_end)})
    init_errors(app)
    init_auth(app)
    _init_gates(app, settings)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(office.blueprint)
    app.register_blueprint(bureau.blueprint)
    app.register_blueprint(provider.blueprint)
    app.register_blueprint(seeker.blueprint)
    return app


def _runtime(settings: Settings, clock: Clock | None) -> Runtime:
    keys = settings.secrets
    keyring = Keyring(keys.field_keys, keys.current_field_key, keys.blind_key)
    database = Database(settings.database_urls, keyring)

    newest = functools.cache(head)

    def ready() -> bool:
        try:
            with database.read("public") as session:
                return revision(session) == newest()
        except SQLAlchemyError:
            return False

    def scope(audience: str) -> Scope | None:
        # Asked only where it changes anything: who it is costs a statement on pages that did not need to know.
        if audience not in SCOPED or not database.separated(audience):
            return None
        actor = current_actor()
        return Scope(actor.unit_id, actor.seeker_id, actor.account_id)

    running = clock or SystemClock()
    watch = Watch(running, lambda: database.read("public"))
    return Runtime(settings, running, database, ready, watch, scope)


def _init_gates(app: Flask, settings: Settings) -> None:
    """What stands before every page, in this order."""

    @app.before_request
    def host_and_address() -> None:
        access = access_of(app, request.endpoint)
        g.audience = access.audience.value if access else None
        g.public_page = access is not None and access.public
        check_host(settings)
        check_address()

    init_limits(app, settings)
    init_maintenance(app)

    @app.before_request
    def access() -> ResponseReturnValue | None:
        answer = refuse_undeclared(app, current_actor)
        if answer is None:
            admit_file()
            return None
        return too_late(answer)

    @app.before_request
    def language() -> ResponseReturnValue | None:
        return remember_choice()

    @app.before_request
    def form() -> None:
        check_origin(settings)
        check_form()

    CSRFProtect(app)
    init_drafts(app, secure=settings.secure_cookies)

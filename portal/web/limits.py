"""A damper on floods of requests. It never counts messages: the promise of 1,000 a day rests in the database.

Counted in Redis when one is configured, otherwise in this process, which is right with one process only. When Redis
is down requests are still served and counted in the process until it is back.
"""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from portal.web.runtime import Settings

# How long a request waits for a Redis that does not answer, in seconds.
_PATIENCE = 1


def init_limits(app: Flask, settings: Settings) -> Limiter:
    """Count requests of an address; over the limit it gets the page 429."""
    per_address = f"{settings.requests_per_minute} per minute"
    limiter = Limiter(
        key_func=get_remote_address,
        app=app,
        application_limits=[per_address],
        storage_uri=settings.redis_url or "memory://",
        storage_options=(
            {"socket_connect_timeout": _PATIENCE, "socket_timeout": _PATIENCE} if settings.redis_url else {}
        ),
        strategy="fixed-window",
        swallow_errors=True,
        in_memory_fallback=[per_address],
        in_memory_fallback_enabled=bool(settings.redis_url),
        headers_enabled=False,
    )

    @limiter.request_filter
    def uncounted() -> bool:
        return request.endpoint in ("static", "public.live", "public.ready")

    return limiter

"""The exact header set of every answer, and the checks of Host and Origin that stand before every page."""

from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException
from werkzeug.sansio.utils import host_is_trusted

from portal.web.runtime import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# The one script is ours and for comfort only; pictures (a QR code, the icon) and the style sheet are ours too.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

_PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "publickey-credentials-get",
        "screen-wake-lock",
        "usb",
        "xr-spatial-tracking",
    )
)

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS_POLICY,
    "X-Robots-Tag": "noindex, nofollow",
}

HSTS = "max-age=63072000; includeSubDomains"


def cache_control(*, status: int, endpoint: str | None, public: bool, form_shown: bool) -> str:
    """How long an answer may be kept: not at all, unless it is the same for everybody and holds no form."""
    if endpoint == "static" and status in (200, 304):
        return "public, max-age=31536000, immutable"
    if status == 200 and public and not form_shown and request.method in SAFE_METHODS:
        return "no-cache"
    return "no-store"


def check_host(settings: Settings) -> None:
    """Refuse a request for a host name that is not ours, before anything builds an address from it."""
    try:
        host = request.host
    except HTTPException as broken:
        raise BadRequest from broken
    if not host or not host_is_trusted(host, list(settings.trusted_hosts)):
        raise BadRequest


def check_origin(settings: Settings) -> None:
    """Refuse a form that another site sent. Stands beside the form's token, not instead of it."""
    if not came_from_us(request, https=settings.secure_cookies):
        raise Forbidden


def came_from_us(asked: Request, *, https: bool = False) -> bool:
    """Whether a page of this site sent the form, as far as the browser tells.

    With `Referrer-Policy: no-referrer` browsers write `Origin: null` even for our own forms, so the fetch metadata
    decides where a browser sends it; `none` means that a person reloaded the page.
    """
    if asked.method in SAFE_METHODS:
        return True
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = asked.headers.get("Origin")
    if origin is None or origin == "null":
        return True
    parts = urlsplit(origin)
    return parts.netloc == asked.host and (parts.scheme == "https" or not https)


def init_headers(app: Flask, settings: Settings) -> None:
    """Put the set on every answer, error pages and files included."""

    @app.after_request
    def put(response: Response) -> Response:
        response.headers.update(ALWAYS)
        if settings.secure_cookies:
            response.headers["Strict-Transport-Security"] = HSTS
        response.headers["Cache-Control"] = cache_control(
            status=response.status_code,
            endpoint=request.endpoint,
            public=bool(g.get("public_page")),
            form_shown="csrf_token" in g,
        )
        response.headers.pop("Expires", None)
        if request.endpoint == "static":
            response.headers.pop("Content-Disposition", None)
        else:
            response.vary.add("Cookie")
        return response

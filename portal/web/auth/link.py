"""The address in a QR code: a random token with our signature, so that guessed ones never reach the database."""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

_SALT = "access link"
_LONGEST = 200


def signed_link(token: str) -> str:
    """The token of an issued code (portal.services.access_code) as it stands in an address."""
    return str(_serializer().dumps(token))


def token_of(link: str) -> str | None:
    """The token in an address, or None when we did not sign it."""
    if len(link) > _LONGEST:
        return None
    try:
        token = _serializer().loads(link)
    except BadData:
        return None
    return token if isinstance(token, str) else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=_SALT)

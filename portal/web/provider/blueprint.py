"""The pages of organisations (民間職業紹介事業者等, 地方自治体等) hang on this."""

from flask import Blueprint

blueprint = Blueprint("provider", __name__, url_prefix="/provider")

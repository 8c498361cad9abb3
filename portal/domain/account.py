"""Accounts: what kinds there are, and how a sign-in name (ログイン名) is spelled and compared.

A sign-in name is chosen freely and needs no mail address. It is never shown to anybody but its owner, the office that
issued it and the operator.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.refusal import Invalid, Refusal

SHORTEST_NAME = 3
LONGEST_NAME = 40
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_KEPT = 200


class AccountKind(StrEnum):
    """Whom an account belongs to; it never changes."""

    SEEKER = "seeker"  # 求職者
    MEMBER = "member"  # a person of one or more units
    STAFF = "staff"  # a post at a ハローワーク or a 労働局
    OPERATOR = "operator"  # 運用者; signs in nowhere on the web


class Stage(StrEnum):
    """How far signing in has come. Only SIGNED_IN opens pages."""

    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    SIGNED_IN = "signed_in"


class SignInFailed(Refusal):
    """Name, password or code were not right. One answer for all causes, an unknown name included."""

    default_reason = "sign_in_failed"


class TooManyAttempts(Refusal):
    """Too many attempts in a short time; nothing was looked at.

    retry_at: UTC-aware instant, as an attribute exact, as a fact the next full minute, because pages show minutes.
    """

    default_reason = "too_many_attempts"

    def __init__(self, retry_at: datetime) -> None:
        rest = timedelta(seconds=retry_at.second, microseconds=retry_at.microsecond)
        super().__init__(
            "too_many_attempts", retry_at=retry_at - rest + timedelta(minutes=1) if rest else retry_at
        )
        self.retry_at = retry_at


class Busy(Refusal):
    """Every place for checking a password is taken; nothing was looked at, trying again in a moment helps."""

    default_reason = "busy"


def folded_name(typed: str) -> str:
    """The form under which names are compared: "Ｔａｒｏ " and "taro" are one name.

    "" for what can be nobody's name, so that it is looked up like any other.
    """
    flat = unicodedata.normalize("NFKC", typed[:_KEPT]).strip().casefold()
    return flat if _spelled(flat) else ""


def checked_name(typed: str, *, field: str = "sign_in_name") -> str:
    """The name to keep, as it was typed but without full-width forms.

    Raises Invalid: "missing", "name_character" (letters a-z, digits, . _ -, the first one a letter or digit),
    "name_length" (3 to 40). None of them says anything about existing names.
    """
    name = unicodedata.normalize("NFKC", typed[:_KEPT]).strip()
    if not name:
        raise Invalid({field: ["missing"]})
    if not _NAME.fullmatch(name.casefold()):
        raise Invalid({field: ["name_character"]})
    if not _spelled(name.casefold()):
        raise Invalid({field: ["name_length"]}, shortest=SHORTEST_NAME, longest=LONGEST_NAME)
    return name


def _spelled(folded: str) -> bool:
    return SHORTEST_NAME <= len(folded) <= LONGEST_NAME and _NAME.fullmatch(folded) is not None

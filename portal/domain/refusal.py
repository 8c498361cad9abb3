"""How a rule says no: typed refusals with stable reason codes.

The code is a contract: the pages turn it into a sentence and what to do next, the audit keeps it, tests name
it. Facts hold numbers and days only, never a name or a text, so that a refusal can be logged and shown as it
is.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

Fact = int | date | datetime | None


class Refusal(Exception):
    """A rule said no. `reason` is a stable snake_case code; `facts` may be shown to whoever was refused."""

    default_reason = "refused"

    def __init__(self, reason: str | None = None, /, **facts: Fact) -> None:
        self.reason: str = self.default_reason if reason is None else reason
        self.facts: dict[str, Fact] = dict(facts)
        super().__init__(self.reason)


class Invalid(Refusal):
    """What was typed cannot be taken. `errors` maps each field to its codes; "" is the form as a whole."""

    default_reason = "invalid"

    def __init__(self, errors: Mapping[str, Iterable[str]], /, **facts: Fact) -> None:
        super().__init__("invalid", **facts)
        self.errors: dict[str, list[str]] = {field: list(codes) for field, codes in errors.items()}


class NotFound(Refusal):
    """There is no such thing for this actor: one answer for "never existed" and for "belongs to another"."""

    default_reason = "not_found"


class Forbidden(Refusal):
    """The actor's role does not include this act."""

    default_reason = "forbidden"


class Unreachable(Refusal):
    """The seeker cannot be written to now (現在、この方には送信できません).

    Block, stop, expiry, narrowed range, school rule and missing terms all give this one answer without facts,
    so that the unit cannot tell them apart (ruling R3).
    """

    default_reason = "unreachable"

    def __init__(self) -> None:
        super().__init__("unreachable")


class LimitReached(Refusal):
    """The unit's messages of the day do not suffice; nothing was sent (seed 004 P-Q6, M-Q5; ruling R1).

    limit, used, asked: messages; fits: how many of those asked for would have fitted; resets_at: UTC-aware
    instant of the next midnight in Japan.
    """

    default_reason = "limit_reached"

    def __init__(self, limit: int, used: int, asked: int, resets_at: datetime, *, fits: int = 0) -> None:
        super().__init__(None, limit=limit, used=used, asked=asked, fits=fits, resets_at=resets_at)
        self.limit = limit
        self.used = used
        self.asked = asked
        self.fits = fits
        self.resets_at = resets_at


class PlaceLimitReached(LimitReached):
    """The messages that the unit gives a department or contractor a day do not suffice; nothing was sent.

    The unit's own setting below its own limit; all counts are those of the department or contractor.
    """

    default_reason = "place_limit_reached"


class SendingClosed(Refusal):
    """The unit may not send at all now; the reason says why.

    Reasons: "officer_missing", "officer_left", "suspended", "not_yet_valid", "validity_ended", "application_ended",
    "not_approved" (portal.domain.standing), "sending_closed" when the operator holds the day's sending closed
    (ruling R11).
    """

    default_reason = "sending_closed"


class SearchClosed(Refusal):
    """The unit may not look for seekers at all now; the reason is one of those of `SendingClosed`."""

    default_reason = "search_closed"


class Conflict(Refusal):
    """Somebody, or another window, was faster: the thing no longer is as the page showed it."""

    default_reason = "conflict"

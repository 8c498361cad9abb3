"""Which version of the 利用規約 (terms of use) suffices, and until when (ruling R10).

A new version has a day from which it is offered and a day by which it must be agreed to, so that nobody
vanishes overnight. The answer is compiled into one date for the search filter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

NEVER_AGREED = date.min
"""terms_until of a seeker who agreed to nothing: a day before every day that is ever asked about."""


@dataclass(frozen=True)
class TermsVersion:
    """valid_from: first day it is offered. agree_by: last day on which an earlier version still suffices."""

    code: str
    valid_from: date
    agree_by: date


def terms_until(agreed: str | None, versions: Iterable[TermsVersion]) -> date | None:
    """The last day on which the version agreed to suffices; None = no limit known, NEVER_AGREED without
    agreement.

    Of several later versions the earliest agree-by day decides. Raises KeyError for a version not in the
    table.
    """
    if agreed is None:
        return NEVER_AGREED
    table = {version.code: version for version in versions}
    since = table[agreed].valid_from
    return min((v.agree_by for v in table.values() if v.valid_from > since), default=None)


def version_to_agree(versions: Iterable[TermsVersion], on: date) -> TermsVersion | None:
    """The newest version offered on a day, which a seeker is asked to agree to; None before the first one."""
    return max((v for v in versions if v.valid_from <= on), key=lambda v: v.valid_from, default=None)

"""The day's messages of a unit: 「案内送信等できる件数は、総数で1日1,000件を上限」 (seed 004 P-Q6, M-Q5).

One recipient is one message, answers included, all departments and contractors of the unit together; another
unit of the same company has its own count (seed 004 P-Q7; ruling R1). What is decided here is shown to people
beforehand; that no 1,001st message is ever stored is guarded by the conditional update and the CHECK of the
database.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.calendar.day import day_start
from portal.domain.refusal import LimitReached, PlaceLimitReached

LIMIT_PER_DAY = 1000
"""Messages per unit and Japanese calendar day, seed 004 P-Q6 and M-Q5. There is no way to raise it."""


def effective_limit(lowered: int | None) -> int:
    """The unit's own limit in messages a day: 1,000, or what the bureau lowered it to (our invention, ruling
    R1).

    Raises ValueError for a negative one; a value above 1,000 has no effect.
    """
    if lowered is None:
        return LIMIT_PER_DAY
    if lowered < 0:
        raise ValueError("a limit is not negative")
    return min(LIMIT_PER_DAY, lowered)


@dataclass(frozen=True)
class QuotaDecision:
    """Whether a whole batch goes. All counts are messages.

    fits: how many such messages would go now. left: what remains of the day for answers. held_back: what of
    it is kept from this batch by the unit's own reserve. resets_at: UTC-aware instant of the next midnight in
    Japan.
    """

    allowed: bool
    limit: int
    used: int
    asked: int
    fits: int
    left: int
    held_back: int
    resets_at: datetime

    def require(self) -> None:
        """Raise LimitReached, with how many would fit and until when, unless the batch goes."""
        if not self.allowed:
            raise LimitReached(self.limit, self.used, self.asked, self.resets_at, fits=self.fits)


def resets_at(on: date) -> datetime:
    """The instant a day's count ends: 00:00 JST of the next day, which is 15:00 UTC of the same day."""
    return day_start(on + timedelta(days=1))


def decide_quota(limit: int, used: int, reserve: int, asked: int, is_answer: bool, on: date) -> QuotaDecision:
    """Whether `asked` more messages go on a day of which `used` are gone; a batch goes whole or not at all.

    The reserve (the unit's own setting, 0 by default) keeps that many of the day's messages from first and
    bulk messages, so that questions can still be answered; it never adds to the limit. Answers may use
    everything left. A limit above 1,000 counts as 1,000. Nothing asked for is always allowed and costs
    nothing. Raises ValueError for negative numbers.
    """
    if min(limit, used, reserve, asked) < 0:
        raise ValueError("counts are not negative")
    limit = min(limit, LIMIT_PER_DAY)
    left = max(0, limit - used)
    held_back = 0 if is_answer else min(reserve, left)
    fits = left - held_back
    return QuotaDecision(
        allowed=asked <= fits,
        limit=limit,
        used=used,
        asked=asked,
        fits=fits,
        left=left,
        held_back=held_back,
        resets_at=resets_at(on),
    )


@dataclass(frozen=True)
class PlaceDecision:
    """Whether a whole batch goes under what the unit gives a department or contractor a day. All counts are messages.

    limit: in force, never above the unit's. used: by the people of the place, answers included. left: what remains.
    """

    limit: int
    used: int
    asked: int
    left: int
    resets_at: datetime

    @property
    def allowed(self) -> bool:
        """Whether all that were asked for go."""
        return self.asked <= self.left

    def require(self) -> None:
        """Raise PlaceLimitReached unless the batch goes."""
        if not self.allowed:
            raise PlaceLimitReached(self.limit, self.used, self.asked, self.resets_at, fits=self.left)


def decide_place(own_limit: int, unit_limit: int, used: int, asked: int, on: date) -> PlaceDecision:
    """Whether `asked` more messages go from a place that has used so many of its own on a day.

    A limit of a place (部署・受託団体) is the unit's own setting, for instance so that one contractor does not use up
    the messages of all (seed 004 P-Q6, M-Q5: they share one count). It promises nobody anything, and where the bureau
    has lowered the unit's below it, the unit's binds. Raises ValueError for negative numbers.
    """
    if min(own_limit, unit_limit, used, asked) < 0:
        raise ValueError("counts are not negative")
    limit = min(own_limit, unit_limit, LIMIT_PER_DAY)
    return PlaceDecision(limit, used, asked, max(0, limit - used), resets_at(on))


def require_both(unit: QuotaDecision, place: PlaceDecision | None) -> None:
    """Raise unless a batch goes; where both say no, whichever lets fewer through says how many."""
    if place is not None and place.left < unit.fits:
        place.require()
    unit.require()

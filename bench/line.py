"""One result: a ratio against something measured in the same run, and the bound it must keep."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """``floor``: the ratio must not fall below. ``rates``: what was counted a second, (ours, the other), each round.

    ``more``: further ratios of the same run, told without a bound.
    """

    bench: str
    against: str
    floor: float
    rates: Sequence[tuple[float, float]]
    more: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The median of the rounds; each round's two sides ran right after one another."""
        return statistics.median(ours / other for ours, other in self.rates)

    @property
    def holds(self) -> bool:
        """Whether the bound is kept."""
        return self.ratio >= self.floor

    def json(self) -> str:
        """The line as it is printed."""
        ours, others = zip(*self.rates, strict=True)
        return json.dumps(
            {
                "bench": self.bench,
                "ratio": round(self.ratio, 3),
                "floor": self.floor,
                "against": self.against,
                "holds": self.holds,
                "per_second": round(statistics.median(ours)),
                "against_per_second": round(statistics.median(others)),
                "rounds": len(self.rates),
                **self.more,
            }
        )

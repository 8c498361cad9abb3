"""One result: a ratio against something measured in the same run, and the bound it must keep."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """``floor``: the ratio must not fall below. ``rates``: what was counted a second, (ours, the other), each round."""

    bench: str
    against: str
    floor: float
    rates: Sequence[tuple[float, float]]

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
            }
        )

"""One result: a ratio against something measured in the same run, and the bound it must keep."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """``floor``: the ratio must not fall below; ``ceiling``: must not rise above. One of them is given.

    ``rates``: what was measured, (ours, the other), each round, in ``unit``. ``more``: further figures of the same
    run, told without a bound.
    """

    bench: str
    against: str
    rates: Sequence[tuple[float, float]]
    floor: float | None = None
    ceiling: float | None = None
    unit: str = "per_second"
    more: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The median of the rounds; each round's two sides ran right after one another."""
        return statistics.median(ours / other for ours, other in self.rates)

    @property
    def medians(self) -> tuple[float, float]:
        """What was measured, ours and the other."""
        ours, others = zip(*self.rates, strict=True)
        return statistics.median(ours), statistics.median(others)

    @property
    def holds(self) -> bool:
        """Whether the bound is kept."""
        low = self.floor is None or self.ratio >= self.floor
        return low and (self.ceiling is None or self.ratio <= self.ceiling)

    def json(self) -> str:
        """The line as it is printed."""
        ours, other = self.medians
        bound = {"floor": self.floor} if self.floor is not None else {"ceiling": self.ceiling}
        return json.dumps(
            {
                "bench": self.bench,
                "ratio": round(self.ratio, 3),
                **bound,
                "against": self.against,
                "holds": self.holds,
                self.unit: _shown(ours),
                f"against_{self.unit}": _shown(other),
                "rounds": len(self.rates),
                **self.more,
            }
        )


def _shown(figure: float) -> float:
    return round(figure) if figure >= 100 else round(figure, 3)

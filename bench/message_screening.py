"""The screening of messages: how many a second, and how well it does on texts nobody tuned on.

Against: reading the same texts the way every detector reads them (`portal.domain.folding`), which no screening can do
without. Precision and recall of the refused kinds on the held-out messages stand beside it; the bound of these is in
their test (tests/messages/test_screening_quality.py).
"""

import time
from collections.abc import Callable, Sequence

from bench.line import Line
from portal.domain.message_screening import screen
from portal.domain.screening.reading import Reading
from tests.messages.test_screening_quality import lines, measured

CEILING = 40.0
ROUNDS = 5
_TIMES = 3


def measure() -> Line:
    """Microseconds a message, ours and of the bare folding."""
    texts = [line["text"] for name in ("tuning.jsonl", "held_out.jsonl") for line in lines(name)]
    _spent(screen, texts)
    rates = [(_spent(screen, texts), _spent(_folded, texts)) for _ in range(ROUNDS)]
    unseen = measured("held_out.jsonl")
    line = Line("message_screening", "the folding of the same texts", rates, ceiling=CEILING, unit="us")
    more = {
        "messages_per_second": round(1_000_000 / line.medians[0]),
        "held_out_precision": round(unseen.precision, 3),
        "held_out_recall": round(unseen.recall, 3),
    }
    return Line(line.bench, line.against, rates, ceiling=CEILING, unit="us", more=more)


def _folded(text: str) -> object:
    return Reading(text).folded


def _spent(act: Callable[[str], object], texts: Sequence[str]) -> float:
    """Microseconds of this processor for one text."""
    begun = time.process_time()
    for _ in range(_TIMES):
        for text in texts:
            act(text)
    return (time.process_time() - begun) / (len(texts) * _TIMES) * 1_000_000

"""Screens what an organisation is about to send: places that look like something a rule speaks of, never a verdict.

`screen` says what is there, `source.judge` what it means for a unit on a day, `passing.marks` whether the text goes. A
finding is a sign for people: the sender can answer it, the seeker sees a quiet hint, the desk reads reports.
"""

from portal.domain.message_screening.detect import screen
from portal.domain.message_screening.finding import Finding, FindingKind, Force, Found, marked
from portal.domain.message_screening.passing import (
    NOTHING_DECLARED,
    Declared,
    Mark,
    Passed,
    TextRefused,
    marks,
    read_declared,
)
from portal.domain.message_screening.source import Source, judge, source_of

__all__ = [
    "NOTHING_DECLARED",
    "Declared",
    "Finding",
    "FindingKind",
    "Force",
    "Found",
    "Mark",
    "Passed",
    "Source",
    "TextRefused",
    "judge",
    "marked",
    "marks",
    "read_declared",
    "screen",
    "source_of",
]

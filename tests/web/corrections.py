"""Requests for a correction, for towns in which everything has happened."""

from typing import Any

from portal.domain.actor import Actor
from portal.services import correction
from tests.build import BuiltSeeker


def build_corrections(database: Any, clock: Any, who: BuiltSeeker, clerk: Actor) -> None:
    """One that was answered, one that waits."""
    for part, text in (("identity", "見本：電話番号が違います。"), ("data", "見本：資格が違います。")):
        with database.write() as session:
            correction.ask(session, clock, who.actor, part, text)
    with database.read() as session:
        ref = correction.desk(session, clock, clerk).open[0].ref
    with database.write() as session:
        correction.answer(session, clock, clerk, ref, "not_corrected", "見本：届のとおりでした。")

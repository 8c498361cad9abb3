"""The other side of a storm: blocks, stops, narrowed ranges, measures, ended memberships, each while all are sending.

After each act is confirmed the hunter counts, in a new transaction, what is stored of the hunted one, and writes it
down. The test compares with what is stored in the end: nothing may have been added.
"""

import json
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from portal.calendar.clock import Clock, FixedClock
from portal.domain.actor import Actor, ActorKind
from portal.services import block, measure, membership, registration, seeker
from portal.store.database import Database
from portal.store.tables import message
from tests.build import open_database

OPERATOR = Actor(ActorKind.OPERATOR)


def hunt(plan: dict[str, Any], acts: list[dict[str, Any]], starter: int, file: Path) -> None:
    """Take each act when a byte comes; never returns."""
    code = 1
    try:
        log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        database = open_database(plan["url"])
        clock = FixedClock(datetime.fromisoformat(plan["moment"]).astimezone(UTC))
        for act in acts:
            if not os.read(starter, 1):
                break
            carry_out(database, clock, act)
            line = {"hunted": act, "stored": stored(database, act)}
            os.write(log, (json.dumps(line) + "\n").encode())
            os.fsync(log)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def carry_out(database: Database, clock: Clock, act: dict[str, Any]) -> None:
    """One act, by the use case that the pages call."""
    himself = Actor(ActorKind.SEEKER, seeker_id=act.get("seeker"))
    clerk = Actor(ActorKind.OFFICE, account_id=act.get("clerk"), office_code="9901", role="office_clerk")
    bureau = Actor(ActorKind.BUREAU, account_id=act.get("clerk"), bureau_code="13", role="bureau_clerk")
    with database.write() as session:
        match act["act"]:
            case "block":
                block.block(session, clock, himself, act["refs"])
            case "stop":
                seeker.stop(session, clock, himself)
            case "narrow":
                registration.change_range(session, clock, clerk, act["office_id"], {"range_municipal": "1"})
            case "suspend":
                measure.suspend(session, clock, OPERATOR, act["number"], {"reason": "breach"})
            case "bureau suspends":
                measure.suspend(session, clock, bureau, act["ref"], {"reason": "breach"})
            case "bureau lowers":
                measure.lower(session, clock, bureau, act["ref"], {"reason": "breach", "limit": act["limit"]})
            case "end member":
                membership.end(session, clock, OPERATOR, act["number"], act["name"])


def stored(database: Database, act: dict[str, Any]) -> int:
    """Messages of the hunted seeker or unit."""
    of = message.c.seeker_id == act["seeker"] if "seeker" in act else message.c.unit_id == act["unit"]
    with database.read() as session:
        return int(session.execute(select(func.count()).select_from(message).where(of)).scalar_one())

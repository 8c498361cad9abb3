"""A change of the key of fields that is killed in the middle of a batch: every value opens, the next run ends it."""

import multiprocessing
import os
import signal
from typing import Any

import pytest

from portal.calendar.clock import FixedClock
from portal.services import keys
from portal.store import sealed
from tests.build import build_seeker, open_database
from tests.services.test_keys import BOTH, OPERATOR, everything, with_keys

PROCESSES = multiprocessing.get_context("spawn")
PEOPLE = 6


def work(url: str, clock: FixedClock, rows: int) -> None:
    """Seals anew, three rows to a transaction, and dies behind so many rows."""
    original, done = sealed._seal_row, 0

    def seal_row(*arguments: Any) -> None:
        nonlocal done
        original(*arguments)
        done += 1
        if done == rows:
            os.kill(os.getpid(), signal.SIGKILL)

    sealed._seal_row = seal_row
    with with_keys(url, BOTH).write() as session:
        keys.reseal(session, clock, OPERATOR, batch=3)


@pytest.mark.parametrize("rows", [1, 3, 4, 8])
def test_killed_between_the_rows_of_a_batch_nothing_is_lost(
    durable_database_url: str, clock: FixedClock, rows: int
) -> None:
    database = open_database(durable_database_url)
    for _ in range(PEOPLE):
        build_seeker(database, phone="00-0000-0000", with_account=True)
    before = everything(database)
    database.dispose()

    child = PROCESSES.Process(target=work, args=(durable_database_url, clock, rows))
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL

    opened = with_keys(durable_database_url, BOTH)
    assert everything(opened) == before
    with opened.write() as session:
        # What a finished batch has done is done; the batch that was under way never happened.
        assert keys.standing(session, OPERATOR).values["k2"] == len_of_batches(rows)
        assert keys.reseal(session, clock, OPERATOR).waiting == 0
    assert everything(opened) == before
    opened.dispose()


def len_of_batches(rows: int) -> int:
    """Accounts come first in the list, with two sealed names each; people are more than two batches."""
    whole = (rows - 1) // 3 * 3
    accounts = min(whole, PEOPLE)
    return accounts * 2 + (whole - accounts) * 5

"""Applications do not undo a measure: it hangs on the unit, which the same number always finds again (R2, 12.1.6)."""

from datetime import date

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.application_decision import Way
from portal.domain.measure import Lowered, Suspension
from portal.services import measure, public_id
from portal.store.database import Database
from tests.application_forms import NUMBER
from tests.applications import approve, build_bureau_clerk, load_application_tables, organisation, received
from tests.build import build_unit

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("way", "values"),
    [
        (Way.JOINS, {}),
        (Way.CONTINUES, {"status": "ended"}),
        (Way.CONTINUES, {"valid_until": date(2026, 6, 14)}),
    ],
)
def test_R2_neither_a_second_nor_a_new_application_undoes_a_suspension_or_a_lowered_limit(
    database: Database, clock: FixedClock, way: Way, values: dict[str, object]
) -> None:
    load_application_tables(database, clock)
    clerk = build_bureau_clerk(database)
    built = build_unit(database, number=NUMBER, bureau_code="24", **values)
    ref = public_id.shown(built.public_id)
    with database.write() as session:
        measure.suspend(session, clock, clerk, ref, {"reason": "breach", "suspended_until": "2026-12-31"})
    with database.write() as session:
        measure.lower(session, clock, clerk, ref, {"reason": "breach", "limit": "50"})
    applied = received(database, clock, clerk, organisation(number=f"{NUMBER}-02", name="架空人材 津支店"))
    done = approve(database, clock, clerk, applied, join_reason="見本: 例外として認める")
    assert (done.way, done.unit_ref) == (way, ref)
    with database.read() as session:
        page = measure.page(session, clock, clerk, ref)
    assert (page.suspension, page.lowered) == (Suspension(TODAY, date(2026, 12, 31)), Lowered(50))
    assert (page.holds, page.limit, page.seen) == (True, 50, 2)

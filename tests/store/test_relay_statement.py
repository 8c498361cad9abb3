"""The one statement of a send, looked at before any database gets it."""

import pytest
from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql.dml import OnConflictDoUpdate
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import Insert

from portal.domain.reach import UnitClass
from portal.store.relay_parts import Shape
from portal.store.relay_postgresql import one_statement


@pytest.mark.parametrize("unit_class", UnitClass)
@pytest.mark.parametrize("letters", [False, True])
def test_no_part_of_a_send_locks_out_those_who_refer_to_its_row(unit_class: UnitClass, letters: bool) -> None:
    """An update that names a column of a key takes the strongest row lock. A send that has the day's counter and whose
    references are checked last would wait for it, while its holder waits for the counter: a deadlock."""
    statement = one_statement(Shape(unit_class, sees_all=True, by_contractor=False, each_its_own=letters))
    updated = {}
    for part in visitors.iterate(statement):
        element = getattr(part, "element", None)
        clause = getattr(element, "_post_values_clause", None)
        if isinstance(element, Insert) and isinstance(clause, OnConflictDoUpdate):
            updated[element.table] = {str(name) for name in dict(clause.update_values_to_set)}
    assert {table.name for table in updated} == {"letterhead", "thread", "quota_use"}
    for table, named in updated.items():
        keys = {column.name for column in table.primary_key.columns}
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                keys |= {column.name for column in constraint.columns}
        assert named & keys == set(), table.name

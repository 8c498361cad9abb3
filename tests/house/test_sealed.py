"""The one list of sealed columns: whoever changes the key of fields must miss none of them."""

import re
from pathlib import Path

from portal.services.second_factor import PENDING_SECRET
from portal.store import sealed
from portal.store.tables import metadata

STORE = Path(sealed.__file__).parent


def test_every_sealed_column_is_in_the_list_and_nothing_else_is() -> None:
    columns = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.c
        if column.name.endswith("_sealed")
    }
    assert {(one.table, one.column) for one in sealed.SEALED} == columns


def test_what_a_value_is_bound_to_are_columns_of_its_table() -> None:
    for one in sealed.SEALED:
        assert set(one.by) <= set(metadata.tables[one.table].c.keys()), one


def test_every_label_that_anything_is_sealed_with_is_one_of_the_list() -> None:
    words = {
        word
        for file in STORE.parent.rglob("*.py")
        for word in re.findall(r'f?"([a-z_]+\.[a-z_{}]+)"', file.read_text(encoding="utf-8"))
    }
    # Fields of one table are sealed in a loop: the label ends in the name of the field.
    loops = {word.partition(".")[0] for word in words if "{" in word}
    for one in sealed.SEALED:
        assert one.label in words or one.table in loops, one.label
    assert (sealed.SESSION_LABEL in words, PENDING_SECRET) == (True, sealed.SESSION_SECRET)

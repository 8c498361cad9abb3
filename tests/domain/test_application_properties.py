"""Whatever is typed into the forms of an application is taken and kept as it is, or refused by field."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.application import Kind, Step
from portal.domain.application_content import Content, pack, unpack
from portal.domain.application_reading import FIELDS, ROWS, Offered, Reading, typed_of, with_step
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid
from tests.application_forms import MUNICIPAL, PRIVATE, Fields

OFFERED = Offered(
    frozenset({"24"}),
    {"paid": UnitClass.PRIVATE, "municipality": UnitClass.MUNICIPAL},
    {"art30": UnitClass.PRIVATE, "art29": UnitClass.MUNICIPAL},
)
GOOD: dict[Step, Fields] = {
    **MUNICIPAL,
    Step.CHANGE: {"day": "令和8年7月1日", "parts": ["people", "places"]},
    Step.ENDING: {"last_day": "R8.6.30", "reason": "終了"},
}
NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "令和8年2月29日", "2028-02-29", "24-ユ-300001-02", "１", "on", "\ud800", "a@b", "0" * 300]
    ),
)
NAMES = [name for step in Step for name in FIELDS[step]] + [
    f"{name}-{row}-{column}"
    for lists in ROWS.values()
    for name, columns in lists.items()
    for column in columns
    for row in (0, 1)
]


@given(
    changes=st.dictionaries(
        st.sampled_from(NAMES), st.one_of(NASTY, st.lists(NASTY, max_size=2)), max_size=3
    ),
    step=st.sampled_from(list(Step)),
    kind=st.sampled_from(list(Kind)),
    unit_class=st.sampled_from(list(UnitClass)),
)
def test_whatever_is_typed_is_taken_or_refused_by_field_and_what_is_taken_is_kept(
    changes: dict[str, str | list[str]], step: Step, kind: Kind, unit_class: UnitClass
) -> None:
    good = (PRIVATE if unit_class is UnitClass.PRIVATE else GOOD).get(step, GOOD[step])
    how = Reading(kind, unit_class, OFFERED, date(2026, 6, 15))
    content, faults = read(step, {**good, **changes}, how)
    assert (content is None) == bool(faults)
    assert all(faults.values())
    if content is not None:
        assert unpack(pack(content)) == content
        assert read(step, typed_of(content, step), how) == (content, {})


def read(step: Step, typed: Fields, how: Reading) -> tuple[Content | None, dict[str, list[str]]]:
    """What was read, or what was wrong; anything else than a refusal goes through."""
    try:
        return with_step(Content(), step, typed, how), {}
    except Invalid as invalid:
        return None, invalid.errors

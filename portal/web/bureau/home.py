"""The first desk of the bureau: what waits today, each row with the reason why it is shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.calendar.day import jst_day
from portal.domain.application import State
from portal.domain.bureau_desk import UnitState
from portal.domain.permission import Permission
from portal.services import bureau_desk
from portal.services.bureau_desk import Desk
from portal.web.application.wording import KINDS, STATES
from portal.web.auth.identity import current_actor
from portal.web.bureau import wording
from portal.web.bureau.frame import AUDIENCE, bureau_page, show
from portal.web.export import file_of
from portal.web.runtime import current


@dataclass(frozen=True)
class Part:
    """One part of the desk. kind: which table shows it; address: where all of it is listed."""

    anchor: str
    title: str
    kind: str
    count: int
    lines: Sequence[object]
    address: str


_WORK: tuple[tuple[State, LazyString], ...] = (
    (State.RECEIVED, _l("審査中の申請")),
    (State.RETURNED, _l("補正を待っている申請")),
)
_UNITS: tuple[tuple[UnitState, LazyString], ...] = (
    (UnitState.DUE, _l("有効期間がまもなく終わる団体")),
    (UnitState.OVER_LATELY, _l("最近、有効期間が終わった団体")),
    (UnitState.SUSPENDED, _l("停止の措置中の団体")),
    (UnitState.NO_OFFICER, _l("責任者がいない団体")),
)
_CONTRACTOR_HEADS = (
    _l("受託団体"),
    _l("許可・届出番号"),
    _l("委託している団体"),
    _l("契約の始まり"),
    _l("契約の終わり"),
    _l("説明"),
)


@bureau_page("/", Permission.BUREAU_HOME_READ)
def home() -> ResponseReturnValue:
    """What waits for the bureau today."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        desk = bureau_desk.desk(session, runtime.clock, current_actor())
    return show(
        "home",
        parts=list(_parts(desk)),
        state_words=wording.state_words,
        classes=wording.in_words(wording.CLASSES),
        kinds=KINDS,
        states=STATES,
        why=partial(wording.why_shown, today=desk.today),
        until_words=partial(wording.until_words, today=desk.today),
    )


def _parts(desk: Desk) -> Iterator[Part]:
    for state, title in _WORK:
        yield Part(
            state.value,
            str(title),
            "work",
            desk.work_counts.get(state, 0),
            [(work.line, wording.work_words(work, desk.today)) for work in desk.work[state]],
            url_for("bureau.applications", state=state.value),
        )
    for state, title in _UNITS:
        yield Part(
            state.value,
            str(title),
            "unit",
            desk.counts[state],
            desk.units[state],
            url_for("bureau.units", state=state.value, order="end"),
        )
    yield Part(
        "contractors",
        gettext("契約の期間が終わる受託団体"),
        "contractor",
        desk.contractor_count,
        desk.contractors,
        url_for("bureau.contractors"),
    )


@bureau_page("/contractors", Permission.BUREAU_UNIT_READ)
def contractors() -> ResponseReturnValue:
    """Every contractor whose period ends soon or ended lately."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        lines = bureau_desk.contractors(session, runtime.clock, current_actor())
    today = jst_day(runtime.clock.now())
    return show("contractors", lines=lines, until_words=partial(wording.until_words, today=today))


@bureau_page("/contractors/file", Permission.BUREAU_UNIT_READ)
def contractors_file() -> ResponseReturnValue:
    """The same as a file."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        lines = bureau_desk.contractors(session, runtime.clock, current_actor())
    today = jst_day(runtime.clock.now())
    rows = (
        (
            line.name,
            line.licence_number,
            line.unit_name,
            line.since,
            line.until,
            wording.until_words(line.until, today),
        )
        for line in lines
    )
    return file_of("contractors", gettext("契約の期間が終わる受託団体"), _CONTRACTOR_HEADS, rows)

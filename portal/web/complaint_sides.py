"""A case in the words of a seeker and of an organisation's officer: its lines, its desk, and what waits for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from portal.domain.complaint import Act, Desk, DeskPlace, Side
from portal.services import code
from portal.services.complaint_act import Line
from portal.services.complaint_offices import Offices

_l = lazy_gettext

ACTS: Mapping[Act, LazyString] = {
    Act.OPEN: _l("申出"),
    Act.EXAMINE: _l("対応を始めました"),
    Act.WRITE: _l("連絡"),
    Act.ASK: _l("照会"),
    Act.ANSWER: _l("回答"),
    Act.REPLY: _l("返信"),
    Act.HAND_OVER: _l("引き継ぎ"),
    Act.SETTLE: _l("解決"),
    Act.CLOSE: _l("終了"),
    Act.REOPEN: _l("再開"),
}


@dataclass(frozen=True)
class ShownLine:
    """One line as a message: who, when, what kind, its words. mine: of the reader's own side."""

    who: str
    at: datetime
    kind: str
    text: str
    mine: bool


@dataclass(frozen=True)
class Names:
    """The names of offices and bureaus in the reader's language."""

    offices: Mapping[str, code.Choice]
    bureaus: Mapping[str, code.Choice]
    language: str

    def of(self, place: DeskPlace) -> str:
        """What a desk is called."""
        if place.desk is Desk.OFFICER:
            return gettext("団体の責任者")
        book = self.offices if place.desk is Desk.OFFICE else self.bureaus
        found = book.get(place.code)
        return found.name(self.language) if found else place.code


def names_of(session: Session, language: str) -> Names:
    """The names as they are loaded now."""
    return Names(code.names(session, "office"), code.names(session, "bureau"), language)


def shown_lines(lines: Sequence[Line], side: Side, names: Names) -> list[ShownLine]:
    """The history for whoever stands on a side, the oldest line first."""
    return [_line(line, side, names) for line in lines]


def _line(line: Line, side: Side, names: Names) -> ShownLine:
    mine = line.side is side
    return ShownLine(
        _who(line, names, mine=mine),
        line.at,
        str(ACTS[line.act]),
        line.text or _wordless(line, names),
        mine,
    )


def _who(line: Line, names: Names, *, mine: bool) -> str:
    if mine:
        return gettext("あなた")
    if line.side is not Side.DESK:
        return gettext("求職者")
    return names.of(line.place)


def _wordless(line: Line, names: Names) -> str:
    if line.act is Act.HAND_OVER:
        return gettext("窓口が、%(place)sに変わりました。", place=names.of(line.place))
    return {
        Act.EXAMINE: gettext("内容の確認を始めました。"),
        Act.SETTLE: gettext("解決したものとして終わりました。"),
        Act.CLOSE: gettext("終わりました。"),
        Act.REOPEN: gettext("もう一度始まりました。"),
    }.get(line.act, gettext("（文章なし）"))


def office_choices(offices: Offices, language: str, first_label: str) -> dict[str, list[SelectChoice]]:
    """The offices for a list by 都道府県, one before all others where there is one."""
    groups: dict[str, list[SelectChoice]] = {}
    if offices.first is not None:
        groups[first_label] = [SelectChoice(offices.first.code, offices.first.name(language))]
    for region in offices.regions:
        label = region.prefecture.name(language) if region.prefecture else gettext("そのほか")
        rest = [
            SelectChoice(each.code, each.name(language)) for each in region.offices if each != offices.first
        ]
        if rest:
            groups[label] = rest
    return groups

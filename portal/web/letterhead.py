"""The letterhead in words: the same rows and sentences for the seeker who reads it and for whoever previews it."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.letterhead import LetterheadFacts, Line, LineKind
from portal.domain.reach import UnitClass

_l = lazy_gettext

_LABELS: dict[LineKind, LazyString] = {
    LineKind.ORGANISATION: _l("団体名"),
    LineKind.UNIT_CLASS: _l("申請区分"),
    LineKind.LICENCE_NUMBER: _l("許可・届出番号"),
    LineKind.CONTRACTOR: _l("受託団体（連名申請者）"),
    LineKind.CONTRACTOR_NUMBER: _l("受託団体の許可・届出番号"),
    LineKind.DEPARTMENT: _l("部署"),
    LineKind.OFFICER: _l("個人情報管理・苦情処理責任者"),
    LineKind.OFFICER_CONTACT: _l("責任者の連絡先"),
    LineKind.CONTACT_PERSON: _l("連絡責任者"),
}

_NOTES: dict[LineKind, LazyString] = {
    LineKind.HOW_TO_BLOCK: _l("この団体からの案内が不要なときは、ブロックすると、以後は届かなくなります。"),
    LineKind.HOW_TO_COMPLAIN: _l(
        "お困りのときは、まず上の責任者にご連絡ください。解決しないときや連絡しにくいときは、"
        "最寄りのハローワークの苦情申出等受付担当者にご相談ください。"
    ),
}

_CLASSES: dict[UnitClass, LazyString] = {
    UnitClass.PRIVATE: _l("民間職業紹介事業者等"),
    UnitClass.MUNICIPAL: _l("地方自治体等"),
}


@dataclass(frozen=True)
class Shown:
    """rows: label and value; notes: the portal's own sentences under them."""

    rows: list[tuple[str, str]]
    notes: list[str]


def letterhead_shown(facts: LetterheadFacts) -> Shown:
    """The letterhead as it is read. Raises SendingClosed "officer_missing" as the facts do."""
    return lines_shown(facts.lines())


def lines_shown(lines: Iterable[Line]) -> Shown:
    """The same from the lines of a letterhead that was sent."""
    lines = tuple(lines)
    rows = [(str(_LABELS[line.kind]), _value(line.kind, line.value)) for line in lines if line.value]
    return Shown(rows, [str(_NOTES[line.kind]) for line in lines if line.kind in _NOTES])


def class_name(unit_class: UnitClass | str) -> str:
    """The 申請区分 of a unit."""
    return str(_CLASSES[UnitClass(unit_class)])


def unit_title(name: str, unit_class: UnitClass | str) -> str:
    """The unit as it is named on every page of its people, because a company may be two units."""
    return gettext("%(name)s（%(unit_class)s）", name=name, unit_class=class_name(unit_class))


def _value(kind: LineKind, value: str) -> str:
    return class_name(value) if kind is LineKind.UNIT_CLASS else value

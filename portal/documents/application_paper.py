"""The papers of the four procedures of an organisation, filled from the portal or blank: 利用申請, 変更, 更新, 利用停止.

The procedures are papers at the 労働局 (labour bureau), on its forms (seed 004 P-Q2, M-Q2). The seed names one form for
three of them, 「ハローワーク求職情報の提供サービス利用・変更・更新申請書」 (P-Q11, M-Q8), and none for 利用停止; what the forms look
like is in no source of ours. So these papers are aids to copy from and say so on every page. Their boxes are what the
seed names: the applicant and its number without 枝番 (P-Q3), joint applicants (P-Q4, M-Q3), departments (M-Q5), the
contact and the officer in the order of P-Q11, anti-virus software (P-Q1); everything else is our decision.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.documents.typesetting import flowing, in_both_years, paper, qr
from portal.domain.application import Kind, Part
from portal.domain.reach import UnitClass


@dataclass(frozen=True)
class PaperContractor:
    """A 受託団体 (連名申請者) with its own licence or notification number and the period of its contract."""

    name: str
    licence_number: str
    since: date | None = None
    until: date | None = None
    corporation_number: str = ""


@dataclass(frozen=True)
class PaperContent:
    """What the boxes hold; "" and () leave them empty. branches: 枝番 and name."""

    name: str = ""
    kana: str = ""
    corporation_number: str = ""
    unit_number: str = ""
    contact_name: str = ""
    contact_contact: str = ""
    officer_name: str = ""
    officer_contact: str = ""
    branches: Sequence[tuple[str, str]] = ()
    departments: Sequence[str] = ()
    contractors: Sequence[PaperContractor] = ()


@dataclass(frozen=True)
class ApplicationPaper:
    """at: UTC-aware instant of making. Without a number it is a draft, or a blank form.

    unit_class: None on a blank form for both. link: the address behind the QR code. before: what is in force, on a
    change; boxes that differ show both. parts: what a change is about, empty for everything. undertakings: words and
    whether they were agreed to. changes_on: the day from which a change is wished; last_day, reason: of 利用停止.
    """

    kind: Kind
    at: datetime
    unit_class: UnitClass | None = None
    content: PaperContent = field(default_factory=PaperContent)
    before: PaperContent | None = None
    parts: frozenset[Part] = frozenset()
    number: str = ""
    link: str = ""
    bureau_name: str = ""
    undertakings: Sequence[tuple[str, bool]] = ()
    changes_on: date | None = None
    last_day: date | None = None
    reason: str = ""
    remarks: Sequence[tuple[str, str]] = ()
    demo: bool = False


CLASS_WORDS: Mapping[UnitClass, str] = {
    UnitClass.PRIVATE: "民間職業紹介事業者等",
    UnitClass.MUNICIPAL: "地方自治体等",
}
KIND_WORDS: Mapping[Kind, str] = {
    Kind.USE: "利用申請",
    Kind.CHANGE: "利用申請の変更",
    Kind.RENEWAL: "更新",
    Kind.END: "利用停止",
}

UNDERTAKINGS = (
    "アンチウィルスソフトウェアの不正プログラムの提供ファイルを常に最新の状態に維持し、不正プログラムの自動検査機能を有効にしています。",
    "個人情報管理・苦情処理責任者が、利用している部署や団体を把握し、適正な利用を徹底します。",
)
"""What a blank form asks to be ticked: seed 004 P-Q1, M-Q1 and M-Q5."""

Row = dict[str, object]


def application_paper(view: ApplicationPaper) -> bytes:
    """As many pages A4 as the content needs, as PDF. The same view gives the same bytes."""
    return paper(
        "application_paper",
        {
            "kind": view.kind.value,
            "unit_class": view.unit_class.value if view.unit_class else "",
            "number": view.number,
            "qr": qr(view.link) if view.link else "",
            "bureau_name": flowing(view.bureau_name)[0],
            "sections": [section for section in _sections(view) if section],
            "demo": view.demo,
        },
        view.at,
    )


def _sections(view: ApplicationPaper) -> Iterable[dict[str, object]]:
    if view.kind is Kind.END:
        yield _section("団体", _identity(view, changes=False))
        yield _section(
            "利用停止", [_row("利用を停止する日", _day(view.last_day)), _row("理由", view.reason, tall=True)]
        )
        yield _section("備考", [_row(*remark) for remark in view.remarks])
        return
    if view.kind is Kind.CHANGE:
        yield _section("変更", [_row("変更する日", _day(view.changes_on))])
    yield _section("団体", _identity(view, changes=_about(view, Part.ORGANISATION)))
    if _about(view, Part.PEOPLE):
        yield _section("連絡責任者", _person(view, "contact"))
        yield _section("個人情報管理・苦情処理責任者", _person(view, "officer"))
    if _about(view, Part.PLACES):
        yield _places(view)
    if _about(view, Part.CONTRACTORS) and view.unit_class is not UnitClass.PRIVATE:
        yield _contractors(view)
    yield _undertakings(view)
    yield _section("備考", [_row(*remark) for remark in view.remarks])


def _about(view: ApplicationPaper, part: Part) -> bool:
    return view.kind is not Kind.CHANGE or not view.parts or part in view.parts


def _section(title: str, rows: Sequence[Row] = (), **more: object) -> dict[str, object]:
    return {"title": title, "rows": list(rows), **more} if rows or more else {}


def _row(label: str, value: str, before: str | None = None, *, tall: bool = False) -> Row:
    """before: what is in force, where this differs from it."""
    return {
        "label": flowing(label),
        "value": flowing(value),
        "before": None if before is None else flowing(before),
        "tall": tall,
    }


def _boxes(view: ApplicationPaper, *boxes: tuple[str, str], changes: bool = True) -> list[Row]:
    """changes: whether what differs from before is shown as a change; it is not where that is not asked."""
    rows = []
    for label, name in boxes:
        value = getattr(view.content, name)
        old = getattr(view.before, name) if view.before and changes else value
        rows.append(_row(label, value, old if old != value else None))
    return rows


def _identity(view: ApplicationPaper, *, changes: bool) -> list[Row]:
    number = {
        UnitClass.PRIVATE: "許可・届出番号\n（枝番を除く）",
        UnitClass.MUNICIPAL: "団体コード、または\n届出・通知の番号",
        None: "許可・届出番号\n（枝番を除く）\nまたは団体コード",
    }[view.unit_class]
    boxes = (
        ("名称", "name"),
        ("フリガナ", "kana"),
        ("法人番号", "corporation_number"),
        (number, "unit_number"),
    )
    return _boxes(view, *boxes, changes=changes)


def _person(view: ApplicationPaper, role: str) -> list[Row]:
    return _boxes(view, ("氏名", f"{role}_name"), ("連絡先", f"{role}_contact"))


def _places(view: ApplicationPaper) -> dict[str, object]:
    private = view.unit_class is UnitClass.PRIVATE
    now, before = view.content, view.before
    rows = [
        *(["枝番 " + number, name] for number, name in now.branches),
        *(["部署", name] for name in now.departments),
    ]
    old = (
        [
            *(["枝番 " + number, name] for number, name in before.branches),
            *(["部署", name] for name in before.departments),
        ]
        if before
        else rows
    )
    note = "申請は、主たる事業所がまとめて行います。1日の案内送信等の件数は、すべての事業所・部署の合計です。"
    if not private:
        note = "申請は、団体でまとめて行います。1日の案内送信等の件数は、すべての部署と受託団体の合計です。"
    return _section(
        "枝番の異なる事業所と部署" if private else "利用する部署（枝番の異なる事業所）",
        note=note,
        heads=["区分", "名称"],
        columns=[30, None],
        table=_marked(rows, old) or [["", "", ""]] * 4,
    )


def _contractors(view: ApplicationPaper) -> dict[str, object]:
    rows = [_contractor(one) for one in view.content.contractors]
    old = [_contractor(one) for one in view.before.contractors] if view.before else rows
    note = "職業紹介の許可・届出のある事業者に限ります。利用できるのは、契約の期間の間です。"
    if view.unit_class is None:
        note = "地方自治体等だけがお書きください。" + note
    return _section(
        "連名申請者（受託団体）",
        note=note,
        heads=["名称・法人番号", "許可・届出番号", "契約の期間"],
        columns=[None, 36, 70],
        table=_marked(rows, old) or [["", "", "", ""]] * 3,
    )


def _contractor(one: PaperContractor) -> list[str]:
    name = f"{one.name}\n法人番号 {one.corporation_number}" if one.corporation_number else one.name
    period = "\n".join(
        f"{_day(day)}{word}" for day, word in ((one.since, "から"), (one.until, "まで")) if day
    )
    return [name, one.licence_number, period]


def _undertakings(view: ApplicationPaper) -> dict[str, object]:
    told = view.undertakings or ([(words, False) for words in UNDERTAKINGS] if not view.number else ())
    found = [{"words": flowing(words), "agreed": agreed} for words, agreed in told]
    return _section("確認すること", undertakings=found) if found else {}


def _marked(rows: Sequence[Sequence[str]], old: Sequence[Sequence[str]]) -> list[list[object]]:
    """Each row as its cells, and in front what becomes of it by a change: 追加, 終了 or nothing."""
    gone = [row for row in old if row not in rows]
    both = [*((row, "" if row in old else "追加") for row in rows), *((row, "終了") for row in gone)]
    return [[mark, *(flowing(cell) for cell in row)] for row, mark in both]


def _day(day: date | None) -> str:
    return in_both_years(day) if day else ""

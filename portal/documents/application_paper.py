"""The papers of the four procedures of an organisation, filled from the portal or blank: 利用申請, 変更, 更新, 利用停止.

The procedures are papers at the 労働局 (labour bureau), on its forms (seed 004 P-Q2, M-Q2). The seed names one form for
three of them, 「ハローワーク求職情報の提供サービス利用・変更・更新申請書」 (P-Q11, M-Q8), and none for 利用停止; what the forms look
like is in no source of ours. So these papers are aids to copy from and say so on every page. What the seed names
stands in them: the applicant and its number without 枝番 (P-Q3), joint applicants (P-Q4, M-Q3), departments (M-Q5),
contact and officer in the order of P-Q11, anti-virus software (P-Q1); everything else is our decision.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.documents.typesetting import flowing, in_both_years, paper, qr
from portal.domain.application import Kind, Part, Step, steps_of
from portal.domain.application_content import Content
from portal.domain.application_reading import typed_of
from portal.domain.reach import UnitClass

Typed = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class ApplicationPaper:
    """at: UTC-aware instant of making. Without a number it is a draft; without content a blank form.

    unit_class: None on a blank form for both. link: the address behind the QR code. name, unit_number: of the unit,
    where the content does not say them. before: the record in force as the forms show it, on a change; what differs
    shows both.
    words: what codes of 登録区分 and legal basis mean.
    """

    kind: Kind
    at: datetime
    unit_class: UnitClass | None = None
    content: Content = field(default_factory=Content)
    before: Mapping[Step, Typed] = field(default_factory=dict)
    name: str = ""
    unit_number: str = ""
    number: str = ""
    link: str = ""
    bureau_name: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    demo: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing is filled in."""
        return self.content == Content()


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
PART_WORDS: Mapping[Part, str] = {
    Part.ORGANISATION: "団体",
    Part.PEOPLE: "連絡責任者、個人情報管理・苦情処理責任者",
    Part.PLACES: "枝番の異なる事業所、利用する部署",
    Part.CONTRACTORS: "連名申請者（受託団体）",
}
_NUMBER_WORDS = {
    UnitClass.PRIVATE: "許可・届出番号",
    UnitClass.MUNICIPAL: "団体コード",
    None: "許可・届出番号\nまたは団体コード",
}
_UNDERTAKINGS = {
    "antivirus": "ウイルス対策ソフトの定義ファイルを最新に保ち、自動検査を有効にしておきます",
    "terms": "サービスの利用規約を守ります",
    "correctness": "書いた内容に間違いはありません",
}

Row = dict[str, object]
Section = dict[str, object]


def application_paper(view: ApplicationPaper) -> bytes:
    """As many pages A4 as the content needs, as PDF. The same view gives the same bytes."""
    return paper(
        "application_paper",
        {
            "kind": view.kind.value,
            "unit_class": view.unit_class.value if view.unit_class else "",
            "number": view.number,
            "qr": qr(view.link) if view.link else "",
            "bureau_name": flowing(view.bureau_name),
            "sections": [section for step in _steps(view) for section in _SECTIONS[step](view)],
            "demo": view.demo,
        },
        view.at,
    )


def _steps(view: ApplicationPaper) -> Iterable[Step]:
    if view.unit_class is None:
        # A blank form for both classes has everything that one of them needs.
        steps = steps_of(view.kind, UnitClass.MUNICIPAL, frozenset(Part))
    else:
        parts = frozenset(Part) if view.blank else view.content.parts
        steps = steps_of(view.kind, view.unit_class, parts)
    head = () if Step.ORGANISATION in steps else (Step.APPLICANT,)
    order = [step for step in Step if step in steps and step is not Step.APPLICANT]
    # What changes, and from when, is read first.
    return (*head, *sorted(order, key=lambda step: step is not Step.CHANGE))


def _section(title: str, rows: Sequence[Row] = (), **more: object) -> Section:
    return {"title": title, "rows": list(rows), **more}


def _row(label: str, value: str, before: str | None = None, *, tall: bool = False) -> Row:
    """before: what is in force, where this differs from it."""
    return {
        "label": flowing(label),
        "value": flowing(value),
        "before": None if before is None else flowing(before),
        "tall": tall,
    }


def _known(view: ApplicationPaper) -> Iterable[Section]:
    """Whose application it is, where the application itself does not say it."""
    number = _NUMBER_WORDS[view.unit_class]
    yield _section("団体", [_row("団体の名称", view.name), _row(number, view.unit_number)])


def _organisation(view: ApplicationPaper) -> Iterable[Section]:
    now, before = _both(view, Step.ORGANISATION)
    chosen = typed_of(view.content, Step.APPLICANT).get("registration_class", "")
    boxes: list[tuple[str, Callable[[Typed], str]]] = [
        ("団体の名称", _reads("name")),
        ("フリガナ", _reads("kana")),
        ("法人番号", _reads("corporation_number")),
        (_NUMBER_WORDS[view.unit_class], _reads("number")),
        ("自らの職業紹介の番号\n（ある団体だけ）", _reads("own_number")),
        ("職業紹介の根拠", lambda typed: view.words.get(_one(typed, "basis"), _one(typed, "basis"))),
        ("所在地", lambda typed: " ".join(filter(None, (_postal(typed), _one(typed, "address"))))),
        ("代表者の役職と氏名", _reads("representative_title", "representative")),
    ]
    if view.unit_class is UnitClass.PRIVATE:
        boxes = [box for box in boxes if not box[0].startswith("自ら")]
    rows = [_compared(label, read, now, before) for label, read in boxes]
    if view.kind is Kind.USE:
        rows.insert(0, _row("団体の種類", view.words.get(str(chosen), str(chosen))))
    yield _section("団体", rows)


def _people(view: ApplicationPaper) -> Iterable[Section]:
    now, before = _both(view, Step.PEOPLE)
    for who, title in (("contact", "連絡責任者"), ("officer", "個人情報管理・苦情処理責任者")):
        boxes = (
            ("氏名", f"{who}_name"),
            ("フリガナ", f"{who}_kana"),
            ("部署・役職", f"{who}_department"),
            ("電話番号", f"{who}_phone"),
            ("メールアドレス", f"{who}_mail"),
        )
        yield _section(title, [_compared(label, _reads(name), now, before) for label, name in boxes])


def _places(view: ApplicationPaper) -> Iterable[Section]:
    rows, old = (
        [
            *(
                ["枝番 " + row["branch_number"], row["name"], row["until"]]
                for row in _rows(typed, "branches")
            ),
            *(["部署", row["name"], row["until"]] for row in _rows(typed, "departments")),
        ]
        for typed in _both(view, Step.PLACES)
    )
    marked = [[_ended(row[2]) or _added(row[:2], [known[:2] for known in old]), *row[:2]] for row in rows]
    private = view.unit_class is UnitClass.PRIVATE
    note = "申請は、主たる事業所がまとめて行います。1日の案内送信等の件数は、すべての事業所・部署の合計です。"
    if not private:
        note = "申請は、団体でまとめて行います。1日の案内送信等の件数は、すべての部署と受託団体の合計です。"
    yield _section(
        "枝番の異なる事業所、利用する部署" if private else "利用する部署、枝番の異なる事業所",
        note=note,
        heads=["区分", "名称"],
        columns=[30, None],
        table=_table(marked, view, 3, 4),
    )


def _contractors(view: ApplicationPaper) -> Iterable[Section]:
    now, before = (_rows(typed, "contractors") for typed in _both(view, Step.CONTRACTORS))
    cells = [_contractor(row) for row in before]
    numbers = [row["licence_number"] for row in before]
    marked = []
    for row in now:
        mark = _added(_contractor(row), cells)
        marked.append(["変更" if mark and row["licence_number"] in numbers else mark, *_contractor(row)])
    kept = {row["licence_number"] for row in now}
    marked += [["終了", *_contractor(row)] for row in before if row["licence_number"] not in kept]
    note = "職業紹介の許可・届出のある事業者に限ります。利用できるのは、契約の期間の間です。"
    if view.unit_class is None:
        note = "地方自治体等だけがお書きください。" + note
    yield _section(
        "連名申請者（受託団体）",
        note=note,
        heads=["名称・法人番号", "許可・届出番号", "契約の期間"],
        columns=[None, 36, 70],
        table=_table(marked, view, 4, 3),
    )


def _contractor(row: Mapping[str, str]) -> list[str]:
    number = row["corporation_number"]
    name = f"{row['name']}\n法人番号 {number}" if number else row["name"]
    period = [_day(row["since"]) + "から", _day(row["until"]) + "まで"]
    return [name, row["licence_number"], "\n".join(period)]


def _undertakings(view: ApplicationPaper) -> Iterable[Section]:
    told = typed_of(view.content, Step.UNDERTAKINGS)
    asked = ("correctness",) if view.kind is Kind.CHANGE else tuple(_UNDERTAKINGS)
    given = [{"words": [_UNDERTAKINGS[name]], "agreed": bool(told.get(name))} for name in asked]
    yield _section("確認すること", undertakings=given)


def _change(view: ApplicationPaper) -> Iterable[Section]:
    told = typed_of(view.content, Step.CHANGE)
    parts = [PART_WORDS[part] for part in Part if part in view.content.parts]
    yield _section(
        "変更",
        [
            _row("変わる日", _day(_one(told, "day"))),
            _row("変わるところ", "\n".join(parts)),
            _row("補足", _one(told, "remark")),
        ],
    )


def _ending(view: ApplicationPaper) -> Iterable[Section]:
    told = typed_of(view.content, Step.ENDING)
    yield _section(
        "利用停止",
        [
            _row("利用の最後の日", _day(_one(told, "last_day"))),
            _row("利用をやめる理由", _one(told, "reason"), tall=True),
        ],
    )


_SECTIONS: Mapping[Step, Callable[[ApplicationPaper], Iterable[Section]]] = {
    Step.APPLICANT: _known,
    Step.ORGANISATION: _organisation,
    Step.PEOPLE: _people,
    Step.PLACES: _places,
    Step.CONTRACTORS: _contractors,
    Step.UNDERTAKINGS: _undertakings,
    Step.CHANGE: _change,
    Step.ENDING: _ending,
}

# What stands in a box, now and before


def _both(view: ApplicationPaper, step: Step) -> tuple[Typed, Typed]:
    """What the application says, and what is in force; the same where that is not told."""
    now = typed_of(view.content, step)
    return now, view.before.get(step, now) if view.kind is Kind.CHANGE else now


def _compared(label: str, read: Callable[[Typed], str], now: Typed, before: Typed) -> Row:
    value, old = read(now), read(before)
    return _row(label, value, old if old != value else None)


def _reads(*names: str) -> Callable[[Typed], str]:
    return lambda typed: " ".join(filter(None, (_one(typed, name) for name in names)))


def _postal(typed: Typed) -> str:
    code = _one(typed, "postal_code")
    return f"〒{code}" if code else ""


def _one(typed: Typed, name: str) -> str:
    value = typed.get(name, "")
    return value if isinstance(value, str) else " ".join(value)


def _rows(typed: Typed, name: str) -> list[dict[str, str]]:
    """The rows of a list that is told as ``branches-0-name`` and so on, in their order."""
    found: dict[int, dict[str, str]] = {}
    for key in typed:
        listed, _, rest = key.partition("-")
        number, _, column = rest.partition("-")
        if listed == name and number.isdigit():
            found.setdefault(int(number), {})[column] = _one(typed, key)
    columns = ("branch_number", "name", "corporation_number", "licence_number", "since", "until")
    return [dict.fromkeys(columns, "") | found[number] for number in sorted(found)]


def _added(row: Sequence[str], before: Sequence[Sequence[str]]) -> str:
    return "" if list(row) in [list(known) for known in before] else "追加"


def _ended(until: str) -> str:
    return f"終了\n{_day(until)}" if until else ""


def _table(
    rows: Sequence[Sequence[str]], view: ApplicationPaper, cells: int, empty: int
) -> list[list[list[str]]]:
    """The rows; without any, some empty ones to write in."""
    filled = rows or [[""] * cells] * (empty if view.blank else 1)
    return [[flowing(cell) for cell in row] for row in filled]


def _day(text: str) -> str:
    return in_both_years(date.fromisoformat(text)) if text else ""

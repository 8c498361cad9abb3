"""Organisations of one prefecture that does not exist: names, numbers and what their papers say.

Every name looks invented, and every number carries 9s where a real one would not.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

BUREAU = "24"
_FIRST = (
    ("山", "ヤマ"),
    ("川", "カワ"),
    ("海", "ウミ"),
    ("森", "モリ"),
    ("丘", "オカ"),
    ("谷", "タニ"),
    ("原", "ハラ"),
)
_SECOND = (("風", "カゼ"), ("月", "ツキ"), ("星", "ホシ"), ("花", "ハナ"), ("雪", "ユキ"), ("空", "ソラ"))
_TRADE = (
    ("キャリア", "キャリア"),
    ("人材紹介", "ジンザイショウカイ"),
    ("ワークス", "ワークス"),
    ("職業紹介所", "ショクギョウショウカイジョ"),
)
_BODY = (("市", "シ"), ("町", "チョウ"), ("村", "ムラ"))
_PEOPLE = (("架空", "カクウ"), ("見本", "ミホン"), ("仮名", "カメイ"))
_GIVEN = (
    ("一郎", "イチロウ"),
    ("花子", "ハナコ"),
    ("次郎", "ジロウ"),
    ("桜", "サクラ"),
    ("三郎", "サブロウ"),
)


@dataclass
class Organisation:
    """One applicant. typed: what its paper says of who and where it is; people: in force at the moment."""

    serial: int
    unit_class: str
    number: str
    typed: dict[str, str]
    people: dict[str, str]
    branches: Sequence[tuple[str, str]] = ()
    departments: Sequence[str] = ()
    contractors: list["Contract"] = field(default_factory=list)

    @property
    def municipal(self) -> bool:
        """Whether it is a public body."""
        return self.unit_class == "municipal"

    @property
    def name(self) -> str:
        """As it applies."""
        return self.typed["name"]

    def paper(self, **more: str) -> dict[str, str]:
        """Everything a 利用申請 says, in the names of the fields."""
        typed = self.typed | self.people | self.places() | self.joint() | more
        return typed | dict.fromkeys(("antivirus", "terms", "correctness"), "1")

    def places(self) -> dict[str, str]:
        """Branches and departments."""
        typed: dict[str, str] = {}
        for n, (number, name) in enumerate(self.branches):
            typed |= {f"branches-{n}-branch_number": number, f"branches-{n}-name": name}
        return typed | {f"departments-{n}-name": name for n, name in enumerate(self.departments)}

    def joint(self, *contracts: "Contract") -> dict[str, str]:
        """Its contractors; others when given."""
        return {
            f"contractors-{n}-{name}": value
            for n, contract in enumerate(contracts or self.contractors)
            for name, value in contract.typed.items()
        }


@dataclass(frozen=True)
class Contract:
    """A 受託団体 with one period."""

    name: str
    licence_number: str
    since: date
    until: date

    @property
    def typed(self) -> Mapping[str, str]:
        """A row of the paper."""
        return {
            "name": self.name,
            "licence_number": self.licence_number,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }


def organisation(serial: int, drawn: random.Random, bases: Mapping[str, str]) -> Organisation:
    """The serial-th applicant of the prefecture; every fifth is a public body. bases: a legal basis for each class."""
    municipal = serial % 5 == 0
    unit_class = "municipal" if municipal else "private"
    first, second, trade = drawn.choice(_FIRST), drawn.choice(_SECOND), drawn.choice(_TRADE)
    if municipal:
        kind = drawn.choice(_BODY)
        name, reading = f"架空{first[0]}{second[0]}{kind[0]}", f"カクウ{first[1]}{second[1]}{kind[1]}"
        number = f"{99_000 + serial}"
    else:
        name = f"株式会社架空{first[0]}{second[0]}{trade[0]}"
        reading = f"カブシキガイシャカクウ{first[1]}{second[1]}{trade[1]}"
        number = f"{BUREAU}-ユ-9{serial:05}"
    typed = {
        "unit_class": unit_class,
        "registration_class": "municipality" if municipal else "paid",
        "bureau_code": BUREAU,
        "name": f"{name}{serial}",
        "kana": reading,
        "corporation_number": f"9{serial:012}",
        "number": number,
        "basis": bases[unit_class],
        "postal_code": "000-0000",
        "address": f"架空県見本市{serial}番地",
        "representative_title": "代表",
        "representative": person(drawn)["name"],
    }
    made = Organisation(serial, unit_class, number, typed, officers(drawn))
    if municipal:
        made.departments = [name for name in ("商工課", "福祉課", "若者支援課") if drawn.random() < 0.6]
    elif drawn.random() < 0.25:
        made.branches = [(f"{n:02}", f"架空第{n}支店") for n in range(1, drawn.randint(2, 4))]
    return made


def contractor_name(serial: int) -> str:
    """A 受託団体 that is nobody's neighbour."""
    return f"架空受託{serial}株式会社"


def officers(drawn: random.Random) -> dict[str, str]:
    """An officer and a contact."""
    return {f"{who}_{name}": value for who in ("officer", "contact") for name, value in person(drawn).items()}


def person(drawn: random.Random) -> dict[str, str]:
    """Somebody who does not exist."""
    family, given = drawn.choice(_PEOPLE), drawn.choice(_GIVEN)
    return {
        "name": f"{family[0]} {given[0]}",
        "kana": f"{family[1]} {given[1]}",
        "department": drawn.choice(("管理部", "総務課", "商工課")),
        "phone": "00-0000-0000",
        "mail": f"mihon{drawn.randrange(10_000)}@example.jp",
    }

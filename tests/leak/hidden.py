"""What must stay hidden of the seekers of the leak tests: two versions of it, alike but for every single value."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tests.leak.canaries import days_spelled


@dataclass(frozen=True)
class Hidden:
    """One seeker. Days are those on which something happened or ends; units may learn the month at most.

    former: employer before a correction. earlier, held: texts no longer, or not yet, shown.
    parts: words that tell alone.
    """

    name: str
    kana: str
    born: date
    sex: str
    phone: str
    mail: str
    notice_mail: str
    residence: str
    employer: str
    former: str
    school: str
    number: str
    sign_in_name: str
    password: str
    earlier: str
    held: str
    parts: tuple[str, ...]
    days: Mapping[str, date]

    def values(self, label: str) -> Iterator[tuple[str, str]]:
        """Canaries by label."""
        for field in ("name", "kana", "phone", "mail", "notice_mail", "residence", "employer", "school"):
            yield f"{label}: {field}", getattr(self, field)
        for field in ("former", "number", "sign_in_name", "password", "earlier", "held"):
            yield f"{label}: {field}", getattr(self, field)
        yield f"{label}: number without its stroke", self.number.replace("-", "")
        yield f"{label}: end of the number", self.number.partition("-")[2]
        yield f"{label}: phone without strokes", self.phone.replace("-", "")
        yield f"{label}: mailbox", self.mail.partition("@")[0]
        for place, part in enumerate((*self.name.split(), *self.kana.split(), *self.parts)):
            yield f"{label}: part {place}", part
        for event, day in {"born": self.born, **self.days}.items():
            yield from days_spelled(f"{label}: {event}", day).items()

    @property
    def identity(self) -> dict[str, str]:
        """As the office types it."""
        return {
            "registration_number": self.number,
            "name": self.name,
            "kana": self.kana,
            "birth_date": self.born.isoformat(),
            "sex": self.sex,
            "phone": self.phone,
            "mail": self.mail,
            "residence": self.residence,
            "employer": self.employer,
            "school": self.school,
        }


HERON = Hidden(
    name="見本鷺 架空笛",
    kana="みほんさぎ かくうぶえ",
    born=date(1987, 11, 23),
    sex="female",
    phone="00-0000-9871",
    mail="sagi.canary@hidden.example",
    notice_mail="notice.sagi@hidden.example",
    residence="東京都架空市鷺見本町9丁目8番7号",
    employer="株式会社見本鷺製作所",
    former="見本鷺旧店",
    school="架空鷺大学",
    number="13999-09871001",
    sign_in_name="sagi.fue-9871",
    password="鷺の見本の合言葉 ひとつ",
    earlier="朝の魚市場で働いたことがあります。",
    held="見本鷺と申します。鷺の里で朝市を開きました。",
    parts=("鷺見本町", "見本鷺製作所", "鷺の里で朝市", "朝の魚市場"),
    days={
        "registered": date(2026, 5, 13),
        "activated": date(2026, 5, 14),
        "blocked": date(2026, 5, 18),
        "unblocked": date(2026, 5, 19),
        "corrected": date(2026, 5, 20),
        "stopped": date(2026, 5, 21),
        "restarted": date(2026, 5, 22),
        "valid until": date(2026, 8, 27),
        "graduated": date(2019, 3, 23),
    },
)
WREN = Hidden(
    name="見本鷦鷯 架空葉",
    kana="みほんみそさざい かくうは",
    born=date(1961, 2, 19),
    sex="male",
    phone="00-0000-9872",
    mail="misosazai.canary@hidden.example",
    notice_mail="notice.misosazai@hidden.example",
    residence="東京都架空市鷦鷯見本町6丁目5番4号",
    employer="有限会社見本鷦鷯商会",
    former="見本鷦鷯旧店",
    school="架空鷦鷯学園",
    number="13999-09872002",
    sign_in_name="misosazai.ha-9872",
    password="鷦鷯の見本の合言葉 ふたつ",
    earlier="山の茶店で働いたことがあります。",
    held="見本鷦鷯と申します。谷の小屋で茶会を開きました。",
    parts=("鷦鷯見本町", "見本鷦鷯商会", "谷の小屋で茶会", "山の茶店"),
    days={"registered": date(2026, 5, 25), "activated": date(2026, 5, 27), "blocked": date(2026, 6, 8)}
    | {"valid until": date(2026, 9, 24), "graduated": date(2020, 9, 17)},
)
OWL = Hidden(
    name="見本梟 架空音",
    kana="みほんふくろう かくうおと",
    born=date(1999, 8, 29),
    sex="female",
    phone="00-0000-9873",
    mail="fukurou.canary@hidden.example",
    notice_mail="notice.fukurou@hidden.example",
    residence="東京都架空市梟見本町3丁目2番1号",
    employer="合同会社見本梟工房",
    former="見本梟旧店",
    school="架空梟高専",
    number="13999-09873003",
    sign_in_name="fukurou.oto-9873",
    password="梟の見本の合言葉 みっつ",
    earlier="夜の図書室で働いたことがあります。",
    held="見本梟と申します。森の家で影絵を開きました。",
    parts=("梟見本町", "見本梟工房", "森の家で影絵", "夜の図書室"),
    days={"registered": date(2026, 5, 26), "activated": date(2026, 5, 28), "stopped": date(2026, 6, 9)}
    | {"valid until": date(2026, 10, 21), "graduated": date(2021, 3, 18)},
)
PEOPLE = {"heron": HERON, "wren": WREN, "owl": OWL}

_OTHER = {
    "鷺": "鴨",
    "さぎ": "かも",
    "sagi": "kamo",
    "鷦鷯": "雲雀",
    "みそさざい": "ひばり",
    "misosazai": "hibari",
    "梟": "木菟",
    "ふくろう": "みみずく",
    "fukurou": "mimizuku",
    "架空笛": "架空鈴",
    "かくうぶえ": "かくうすず",
    "架空葉": "架空苗",
    "かくうは": "かくうなえ",
    "架空音": "架空歌",
    "かくうおと": "かくうた",
    "987": "765",
    "働いた": "学んだ",
    "東京都": "三重県",
}


def other_people(people: Mapping[str, Hidden]) -> dict[str, Hidden]:
    """Nothing that is hidden is the same: the other sex, born decades earlier or later, another name, other texts, and
    every day another one of its month. What units may see is the same."""
    other = {"female": "male", "male": "female"}
    return {
        label: replace(_other(who), sex=other[who.sex], born=date(1955 + place, 1 + place, 3))
        for place, (label, who) in enumerate(people.items())
    }


def _other(who: Hidden) -> Hidden:
    def renamed(text: str) -> str:
        for old, new in _OTHER.items():
            text = text.replace(old, new)
        return text

    texts = {name: renamed(value) for name, value in vars(who).items() if isinstance(value, str)}
    return replace(
        who,
        **texts,
        parts=tuple(map(renamed, who.parts)),
        days={event: _next_day(day) for event, day in who.days.items()},
    )


def _next_day(day: date) -> date:
    """Another day of the same month, so that the order of what happened stays."""
    last = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=min(day.day + 1, last))

"""Fictional seekers of the labelled texts, and the shape of a labelled text.

Family names are common ones, because the hard cases live in them (髙/高, 森 in 森林, 千葉 in 千葉県); given
names, numbers, addresses and organisations are the well-known fillers of sample forms (太郎, 見本, 架空).
"""

from dataclasses import dataclass
from datetime import date

TARO = {
    "name": "山田 太郎",
    "kana": "ヤマダ タロウ",
    "phone": "090-0000-0123",
    "mail": "mihon.taro@example.jp",
    "residence": "東京都架空市見本町1丁目2番3号 見本荘101号室",
    "employer": "株式会社架空商事",
    "school": "架空大学",
    "birth_date": date(1985, 4, 1),
    "registration_number": "13999-00012345",
}
HANAKO = {
    "name": "森 花子",
    "kana": "モリ ハナコ",
    "phone": "045-000-1111",
    "mail": "hana0000@mail.example",
    "residence": "神奈川県見本市架空区見本台4-5-6",
    "employer": "見本電機株式会社 架空工場",
    "school": "見本工業高等学校",
    "birth_date": date(1992, 12, 24),
    "registration_number": "14999-0098765",
}
MIRAI = {
    "name": "髙橋 未来",
    "kana": "タカハシ ミライ",
    "phone": "080-0000-4321",
    "residence": "大阪府架空郡見本町字架空12番地の3",
    "employer": "医療法人架空会見本病院",
    "school": "見本女子短期大学",
    "birth_date": date(2000, 1, 9),
}
AI = {"name": "齋藤 愛", "kana": "サイトウ アイ", "birth_date": date(1979, 11, 30)}
KENTA = {"name": "山﨑 健太", "kana": "ヤマザキ ケンタ", "employer": "有限会社ミホン製作所"}
MAKOTO = {"name": "林 誠", "kana": "ハヤシ マコト", "school": "架空県立架空高等学校"}
NOZOMI = {"name": "原 希望", "kana": "ハラ ノゾミ", "residence": "埼玉県架空市大字見本100"}
DAICHI = {"name": "千葉 大地", "kana": "チバ ダイチ", "residence": "千葉県見本市架空1-2"}
SHO = {"name": "佐々木 翔", "kana": "ササキ ショウ", "employer": "合同会社サンプルワークス"}
YUICHIRO = {"name": "大野 祐一郎", "kana": "オオノ ユウイチロウ"}
KUMIKO = {"name": "渡邊 久美子", "kana": "ワタナベ クミコ"}
MEGUMI = {"name": "𠮷田 めぐみ", "kana": "ヨシダ メグミ"}
NAKA = {"name": "山中 一生", "kana": "ヤマナカ イッセイ"}
ANNA = {"name": "ミホン アンナ", "kana": "ミホン アンナ"}
TANAKA = {"name": "田中 光", "kana": "タナカ ヒカル"}

OWN_KINDS = frozenset(
    {"name", "kana", "employer", "school", "phone", "mail", "address", "birth_date", "registration_number"}
)


@dataclass(frozen=True)
class Labelled:
    """A text, whose it is (None: nobody known), and every kind that is to be found in it; none = clean.

    `own` are those of the kinds that must be recognised as the person's own data, not merely as a pattern.
    """

    text: str
    person: dict[str, object] | None
    kinds: frozenset[str]
    own: frozenset[str]


def own(text: str, person: dict[str, object], *kinds: str) -> Labelled:
    """A text that holds the person's own data."""
    return Labelled(text, person, frozenset(kinds), frozenset(kinds))


def general(text: str, *kinds: str) -> Labelled:
    """A text that holds data by its shape alone: nothing is known about the person."""
    return Labelled(text, None, frozenset(kinds), frozenset())


def clean(text: str, person: dict[str, object] | None = None) -> Labelled:
    """An ordinary text that must pass, also when it is this person's."""
    return Labelled(text, person, frozenset(), frozenset())

"""What an organisation brings to the labour bureau, for each class of applicant and each procedure (持ち物).

The published questions name the application form, the officer and the contact, the joint applicant and the licence or
notification number (seed 004 P-Q3, P-Q11, M-Q3, M-Q5, M-Q8), and ask for anti-virus software (P-Q1, M-Q1). Which papers
are to be attached is not published: the copies listed here are our decision and marked so, each on its own line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.application import Kind
from portal.domain.reach import UnitClass

_l = lazy_gettext


class Who(StrEnum):
    """Classes of applicants as the list tells them apart."""

    PRIVATE = "private"
    MUNICIPAL = "municipal"
    CONTRACTOR = "contractor"  # a public body together with a contractor (連名申請者)


WHO: dict[Who, LazyString] = {
    Who.PRIVATE: _l("民間職業紹介事業者等"),
    Who.MUNICIPAL: _l("地方自治体等"),
    Who.CONTRACTOR: _l("地方自治体等（受託団体と連名）"),
}

CLASSES: dict[UnitClass, LazyString] = {
    UnitClass.PRIVATE: WHO[Who.PRIVATE],
    UnitClass.MUNICIPAL: WHO[Who.MUNICIPAL],
}

_EVERY_KIND = frozenset(Kind)
_IN_USE = frozenset({Kind.USE, Kind.CHANGE, Kind.RENEWAL})
_EVERYBODY = frozenset(Who)
_PUBLIC_BODIES = frozenset({Who.MUNICIPAL, Who.CONTRACTOR})


@dataclass(frozen=True)
class Item:
    """One thing to bring or to make sure of. ours: not named in the published questions."""

    text: LazyString
    note: LazyString | None = None
    ours: bool = False
    who: frozenset[Who] = _EVERYBODY
    kinds: frozenset[Kind] = _EVERY_KIND


# In the order in which the papers are laid on the counter.
PAPERS = (
    Item(
        _l("「ハローワーク求職情報の提供サービス利用・変更・更新申請書」"),
        _l("様式は、ハローワークインターネットサービスに掲載されています。"),
        kinds=_IN_USE,
    ),
    Item(
        _l("利用停止のための様式"),
        _l("様式は、ハローワークインターネットサービスに掲載されています。"),
        kinds=frozenset({Kind.END}),
    ),
    Item(
        _l("このサイトで印刷した下書き（作った方だけ）"),
        _l("番号とQRコードで、労働局の担当者が内容をすぐに開けます。"),
        ours=True,
    ),
    Item(
        _l("職業紹介事業の許可証または届出の控えの写し"),
        _l("許可・届出番号を確かめるためです。"),
        ours=True,
        who=frozenset({Who.PRIVATE}),
        kinds=frozenset({Kind.USE, Kind.RENEWAL}),
    ),
    Item(
        _l("自らも職業紹介を行うときは、その通知または届出の控えの写し"),
        _l("職業紹介を行わず、番号のない団体は要りません。"),
        ours=True,
        who=_PUBLIC_BODIES,
        kinds=frozenset({Kind.USE, Kind.RENEWAL}),
    ),
    Item(
        _l("受託団体の許可・届出番号が分かるものの写し"),
        _l("受託団体も、職業紹介の許可または届出のある事業者でなければなりません。"),
        ours=True,
        who=frozenset({Who.CONTRACTOR}),
        kinds=_IN_USE,
    ),
    Item(
        _l("委託契約書の写し（契約の期間が分かるところ）"),
        _l("受託団体が利用できるのは、契約の期間の中だけです。"),
        ours=True,
        who=frozenset({Who.CONTRACTOR}),
        kinds=_IN_USE,
    ),
    Item(
        _l("申請日の前3か月以内に、常用就職が1件以上あることが分かるもの"),
        _l(
            "2016年の自治体向けの資料にある条件です。今も必要かどうかは確かめられていないため、労働局にお尋ねください。"
        ),
        ours=True,
        who=_PUBLIC_BODIES,
        kinds=frozenset({Kind.USE}),
    ),
)

# What must be settled before the form can be filled in.
READY = (
    Item(
        _l("個人情報管理・苦情処理責任者の氏名と連絡先"),
        _l("求職者への最初の案内に、必ず載ります。"),
        kinds=_IN_USE,
    ),
    Item(_l("連絡責任者の氏名と連絡先"), kinds=_IN_USE),
    Item(
        _l("許可・届出番号と、同じ番号で枝番だけが違う事業所の一覧"),
        _l("主たる事業所が、まとめて申請します。"),
        who=frozenset({Who.PRIVATE}),
        kinds=_IN_USE,
    ),
    Item(
        _l("利用する部署の一覧"),
        _l("部署ごとには申請しません。責任者が、利用する部署をすべて把握してください。"),
        who=_PUBLIC_BODIES,
        kinds=_IN_USE,
    ),
    Item(
        _l("受託団体の名称、許可・届出番号、契約の最初の日と最後の日"),
        who=frozenset({Who.CONTRACTOR}),
        kinds=_IN_USE,
    ),
    Item(
        _l("ウイルス対策ソフトの定義ファイルを最新にし、自動検査を有効にしてあること"),
        kinds=frozenset({Kind.USE, Kind.RENEWAL}),
    ),
    Item(
        _l("変わるところと、変わる日"),
        _l("新しい責任者が決まっていないときは、そのこともお書きください。"),
        kinds=frozenset({Kind.CHANGE}),
    ),
    Item(
        _l("今の利用期間の最後の日"),
        _l("団体の登録内容のページで確かめられます。"),
        kinds=frozenset({Kind.RENEWAL}),
    ),
    Item(
        _l("利用をやめる日と、その日までに返事を終えるやり取り"),
        _l("やめた日から後は、読むことだけができます。"),
        kinds=frozenset({Kind.END}),
    ),
    Item(
        _l("出す先の労働局"),
        _l("利用申請をした労働局です。"),
        kinds=frozenset({Kind.CHANGE, Kind.RENEWAL, Kind.END}),
    ),
)


def items(among: tuple[Item, ...], who: Who, kind: Kind) -> Iterator[Item]:
    """Those of a list that belong to this applicant and this procedure."""
    return (item for item in among if who in item.who and kind in item.kinds)

"""What the bureau (労働局) sends an organisation after looking at an application: approval, refusal, asking back.

Form and words of these letters are in no source of ours: they are our decision and say so. Nobody's telephone number
stands in them; whom to ask is the desk that received the papers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.documents.application_paper import CLASS_WORDS, KIND_WORDS
from portal.documents.typesetting import flowing, in_both_years, paper
from portal.domain.application import Kind
from portal.domain.reach import UnitClass


class LetterKind(StrEnum):
    """What the bureau decided."""

    APPROVED = "approved"  # 承認
    REFUSED = "refused"  # 不承認
    RETURNED = "returned"  # 補正依頼


@dataclass(frozen=True)
class Letter:
    """on: the day of the decision. reasons: of a refusal or an asking back, each an item; of an approval remarks.

    valid_from, valid_until: of the use, on an approval of 利用申請 or 更新. effective_on: from when a change holds, or the
    last day of use on 利用停止. answer_by: until when a correction is awaited, None where no day was named.
    """

    kind: LetterKind
    application: Kind
    number: str
    unit_class: UnitClass
    unit_number: str
    unit_name: str
    bureau_name: str
    on: date
    at: datetime
    reasons: Sequence[str] = ()
    received_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    effective_on: date | None = None
    answer_by: date | None = None
    demo: bool = False


_TITLE = {
    LetterKind.APPROVED: "承認のお知らせ",
    LetterKind.REFUSED: "不承認のお知らせ",
    LetterKind.RETURNED: "補正のお願い",
}
_ABOUT = "ハローワーク求職情報の提供サービスについて、"
_DECIDED = {
    LetterKind.APPROVED: _ABOUT + "次の申請を承認しました。",
    LetterKind.REFUSED: _ABOUT + "次の申請は、下の理由により承認しないことにしました。",
    LetterKind.RETURNED: _ABOUT
    + "次の申請に、直すところや足りないものがあります。下のとおり補正をお願いします。"
    + "審査は、補正の書類を受け取ってから続けます。",
}
_REASONS = {
    LetterKind.APPROVED: "連絡事項",
    LetterKind.REFUSED: "承認しない理由",
    LetterKind.RETURNED: "補正していただくこと",
}


def letter(told: Letter) -> bytes:
    """One PDF, of one page unless the reasons are long. The same letter gives the same bytes."""
    return paper(
        "letter",
        {
            "title": _TITLE[told.kind],
            "decided": _DECIDED[told.kind],
            "reasons_title": _REASONS[told.kind],
            "reasons": [flowing(reason) for reason in told.reasons],
            "number": told.number,
            "on": in_both_years(told.on),
            "unit_name": flowing(told.unit_name),
            "bureau_name": flowing(told.bureau_name),
            "rows": [[label, flowing(value)] for label, value in _rows(told)],
            "next": [flowing(step) for step in _next(told)],
            "demo": told.demo,
        },
        told.at,
    )


def _rows(told: Letter) -> list[tuple[str, str]]:
    rows = [
        ("申請の番号", told.number),
        ("手続き", KIND_WORDS[told.application]),
        ("申請区分", CLASS_WORDS[told.unit_class]),
        ("団体の番号", told.unit_number),
    ]
    if told.received_on:
        rows.append(("受付日", in_both_years(told.received_on)))
    if told.kind is LetterKind.APPROVED:
        if told.valid_from and told.valid_until:
            rows.append(
                (
                    "利用できる期間",
                    f"{in_both_years(told.valid_from)}から\n{in_both_years(told.valid_until)}まで",
                )
            )
        if told.effective_on:
            word = "利用の最後の日" if told.application is Kind.END else "変更の効力が生じる日"
            rows.append((word, in_both_years(told.effective_on)))
    if told.kind is LetterKind.RETURNED and told.answer_by:
        rows.append(("提出していただきたい日", f"{in_both_years(told.answer_by)}まで"))
    return rows


def _next(told: Letter) -> list[str]:
    match told.kind:
        case LetterKind.REFUSED:
            return [
                "承認しない理由がなくなったときは、改めて申請することができます。",
                "すでに利用している団体は、これまでに承認された内容のまま利用できます。"
                if told.application is not Kind.USE
                else "このお知らせによって、ほかの申請や、ほかの区分での利用が変わることはありません。",
            ]
        case LetterKind.RETURNED:
            return [
                "直した書類を、このお知らせと一緒に労働局に提出してください。番号で、前の書類と結び付けます。",
                "サイトで下書きを作った申請は、サイトで直して印刷し直すことができます。直しただけでは、提出したことになりません。",
                "申請をやめるときは、労働局にお申し出ください。",
            ]
    match told.application:
        case Kind.USE:
            return [
                "労働局がお渡しする「利用開始の用紙」のコードで、責任者と連絡責任者が利用を始められます。",
                "担当者は、責任者または連絡責任者がサイトから招待します。",
                "責任者や連絡責任者が変わるとき、受託団体を加えるときは、利用申請の変更の手続きをしてください。",
                "利用できる期間が終わると、それまでのやり取りを読むことだけができます。続けて利用するときは、期間が終わる前に更新の手続きをしてください。",
            ]
        case Kind.CHANGE:
            return ["効力が生じる日までは、これまでに承認された内容のまま利用してください。"]
        case Kind.RENEWAL:
            return ["これまでのやり取りや設定は、そのまま続きます。新しい手続きは必要ありません。"]
    return [
        "最後の日の翌日から、求職情報の検索と案内送信等はできなくなります。それまでのやり取りを読むことはできます。",
        "利用していた間の実績の報告は、利用をやめた後も必要です。",
    ]

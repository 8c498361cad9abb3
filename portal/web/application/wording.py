"""Kinds, states and steps of an application in the words of whoever applies.

The same words stand on the pages without an account (`/apply`) and on those of a unit (`/provider/applications`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.application import Act, Kind, Part, Party, State, Step

_l = lazy_gettext


@dataclass(frozen=True)
class StateWords:
    """A state in a word, the kind of its tag, what it means for the applicant, and what to do next."""

    name: LazyString
    tag: str
    meaning: LazyString
    advice: LazyString


KINDS: Mapping[Kind, LazyString] = {
    Kind.USE: _l("利用申請"),
    Kind.CHANGE: _l("利用申請の変更"),
    Kind.RENEWAL: _l("更新"),
    Kind.END: _l("利用停止"),
}

STATES: Mapping[State, StateWords] = {
    State.DRAFT: StateWords(
        _l("作成中"),
        "neutral",
        _l("まだ申請していません。続きを書けます。"),
        _l("すべて書けたら、番号の付いた紙を作ってください。"),
    ),
    State.READY: StateWords(
        _l("提出待ち"),
        "warning",
        _l("番号の付いた紙ができています。まだ申請していません。"),
        _l("紙を印刷し、ほかの書類といっしょに、労働局に持っていくか送ってください。"),
    ),
    State.RECEIVED: StateWords(
        _l("受付済み・審査中"),
        "info",
        _l("労働局が書類を受け付け、内容を確かめています。"),
        _l("結果をお待ちください。"),
    ),
    State.RETURNED: StateWords(
        _l("補正待ち"),
        "error",
        _l("労働局が、書類の補正を求めています。"),
        _l("下の理由を読み、内容を直した紙を、もう一度労働局に出してください。"),
    ),
    State.APPROVED: StateWords(
        _l("承認"),
        "success",
        _l("労働局が認めました。"),
        _l("通知書に、利用できる期間などが書かれています。"),
    ),
    State.REFUSED: StateWords(
        _l("不承認"),
        "error",
        _l("労働局は認めませんでした。"),
        _l("通知書に、理由が書かれています。"),
    ),
    State.WITHDRAWN: StateWords(
        _l("取下げ"),
        "neutral",
        _l("取り下げられました。"),
        _l("必要なときは、新しく申請してください。"),
    ),
}

# What the history says: by whom and what. What is missing here is not told.
HISTORY: Mapping[tuple[Act, Party], LazyString] = {
    (Act.START, Party.APPLICANT): _l("下書きを作り始めました"),
    (Act.FINISH, Party.APPLICANT): _l("番号の付いた紙を作りました"),
    (Act.REOPEN, Party.APPLICANT): _l("下書きに戻しました"),
    (Act.TAKE_IN, Party.BUREAU): _l("労働局が、紙の書類を受け付けました"),
    (Act.AMEND, Party.BUREAU): _l("労働局が、書類に合わせて内容を直しました"),
    (Act.RECEIVE, Party.BUREAU): _l("労働局が、書類を受け付けました"),
    (Act.ASK_BACK, Party.BUREAU): _l("労働局が、補正を求めました"),
    (Act.APPROVE, Party.BUREAU): _l("労働局が、認めました"),
    (Act.REFUSE, Party.BUREAU): _l("労働局は、認めませんでした"),
    (Act.WITHDRAW, Party.BUREAU): _l("取り下げられました"),
    (Act.APPLY, Party.CLOCK): _l("登録の内容に反映されました"),
}
CORRECTED = _l("直し終えたことを記録しました")
"""Finishing once more, while something is asked back."""

STEPS: Mapping[Step, LazyString] = {
    Step.APPLICANT: _l("申請する団体"),
    Step.ORGANISATION: _l("団体の名称と所在地"),
    Step.PEOPLE: _l("責任者と連絡責任者"),
    Step.PLACES: _l("事業所と部署"),
    Step.CONTRACTORS: _l("受託団体（連名申請者）"),
    Step.UNDERTAKINGS: _l("確認していただくこと"),
    Step.CHANGE: _l("変わるところ"),
    Step.ENDING: _l("利用停止の内容"),
}

PARTS: Mapping[Part, LazyString] = {
    Part.ORGANISATION: _l("団体の名称や所在地"),
    Part.PEOPLE: _l("個人情報管理・苦情処理責任者、連絡責任者"),
    Part.PLACES: _l("事業所（枝番）、部署"),
    Part.CONTRACTORS: _l("受託団体（連名申請者）と契約の期間"),
}

"""Reason codes in words: what happened, and what to do next.

Rules refuse with a short code; here it becomes a sentence for the person in front of the screen. A code without an
entry gets the general sentence, never the code itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.refusal import Refusal
from portal.web.rendering import day, moment, number


@dataclass(frozen=True)
class Words:
    """What happened, and what to do next ("" when there is nothing to do)."""

    sentence: str
    advice: str = ""


_l = lazy_gettext
Entry = tuple[LazyString, LazyString | None]

# Sentences may name the refusal's facts, which are numbers and days only.
_REFUSALS: Mapping[str, Entry] = {
    "not_found": (
        _l("お探しのものは見つかりませんでした。"),
        _l("一覧のページから、もう一度お選びください。"),
    ),
    "forbidden": (
        _l("この操作は、今のお立場では行えません。"),
        _l("必要な場合は、団体の責任者または窓口の担当者にご相談ください。"),
    ),
    "unreachable": (
        _l("現在、この方には送信できません。"),
        _l("送信可能な件数は減っていません。理由はお知らせしていません。"),
    ),
    "limit_reached": (
        _l("今日送信できる件数（1日%(limit)s件）を超えるため、1件も送信していません。"),
        _l("%(resets_at)s を過ぎると、また送信できます。"),
    ),
    "sending_closed": (
        _l("現在、送信を停止しています。"),
        _l("再開までお待ちください。文章は控えを取っておいてください。"),
    ),
    "officer_missing": (
        _l("個人情報管理・苦情処理責任者の連絡先が登録されていないため、送信できません。"),
        _l("申請先の労働局に、利用申請の変更を届け出てください。"),
    ),
    "suspended": (
        _l("利用が止められているため、送信できません。"),
        _l("申請先の労働局にお問い合わせください。"),
    ),
    "not_yet_valid": (
        _l("利用を始められる日の前なので、送信できません。"),
        _l("利用開始日になってから、もう一度お試しください。"),
    ),
    "validity_ended": (
        _l("利用の期間が終わっているため、送信できません。"),
        _l("申請先の労働局で、更新の手続きをしてください。"),
    ),
    "application_ended": (
        _l("利用が終了しているため、送信できません。"),
        _l("また利用するには、労働局への申請が必要です。"),
    ),
    "not_approved": (
        _l("利用申請がまだ認められていないため、送信できません。"),
        _l("申請先の労働局にお問い合わせください。"),
    ),
    "conflict": (
        _l("ほかの画面またはほかの人の操作で、内容が変わっていました。"),
        _l("前のページを開き直して、今の内容をご確認ください。"),
    ),
    "invalid": (
        _l("入力された内容に、受け付けられないところがあります。"),
        _l("前のページに戻り、内容をご確認ください。"),
    ),
}

_GENERAL: Entry = (
    _l("この操作は受け付けられませんでした。"),
    _l("前のページを開き直して、もう一度お試しください。"),
)


def words_of(refusal: Refusal) -> Words:
    """The sentence and advice for a refusal, with its numbers and days put in."""
    sentence, advice = _REFUSALS.get(refusal.reason) or _REFUSALS.get(refusal.default_reason) or _GENERAL
    facts = {name: _shown(value) for name, value in refusal.facts.items()}
    return Words(_filled(sentence, facts), _filled(advice, facts) if advice is not None else "")


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return number(value) if isinstance(value, int) else gettext("記載なし")


def _filled(text: LazyString, facts: Mapping[str, str]) -> str:
    return str(text) % facts if facts else str(text)

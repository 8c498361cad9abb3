"""States and reasons in the words of a labour bureau."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.application import Kind, State
from portal.domain.bureau_desk import Order, UnitState
from portal.services.application_view import CasePage
from portal.services.bureau_desk import UnitLine, Work
from portal.services.bureau_unit import RecordRow
from portal.web.rendering import day, number

_l = lazy_gettext

CLASSES: Mapping[str, LazyString] = {
    "private": _l("民間職業紹介事業者等"),
    "municipal": _l("地方自治体等"),
}

# By the words of portal.domain.standing, and those of portal.domain.bureau_desk.shown_state.
STATES: Mapping[str, tuple[LazyString, str]] = {
    "in_use": (_l("利用中"), "success"),
    "due": (_l("利用中（期限が近い）"), "warning"),
    "application_ended": (_l("利用停止"), "neutral"),
    "not_yet_valid": (_l("利用開始日の前"), "info"),
    "validity_ended": (_l("有効期間の終了"), "neutral"),
    "suspended": (_l("停止の措置中"), "error"),
    "officer_missing": (_l("責任者の記録なし"), "warning"),
    "officer_left": (_l("責任者が不在"), "warning"),
    "not_approved": (_l("承認の前"), "neutral"),
}

# What a clerk can ask for, in the order of the list.
WANTED: Mapping[UnitState, LazyString] = {
    UnitState.IN_USE: _l("利用中（送信できる）"),
    UnitState.DUE: _l("有効期間がまもなく終わる"),
    UnitState.OVER_LATELY: _l("最近終わった"),
    UnitState.OVER: _l("有効期間が終わった（更新なし）"),
    UnitState.SUSPENDED: _l("停止の措置中"),
    UnitState.LIMITED: _l("送信の上限を下げている"),
    UnitState.NO_OFFICER: _l("責任者がいない"),
    UnitState.NOT_YET: _l("利用開始日の前"),
    UnitState.ENDED: _l("利用停止の手続き済み"),
}

ROLES: Mapping[str, LazyString] = {
    "officer": _l("個人情報管理・苦情処理責任者"),
    "contact": _l("連絡責任者"),
    "member": _l("利用する人"),
}

# What a closed unit cannot do, by the words of portal.domain.standing; the weightiest says most.
CLOSED: Mapping[str, LazyString] = {
    "not_approved": _l("まだ承認されていないため、何もできません。"),
    "application_ended": _l("利用停止の手続きが済んでいるため、求職者を探すことも送ることもできません。"),
    "not_yet_valid": _l("利用開始日の前のため、求職者を探すことも送ることもできません。"),
    "validity_ended": _l(
        "有効期間が終わったため、求職者を探すことも送ることもできません。これまでのやり取りは読めます。"
    ),
    "suspended": _l(
        "停止の措置中のため、求職者を探すことも送ることもできません。これまでのやり取りは読めます。"
    ),
    "officer_missing": _l("責任者が記録されていないため、送信できません。"),
    "officer_left": _l("責任者が不在で後任の記録がないため、送信できません。"),
}

_RECORD: Mapping[str, LazyString] = {
    "name": _l("団体の名前"),
    "kana": _l("フリガナ"),
    "number_shown": _l("許可・届出番号など"),
    "corporation_number": _l("法人番号"),
    "officer_name": _l("個人情報管理・苦情処理責任者"),
    "officer_contact": _l("責任者の連絡先"),
    "contact_name": _l("連絡責任者"),
    "contact_contact": _l("連絡責任者の連絡先"),
}

ORDERS: Mapping[Order, LazyString] = {
    Order.NAME: _l("名前の順"),
    Order.END: _l("有効期間の終わりが早い順"),
}


def state_words(state: str) -> tuple[str, str]:
    """The word for a unit's state and the kind of its tag."""
    text, kind = STATES[state]
    return str(text), kind


def why_shown(line: UnitLine, today: date) -> str:
    """Why a unit stands in a list, in one sentence with its day."""
    match line.state:
        case "application_ended":
            return gettext("利用停止の手続きが済んでいます。")
        case "validity_ended":
            return gettext("有効期間が%(last)sに終わりました。", last=day(line.valid_until))
        case "not_yet_valid":
            return gettext("%(first)sから利用できます。", first=day(line.valid_from))
        case "suspended" if line.suspended_from and line.suspended_until:
            return gettext(
                "%(first)sから%(last)sまで停止の措置をとっています。",
                first=day(line.suspended_from),
                last=day(line.suspended_until),
            )
        case "suspended" if line.suspended_from:
            return gettext("%(first)sから停止の措置をとっています。", first=day(line.suspended_from))
        case "officer_missing":
            return gettext("責任者が記録されていないため、送信できません。")
        case "officer_left" if line.officer_left_on:
            return gettext(
                "責任者が%(first)sから不在で、後任の記録がないため、送信できません。",
                first=day(line.officer_left_on),
            )
        case "due":
            return days_left(line.valid_until, today)
    return ""


def until_words(last: date, today: date) -> str:
    """Until when something goes on, or when it ended."""
    if last < today:
        return gettext("%(last)sに終わりました。", last=day(last))
    return days_left(last, today)


def days_left(last: date, today: date) -> str:
    """How many days are left, for a last day that stands beside it."""
    if last == today:
        return gettext("今日で終わります。")
    return gettext("あと%(days)s日で終わります。", days=number((last - today).days))


def work_words(work: Work, today: date) -> str:
    """Why an application is on the desk, and how far it is."""
    line = work.line
    if line.state is State.RETURNED:
        if line.corrected:
            return gettext("申請者が補正の内容を入力しました。書類が届いたら、受け付けてください。")
        return gettext("申請者の補正を待っています（最後の動き：%(day)s）。", day=day(line.touched_on))
    days = number((today - line.received_on).days + 1) if line.received_on else "1"
    if not work.looked_at:
        return gettext("受付から%(days)s日目。まだ確認していません。", days=days)
    return gettext(
        "受付から%(days)s日目。確認を%(count)s件記録しました。", days=days, count=number(work.looked_at)
    )


def default_period(case: CasePage, today: date) -> str:
    """The first day that an approval suggests: after the validity that runs, else today. No length is suggested."""
    running = case.target.valid_until if case.target and case.line.kind is Kind.RENEWAL else None
    first = running + timedelta(days=1) if running and running >= today else today
    return first.isoformat()


def in_words(words: Mapping[str, LazyString]) -> dict[str, str]:
    """A table of words in the reader's language, for templates."""
    return {code: str(text) for code, text in words.items()}


def closed_words(reason: str) -> str:
    """What a unit cannot do, and why."""
    return str(CLOSED[reason])


@dataclass(frozen=True)
class Version:
    """One version of an approved record in words; rows: what differs from the version before, or all of the first."""

    number: int
    recorded_at: datetime
    by: str
    rows: list[tuple[str, str]]


def version_rows(records: Sequence[RecordRow]) -> list[Version]:
    """The versions of a record, the one in force first, each with what it changed."""
    told: list[dict[str, str]] = [
        {name: getattr(row.record, name, "") for name in _RECORD} | {"number_shown": row.number_shown}
        for row in records
    ]
    return [
        Version(
            row.version,
            row.recorded_at,
            row.by,
            [(str(_RECORD[name]), value) for name, value in now.items() if value != before.get(name, "")],
        )
        for row, now, before in zip(records, told, [*told[1:], {}], strict=True)
    ]

"""The record of what was done with a seeker's data, in plain words."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.correction import State
from portal.services.own_log import By, Entry, Event, Group
from portal.web.outcome import answer_name
from portal.web.rendering import day

_l = lazy_gettext

GROUPS: Mapping[Group, LazyString] = {
    Group.ALL: _l("すべて"),
    Group.VIEWS: _l("求職情報を開いた団体"),
    Group.MESSAGES: _l("届いた案内と返事"),
    Group.CONSENTS: _l("同意"),
    Group.BLOCKS: _l("ブロック"),
    Group.CASES: _l("相談・苦情"),
    Group.READINGS: _l("職員が読んだ記録"),
    Group.REGISTRATION: _l("登録と手続き"),
}

_LINES: Mapping[Event, LazyString] = {
    Event.REGISTERED: _l("登録されました。"),
    Event.ACTIVATED: _l("窓口で出されたコードで、このサイトの利用が始まりました。"),
    Event.SHEET: _l("新しい用紙（コード）が渡されました。"),
    Event.PASSWORD_BY_CODE: _l("窓口で出されたコードで、新しいパスワードが決められました。"),
    Event.SECOND_FACTOR_BY_CODE: _l("窓口で出されたコードで、二段階認証が外されました。"),
    Event.IDENTITY: _l("氏名や連絡先などの登録が直されました。"),
    Event.DATA: _l("求職情報の内容が変わりました。"),
    Event.SCHOOL: _l("学校の状況の登録が変わりました。"),
    Event.TEXT_SHOWN: _l("文章の確認が終わり、公開されました。"),
    Event.TEXT_REFUSED: _l("文章の確認が終わり、公開しないことになりました。"),
    Event.STOPPED: _l("利用をやめました。"),
    Event.RESTARTED: _l("利用がまた始まりました。"),
    Event.CORRECTION_ASKED: _l("登録の訂正を申し出ました。"),
    Event.TAKEN: _l("あなたの情報をまとめたファイルを受け取りました。"),
    Event.IDENTITY_READ: _l("手続きの画面で、登録の内容（氏名や連絡先を含む）を開きました。"),
    Event.HISTORY_READ: _l("登録の変更の履歴（前の氏名や連絡先を含む）を開きました。"),
    Event.TEXT_READ: _l("公開してよいかを確かめるため、あなたの文章を読みました。"),
    Event.CORRECTION_READ: _l("答えるため、訂正の申出を読みました。"),
}

_WITH_NAME: Mapping[Event, LazyString] = {
    Event.REPORTED: _l("%(names)sからのメッセージを報告しました。"),
    Event.PAID_EXPLAINED: _l("%(names)sが、職業紹介にかかる料金を説明したと記録しました。"),
    Event.PAID_WISHED: _l("%(names)sの有料サービスの案内を希望しました。"),
    Event.PAID_WISH_ENDED: _l("%(names)sの有料サービスの案内の希望を取り下げました。"),
    Event.PAID_ASKED: _l("%(names)sから、有料サービスを受けるかどうか尋ねられました。"),
    Event.PAID_CONSENTED: _l("%(names)sの有料サービスを承諾しました。"),
    Event.PAID_REFUSED: _l("%(names)sの有料サービスを断りました。"),
    Event.PAID_WITHDRAWN: _l("%(names)sの有料サービスの承諾を取り消しました。"),
    Event.PAID_GIVEN: _l("%(names)sが、有料サービスを行ったと記録しました。"),
}

_CASES: Mapping[Event, LazyString] = {
    Event.CASE_OPENED: _l("%(names)sについて、相談・苦情（%(case)s）を申し出ました。"),
    Event.CASE_EXAMINED: _l("相談・苦情（%(case)s）の対応を始めました。"),
    Event.CASE_WRITTEN: _l("相談・苦情（%(case)s）について、あなたに書きました。"),
    Event.CASE_ASKED: _l("相談・苦情（%(case)s）について、相手に問い合わせました。"),
    Event.CASE_ANSWERED: _l("相談・苦情（%(case)s）に回答しました。"),
    Event.CASE_REPLIED: _l("相談・苦情（%(case)s）に書きました。"),
    Event.CASE_HANDED_OVER: _l("相談・苦情（%(case)s）を引き継ぎました。"),
    Event.CASE_SETTLED: _l("相談・苦情（%(case)s）を解決としました。"),
    Event.CASE_CLOSED: _l("相談・苦情（%(case)s）を終わりにしました。"),
    Event.CASE_REOPENED: _l("相談・苦情（%(case)s）を、もう一度始めました。"),
}


def log_line(entry: Entry) -> str:
    """What happened, as one sentence."""
    named = "".join(gettext("「%(name)s」", name=name) for name in entry.units)
    if entry.event in _CASES:
        return _case(entry, named)
    if entry.event in _WITH_NAME:
        return str(_WITH_NAME[entry.event]) % {"names": named}
    match entry.event:
        case Event.DATA if entry.held:
            return gettext("求職情報の内容が変わりました。文章の一部は、確認が終わるまで公開されません。")
        case Event.RANGE:
            return gettext("見せる範囲が変わりました：%(range)s", range=_range(entry))
        case Event.VALIDITY if entry.day is not None:
            return gettext("求職の登録の有効期限が%(day)sになりました。", day=day(entry.day))
        case Event.VALIDITY:
            return gettext("求職の登録の有効期限が変わりました。")
        case Event.TERMS if entry.day is not None:
            return gettext("利用規約（%(day)sからの版）に同意しました。", day=day(entry.day))
        case Event.TERMS:
            return gettext("利用規約に同意しました。")
        case Event.RECEIVED:
            return gettext("%(names)sからメッセージが届きました。", names=named)
        case Event.ANSWERED:
            return gettext(
                "%(names)sに返事をしました（%(answer)s）。",
                names=named,
                answer=answer_name(entry.answer or "text"),
            )
        case Event.BLOCKED:
            return gettext("%(names)sをブロックしました。", names=named)
        case Event.UNBLOCKED:
            return gettext("%(names)sのブロックをやめました。", names=named)
        case Event.CORRECTION_ANSWERED if entry.answer == State.CORRECTED:
            return gettext("訂正の申出に回答しました（訂正しました）。")
        case Event.CORRECTION_ANSWERED:
            return gettext("訂正の申出に回答しました（訂正していません）。")
        case Event.TRANSCRIPT_READ if entry.case_number:
            return gettext(
                "相談・苦情（%(case)s）を扱うため、%(names)sとのやり取りの写しを読みました。",
                case=entry.case_number,
                names=named,
            )
        case Event.TRANSCRIPT_READ:
            return gettext("相談を扱うため、%(names)sとのやり取りの写しを読みました。", names=named)
        case _:
            return str(_LINES[entry.event])


def _case(entry: Entry, named: str) -> str:
    if entry.event is Event.CASE_OPENED and entry.by is By.UNIT:
        return gettext("あなたとのやり取りについて、相談（%(case)s）を申し出ました。", case=entry.case_number)
    return str(_CASES[entry.event]) % {"case": entry.case_number, "names": named}


def log_place(entry: Entry) -> str:
    """Who did it, in kind only; offices and bureaus by their name, staff never."""
    match entry.by:
        case By.SEEKER:
            return gettext("あなた")
        case By.OFFICE:
            return entry.place or gettext("ハローワークの窓口")
        case By.BUREAU:
            return entry.place or gettext("労働局")
        case By.HOLDER:
            return gettext("コードを入力した人")
        case By.UNIT:
            return entry.units[0] if entry.units else gettext("団体")
        case _:
            return gettext("このサイト")


def _range(entry: Entry) -> str:
    chosen = [
        (entry.range_private, gettext("民間職業紹介事業者等")),
        (entry.range_municipal, gettext("地方自治体等")),
    ]
    return gettext("、").join(name for holds, name in chosen if holds)

"""What a seeker is told about their own standing and log, in plain words."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.reach import Cause
from portal.services.own_log import Entry, Event
from portal.services.own_reach import OwnReach
from portal.web.outcome import answer_name
from portal.web.rendering import day, moment

_l = lazy_gettext


@dataclass(frozen=True)
class Told:
    """One reason why nothing is shown, and what to do about it."""

    sentence: str
    advice: str


def reasons(reach: OwnReach, today: date, office: str) -> list[Told]:
    """Why organisations do not see the seeker, each with what to do; empty when they do."""
    return [_reason(cause, reach, today, office) for cause in reach.hindrances]


def _reason(cause: Cause, reach: OwnReach, today: date, office: str) -> Told:
    match cause:
        case Cause.STOPPED:
            since = reach.stopped_at
            sentence = (
                gettext("%(at)sから、利用をやめています。", at=moment(since))
                if since
                else gettext("利用をやめています。")
            )
            return Told(
                sentence,
                gettext("また利用したいときは、%(office)sで手続きをしてください。", office=office),
            )
        case Cause.REGISTRATION if today < reach.valid_from:
            return Told(
                gettext("求職の登録が始まる前です。"),
                gettext("%(day)sになると、公開されます。", day=day(reach.valid_from)),
            )
        case Cause.REGISTRATION:
            return Told(
                gettext("求職の登録の有効期限（%(day)s）が過ぎています。", day=day(reach.valid_until)),
                gettext("%(office)sで登録をまた有効にすると、公開されます。", office=office),
            )
        case Cause.SCHOOL if reach.excluded_until is not None:
            return Told(
                gettext(
                    "学校を卒業した方は、%(day)sまでは利用できない決まりです。",
                    day=day(reach.excluded_until),
                ),
                gettext("次の日から、手続きをしなくても公開されます。"),
            )
        case Cause.SCHOOL:
            return Told(
                gettext("学校の生徒の方は、利用できない決まりです。"),
                gettext(
                    "卒業したときや、登録の内容が違うときは、%(office)sにお知らせください。", office=office
                ),
            )
        case Cause.TERMS:
            return Told(
                gettext("今の利用規約に、まだ同意していません。"),
                gettext("利用規約をお読みになり、同意されると公開されます。"),
            )
        case _:
            return Told(
                gettext("求職情報がまだ登録されていません。"),
                gettext("%(office)sで登録してください。", office=office),
            )


def office_name(name: str) -> str:
    """The office to go to; without a name simply the counter."""
    return gettext("%(office)sの窓口", office=name) if name else gettext("ハローワークの窓口")


_LINES: dict[Event, LazyString] = {
    Event.REGISTERED: _l("登録されました。"),
    Event.ACTIVATED: _l("このサイトの利用を始めました。"),
    Event.SHEET: _l("新しい用紙（コード）が渡されました。"),
    Event.IDENTITY: _l("氏名や連絡先などの登録が直されました。"),
    Event.DATA: _l("求職情報の内容が変わりました。"),
    Event.SCHOOL: _l("学校の状況の登録が変わりました。"),
    Event.TEXT_SHOWN: _l("文章の確認が終わり、公開されました。"),
    Event.TEXT_REFUSED: _l("文章の確認が終わり、公開しないことになりました。"),
    Event.STOPPED: _l("利用をやめました。"),
    Event.RESTARTED: _l("利用がまた始まりました。"),
}


def log_line(entry: Entry) -> str:
    """What happened, as one sentence."""
    named = "".join(gettext("「%(name)s」", name=name) for name in entry.units)
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
        case _:
            return str(_LINES[entry.event])


def log_place(entry: Entry) -> str:
    """Who did it, in kind only."""
    if entry.by_office:
        return gettext("ハローワークの窓口")
    if entry.by_seeker:
        return gettext("あなた")
    return gettext("団体") if entry.event is Event.RECEIVED else gettext("このサイト")


def _range(entry: Entry) -> str:
    chosen = [
        (entry.range_private, gettext("民間職業紹介事業者等")),
        (entry.range_municipal, gettext("地方自治体等")),
    ]
    return gettext("、").join(name for holds, name in chosen if holds)

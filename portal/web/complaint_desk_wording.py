"""Complaints in the words of a desk at a ハローワーク or 労働局: what happened, what each act does, what is called to mind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.complaint import Act, Desk, DeskPlace, Opener, Side, State
from portal.domain.complaint_desk import REMIND_AFTER, Wanted
from portal.services.complaint_case import DeskCase, DeskEvent, DeskLine
from portal.web.rendering import day, number

_l = lazy_gettext

WANTED: Mapping[Wanted, LazyString] = {
    Wanted.LIVE: _l("終わっていないもの"),
    Wanted.NEW: _l("新しい書き込みがあるもの"),
    Wanted.DUE: _l("内部の確認日が来たもの"),
    Wanted.ALL: _l("終わったものも含めてすべて"),
}

# What happened. Whoever wrote stands in the sentence by the words of PARTY.
_BY_DESK: Mapping[Act, LazyString] = {
    Act.EXAMINE: _l("対応を始めました"),
    Act.WRITE: _l("申し出た%(opener)sに書きました"),
    Act.ASK: _l("%(other)sに照会しました"),
    Act.ANSWER: _l("申し出た%(opener)sに回答しました"),
    Act.HAND_OVER: _l("%(place)sに引き継ぎました"),
    Act.SETTLE: _l("解決として終えました"),
    Act.CLOSE: _l("終了しました"),
    Act.REOPEN: _l("再開しました"),
}
_BY_OPENER: Mapping[Act, LazyString] = {
    Act.OPEN: _l("%(opener)sが申し出ました"),
    Act.REPLY: _l("申し出た%(opener)sが書きました"),
    Act.SETTLE: _l("申し出た%(opener)sが、解決したとしました"),
    Act.CLOSE: _l("申し出た%(opener)sが取り下げました"),
    Act.REOPEN: _l("申し出た%(opener)sが、解決していないとして再開しました"),
}
_BY_OTHER: Mapping[Act, LazyString] = {Act.REPLY: _l("%(other)sが書きました")}
_SAID: Mapping[Side, Mapping[Act, LazyString]] = {
    Side.DESK: _BY_DESK,
    Side.OPENER: _BY_OPENER,
    Side.OTHER: _BY_OTHER,
}


@dataclass(frozen=True)
class Said:
    """One line of the history in words. readers: who beside the desk reads its text."""

    at: datetime
    what: str
    by: str
    text: str
    readers: str


@dataclass(frozen=True)
class ActWords:
    """One way to write: its title, its button, what it does, the label of the text, what is said afterwards."""

    title: str
    button: str
    effect: str
    label: str
    done: str
    warns: bool = False


def parties(opened_by: Opener) -> dict[str, str]:
    """How both sides are called in the sentences of a case."""
    seeker, unit = gettext("求職者"), gettext("団体")
    opener, other = (seeker, unit) if opened_by is Opener.SEEKER else (unit, seeker)
    return {"opener": opener, "other": other}


def place_name(place: DeskPlace, names: Mapping[tuple[Desk, str], str]) -> str:
    """The name of a desk: of the office or bureau, as the tables call it."""
    return names.get((place.desk, place.code), place.code)


def said(case: DeskCase, names: Mapping[tuple[Desk, str], str]) -> list[Said]:
    """The history, oldest line first."""
    return [_said(event, case.line.opened_by, names) for event in case.history]


def _said(event: DeskEvent, opened_by: Opener, names: Mapping[tuple[Desk, str], str]) -> Said:
    words = _SAID[event.side][event.act]
    what = str(words) % {**parties(opened_by), "place": place_name(event.place, names)}
    return Said(event.at, what, event.by, event.text, _readers(event) if event.text else "")


def _readers(event: DeskEvent) -> str:
    if event.for_seeker and event.for_unit:
        return gettext("求職者と団体が読めます")
    if event.for_seeker:
        return gettext("求職者が読めます")
    return gettext("団体が読めます") if event.for_unit else gettext("担当だけが読めます")


def act_words(act: Act, case: DeskCase) -> ActWords:
    """What an act is called and what it does, for this case."""
    who = parties(case.line.opened_by)
    sees = case.unit_sees if case.line.opened_by is Opener.SEEKER else case.seeker_sees
    only = gettext("書いた文は、申し出た%(opener)sが読みます。%(other)sには見えません。", **who)
    result = gettext("結果（申し出た%(opener)sが読みます）", **who)
    match act:
        case Act.WRITE:
            return ActWords(
                gettext("申し出た%(opener)sに書く", **who),
                gettext("送る"),
                gettext("くわしい事情を聞くとき、途中の様子を知らせるときに使います。") + only,
                gettext("文章"),
                gettext("申し出た%(opener)sに送りました。", **who),
            )
        case Act.ASK:
            first = gettext(
                "送ると、%(other)sは、この申出があることと、下に書いた文を知ります。送ったあとで取り消すことはできません。"
                "申し出た文章とやり取りの控えは、%(other)sには見えません。",
                **who,
            )
            again = gettext("書いた文は、%(other)sが読みます。申し出た%(opener)sには見えません。", **who)
            return ActWords(
                gettext("%(other)sに照会する", **who),
                gettext("照会する"),
                again if sees else first,
                gettext("%(other)sへの文章", **who),
                gettext("%(other)sに照会しました。", **who),
                warns=not sees,
            )
        case Act.ANSWER:
            return ActWords(
                gettext("申し出た%(opener)sに回答する", **who),
                gettext("回答する"),
                only,
                gettext("回答"),
                gettext("申し出た%(opener)sに回答しました。", **who),
            )
        case Act.SETTLE:
            return ActWords(
                gettext("解決として終える"),
                gettext("解決として終える"),
                gettext(
                    "あとで解決していないと分かったときは、申し出た%(opener)sも、この窓口も、再開できます。",
                    **who,
                ),
                result,
                gettext("解決として終えました。"),
            )
        case Act.CLOSE:
            return ActWords(
                gettext("終了する"),
                gettext("終了する"),
                gettext(
                    "解決しないまま終えます。終了した申出は、再開できません。必要なときは、新しく申し出てもらいます。"
                ),
                result,
                gettext("終了しました。"),
                warns=True,
            )
    return ActWords(
        gettext("再開する"),
        gettext("再開する"),
        only,
        gettext("再開する理由（申し出た%(opener)sが読みます）", **who),
        gettext("再開しました。"),
    )


def reminder_words(line: DeskLine, today: date) -> str:
    """Why a case is called to mind, or when it will be; "" for one that is over."""
    if line.reminder is None:
        return ""
    if not line.due:
        return gettext("内部の確認日：%(day)s", day=day(line.reminder))
    if line.own_reminder:
        return gettext("内部の確認日（%(day)s）が来ています。", day=day(line.reminder))
    return gettext(
        "%(days)s日、動きがありません（内部の確認日：%(day)s）。",
        days=number(REMIND_AFTER[line.state] + (today - line.reminder).days),
        day=day(line.reminder),
    )


def usual_reminders() -> list[tuple[State, str]]:
    """The usual days of the internal reminders, for the note on the list."""
    return [(state, number(days)) for state, days in REMIND_AFTER.items()]

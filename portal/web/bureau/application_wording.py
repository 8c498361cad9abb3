"""Applications in the words of a labour bureau: what they are, what happened, what deciding would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import get_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.calendar.era import format_era
from portal.domain.application import Act, Kind, Party, Result, Source, State
from portal.domain.application_decision import Decision, Way
from portal.services.application_view import ApplicationLine, CasePage, CheckLine, HistoryLine
from portal.web.application.papers import effective_day
from portal.web.application.wording import KINDS, STATES
from portal.web.rendering import day

_l = lazy_gettext

SOURCES: Mapping[Source, LazyString] = {
    Source.PORTAL: _l("サイトで作成"),
    Source.PAPER: _l("紙から入力"),
}

RESULTS: Mapping[Result, LazyString] = {
    Result.OK: _l("問題なし"),
    Result.MISSING: _l("不足・問題あり"),
    Result.NOT_APPLICABLE: _l("該当しない"),
}

WHY_ALIKE: Mapping[str, LazyString] = {
    "number": _l("番号が同じ"),
    "corporation": _l("法人番号が同じ"),
    "name": _l("名前が同じ"),
}

# What happened, as the bureau tells it.
HISTORY: Mapping[tuple[Act, Party], LazyString] = {
    (Act.START, Party.APPLICANT): _l("申請者がサイトで作り始めました"),
    (Act.FINISH, Party.APPLICANT): _l("申請者が番号の付いた紙を作りました"),
    (Act.REOPEN, Party.APPLICANT): _l("申請者が下書きに戻しました"),
    (Act.TAKE_IN, Party.BUREAU): _l("紙の申請を受け付けて入力しました"),
    (Act.AMEND, Party.BUREAU): _l("書類に合わせて内容を直しました"),
    (Act.RECEIVE, Party.BUREAU): _l("書類を受け付けました"),
    (Act.ASK_BACK, Party.BUREAU): _l("補正を求めました"),
    (Act.APPROVE, Party.BUREAU): _l("承認しました"),
    (Act.REFUSE, Party.BUREAU): _l("不承認にしました"),
    (Act.WITHDRAW, Party.BUREAU): _l("取下げを記録しました"),
}
_CORRECTED = _l("申請者が補正の内容を入力しました")
_APPLIED = _l("効力の生じる日になり、団体の記録に反映しました")

# Where the source of an item is not official, it says so.
CONFIDENCE: Mapping[str, LazyString] = {
    "secondary": _l("二次的な資料による"),
    "unverified": _l("確認できていない"),
    "own_decision": _l("このサイト独自の決まり"),
}

# Ready sentences for asking back; each can be sent as it is. Ours.
PHRASES: tuple[LazyString, ...] = (
    _l("申請書に記載のないところがあります。お書きください。"),
    _l("職業紹介事業の許可証、または届出・通知が受理されたことの分かる書類の写しを提出してください。"),
    _l("許可・届出番号が、提出された書類と合いません。番号をご確認ください。"),
    _l("個人情報管理・苦情処理責任者の氏名と連絡先をお書きください。"),
    _l("連絡責任者の氏名と連絡先をお書きください。"),
    _l("アンチウィルスソフトウェアの利用についての確認をお願いします。"),
)
# Only where a public body applies.
PHRASES_OF_BODIES: tuple[LazyString, ...] = (
    _l("受託団体の許可証または届出が受理されたことの分かる書類の写しを提出してください。"),
    _l("委託契約の期間の分かる書類の写しを提出してください。"),
    _l("過去3か月の常用就職の実績が分かる書類を提出してください。"),
)


def title_of(line: ApplicationLine) -> str:
    """The title of a case: whose, and which procedure."""
    return gettext("%(name)sの%(kind)s", name=line.name or line.case_number, kind=str(KINDS[line.kind]))


def outcome_words(line: ApplicationLine) -> str:
    """What came of an application, for the list."""
    if line.state is State.APPROVED and line.effective_on and not line.applied:
        return gettext("%(day)sから効力が生じます。", day=day(line.effective_on))
    if line.decided_on:
        return gettext("%(day)sに決定", day=day(line.decided_on))
    return ""


@dataclass(frozen=True)
class Event:
    """One line of the history. noted: what only the bureau reads; by: which of its clerks, "" for others."""

    at: datetime
    what: str
    state: str
    told: str
    noted: str
    by: str


def history_rows(lines: Sequence[HistoryLine]) -> list[Event]:
    """The history, the newest first."""
    return [
        Event(line.at, _happened(line), str(STATES[line.state].name), line.told, line.noted, line.by)
        for line in reversed(lines)
    ]


def _happened(line: HistoryLine) -> str:
    if line.act is Act.FINISH and line.state is State.RETURNED:
        return str(_CORRECTED)
    return str(HISTORY.get((line.act, line.party), _APPLIED))


def way_words(case: CasePage) -> tuple[str, str] | None:
    """What approving would do to the units there are: the kind of the note and the sentence; None once decided."""
    if Act.CHECK not in case.may:
        return None
    match case.way:
        case Way.NEW:
            return "info", gettext("承認すると、新しい利用団体になります。")
        case Way.CONTINUES:
            return "info", gettext(
                "この番号の団体は前に利用していました。承認すると、その団体がそのまま続きます。求職者のブロックや、これまでのやり取りも引き継がれます。"
            )
        case Way.JOINS:
            return "warning", gettext(
                "この番号の団体は、すでに利用しています。承認するときは、その団体に加えることになり、1日の送信件数も合わせて数えます。加える理由が必要です。"
            )
        case Way.ELSEWHERE:
            return "warning", gettext(
                "この番号の団体は、ほかの労働局に申請しています。承認する前に、このサイトの運用者にご連絡ください。"
            )
    return None


@dataclass(frozen=True)
class CheckEntry:
    """One item of the checklist in its form. result and note: what was typed, else what was found before."""

    item: str
    subject: str
    label: str
    source: str
    doubt: str
    result: str
    note: str
    at: datetime | None
    by: str


def check_entries(
    lines: Sequence[CheckLine], typed: Mapping[tuple[str, str], tuple[str, str]] | None = None
) -> list[CheckEntry]:
    """The checklist as its form shows it; typed: result and note by item and subject."""
    english = str(get_locale()) == "en"
    entries = []
    for line in lines:
        found = (line.result.value if line.result else "", line.note)
        result, note = (typed or {}).get((line.item, line.subject), found)
        label = line.label_en if english and line.label_en else line.label_ja
        entries.append(
            CheckEntry(
                line.item,
                line.subject,
                f"{label}（{line.subject}）" if line.subject else label,
                line.source,
                str(CONFIDENCE.get(line.confidence, "")),
                result,
                note,
                line.at,
                line.by,
            )
        )
    return entries


def phrases_for(case: CasePage) -> list[str]:
    """Ready sentences for asking this one back."""
    municipal = case.line.unit_class is not None and case.line.unit_class.value == "municipal"
    return [str(text) for text in (*PHRASES, *(PHRASES_OF_BODIES if municipal else ()))]


def decision_rows(case: CasePage) -> list[tuple[str, str]]:
    """What was decided, as label and value; nothing before."""
    decision, line = case.decision, case.line
    if decision is None or line.decided_on is None:
        return []
    rows = [
        (gettext("決定"), str(STATES[line.state].name)),
        (gettext("決定日"), day(line.decided_on)),
        (gettext("理由・連絡事項"), decision.reason),
    ]
    if decision.valid_from and decision.valid_until:
        period = gettext(
            "%(first)s から %(last)s まで", first=day(decision.valid_from), last=day(decision.valid_until)
        )
        rows.append((gettext("有効期間"), period))
    effective = effective_day(line)
    if line.state is State.APPROVED and effective:
        word = gettext("利用の最後の日") if line.kind is Kind.END else gettext("変更の効力が生じる日")
        rows.append((word, day(effective)))
    rows.append((gettext("すでに利用している団体に加えた理由"), decision.join_reason))
    rows.append((gettext("確認が残ったまま承認した理由"), decision.open_reason))
    return [row for row in rows if row[1]]


def decided_rows(labels: Mapping[str, str], decision: Decision) -> list[tuple[str, str]]:
    """What is about to be recorded as it was understood, days in both ways of counting years."""
    values = {name: getattr(decision, name) for name in labels}
    return [
        (labels[name], f"{day(value)}（{format_era(value)}）" if isinstance(value, date) else value)
        for name, value in values.items()
        if value
    ]


@dataclass(frozen=True)
class Need:
    """The hint of a field of an approval."""

    hint: LazyString


NEEDS: Mapping[str, Need] = {
    "valid_from": Need(_l("例：2026年7月1日、R8.7.1")),
    "valid_until": Need(_l("この日まで利用できます。例：2029年6月30日、R11.6.30")),
    "join_reason": Need(_l("労働局だけが見ます。")),
    "open_reason": Need(_l("労働局だけが見ます。")),
    "reason": Need(_l("通知書に載せます。1行に一つずつ書きます。なければ空けておいてください。")),
}

DECISIONS: Mapping[str, Mapping[str, LazyString]] = {
    "approve": {
        "title": _l("承認する"),
        "ask": _l("この内容で承認しますか"),
        "button": _l("承認する"),
        "hint": _l("例：R8.7.1"),
    },
    "refuse": {
        "title": _l("不承認にする"),
        "ask": _l("この理由で不承認にしますか"),
        "button": _l("不承認にする"),
        "hint": _l("通知書に載せ、申請者が読みます。1行に一つずつ書きます。"),
    },
    "withdraw": {
        "title": _l("取下げを記録する"),
        "ask": _l("この申請の取下げを記録しますか"),
        "button": _l("取下げを記録する"),
        "hint": _l("申請者も読みます。例：申請者から電話で取下げの申出があった"),
    },
}


def consequences(what: str, case: CasePage) -> list[str]:
    """What a decision brings about, one sentence each."""
    if what == "withdraw":
        return [gettext("申請者が申請をやめるときに記録します。この申請は、ここで終わります。")]
    if what == "refuse":
        told = [gettext("申請者は、新しく申請し直すことができます。")]
        if case.line.kind is not Kind.USE:
            told.append(gettext("団体の今の記録は、変わりません。"))
        return told
    told = []
    way = way_words(case)
    if way:
        told.append(way[1])
    match case.line.kind:
        case Kind.USE if case.way is not Way.JOINS:
            told.append(gettext("責任者と連絡責任者が利用を始めるための用紙は、承認のあとで印刷します。"))
        case Kind.CHANGE if case.content.change:
            told.append(
                gettext("%(day)sから、団体の記録が新しい内容になります。", day=day(case.content.change.day))
            )
        case Kind.RENEWAL:
            told.append(gettext("団体はそのまま続き、有効期間が延びます。"))
        case Kind.END if case.content.ending:
            told.append(
                gettext(
                    "%(day)sの翌日から、求職者を探すことも送ることもできなくなります。",
                    day=day(case.content.ending.last_day),
                )
            )
    return told


def suggested(case: CasePage) -> list[str]:
    """Sentences for what the checklist found missing, as a beginning of asking back."""
    return [
        gettext("「%(item)s」について、書類で確認できませんでした。", item=entry.label)
        for entry in check_entries(case.checks)
        if entry.result == Result.MISSING
    ]

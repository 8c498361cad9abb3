"""A seeker's own copy in plain words: the sections of the readable file, made of the content of the other one."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.documents.own_data_page import Fact, Group, OwnDataPage, Section
from portal.domain.complaint import Kind, State
from portal.domain.correction import State as CorrectionState
from portal.domain.profile import Book
from portal.domain.reach import UnitClass
from portal.services.history import Change
from portal.services.own_log import By, Entry, Event
from portal.web.complaint import DESKS, KINDS, STATES
from portal.web.correction import PARTS
from portal.web.correction import STATES as CORRECTIONS
from portal.web.letterhead import class_name
from portal.web.office.wording import CHANGES, CHANNELS, IDENTITY, SEXES, STATUSES, TEXTS, rows_of
from portal.web.outcome import answer_name, outcome_name
from portal.web.rendering import day, moment, month, number
from portal.web.seeker.log_wording import log_line, log_place

_l = lazy_gettext
Content = Mapping[str, Any]

_IDENTITY: Mapping[str, LazyString] = IDENTITY | {
    "employer": _l("勤務先（今または直近）"),
    "school": _l("学校名（今または最後）"),
}
_ROLES: Mapping[str, LazyString] = {
    "occupation": _l("希望する職業"),
    "place": _l("希望する勤務地"),
    "employment": _l("希望する雇用形態"),
    "time": _l("希望する働く時間"),
    "wage": _l("希望する賃金"),
    "licence": _l("免許・資格"),
    "experience": _l("経験した職業"),
    "education": _l("学歴"),
}
_NOTICES: Mapping[str, LazyString] = {
    "each": _l("メッセージのたび"),
    "daily": _l("1日1回"),
    "none": _l("知らせない"),
}
_QUIET: Mapping[str, LazyString] = {
    "standard": _l("このサイトの決まった時間"),
    "own": _l("自分で決めた時間"),
    "off": _l("なし"),
}
_GOES: Mapping[str, LazyString] = {
    "thread": _l("団体とのやり取り"),
    "complaint": _l("相談・苦情の記録"),
    "identity": _l("本人の情報"),
}
_REPORTS: Mapping[str, LazyString] = {
    "paid_service": _l("有料のサービスの勧誘"),
    "sham_side_job": _l("あやしい副業の勧誘"),
    "gift_money": _l("お祝い金"),
    "leaving": _l("このサイトの外でのやり取りの誘い"),
    "not_a_job": _l("仕事の紹介と関係のない連絡"),
    "rude": _l("失礼な内容"),
    "other": _l("そのほか"),
}
_STEPS: Mapping[str, LazyString] = {
    "explained": _l("料金の説明を受けた"),
    "wished": _l("案内を希望した"),
    "wish_ended": _l("希望を取り下げた"),
    "asked": _l("受けるかどうか尋ねられた"),
    "consented": _l("承諾した"),
    "refused": _l("断った"),
    "withdrawn": _l("承諾を取り消した"),
    "given": _l("サービスを受けた"),
}


def page_of(content: Content, language: str, every: Book) -> OwnDataPage:
    """The readable file."""
    nothing = gettext("ありません。")
    made = moment(_instant(content["made_at"]))
    return OwnDataPage(
        language=language,
        title=gettext("あなたの情報（%(at)s）", at=made),
        lead=(
            gettext(
                "求職情報マッチングポータルが、あなたについて持っている情報の控えです。時刻は日本時間です。"
            ),
            gettext("氏名や連絡先が入っています。ほかの人に見られないように、大切に保管してください。"),
        ),
        contents=gettext("内容"),
        sections=[
            Section(title, list(groups), nothing)
            for title, groups in (
                (gettext("本人の情報"), [_identity(content["identity"])]),
                (gettext("登録の内容"), [_registration(content["registration"])]),
                (gettext("求職情報（団体に見えるもの）"), _profile(content["profile"])),
                (gettext("アカウント"), _account(content["account"])),
                (gettext("求職情報を開いた団体（月ごと）"), map(_view, content["views"])),
                (gettext("届いた案内と返事"), map(_thread, content["threads"])),
                (gettext("案内の文章についての注意のしるし"), map(_hint, content["hints"])),
                (gettext("ブロックしている団体"), map(_block, content["blocks"])),
                (gettext("利用規約への同意"), map(_terms, content["terms"])),
                (gettext("有料サービスの記録"), map(_paid, content["paid_services"])),
                (gettext("相談・苦情"), map(_case, content["complaints"])),
                (gettext("報告したメッセージ"), map(_report, content["reports"])),
                (gettext("訂正の申出"), map(_correction, content["corrections"])),
                (gettext("登録の変更の履歴"), (_change(one, every) for one in content["history"])),
                (gettext("あなたの情報の取扱い記録"), map(_line, content["record"])),
                (gettext("消えることが決まっているもの"), map(_goes, content["retention"])),
                (gettext("下書き"), map(_draft, content["drafts"])),
            )
        ],
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _at(text: str | None) -> str:
    return moment(_instant(text)) if text else ""


def _on(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else ""


def _facts(*pairs: tuple[str, str]) -> list[Fact]:
    """Pairs with a value; what was never said is left out."""
    return [(label, value) for label, value in pairs if value]


def _identity(one: Content) -> Group:
    said = {"birth_date": _on, "sex": lambda sex: str(SEXES[sex]) if sex else ""}
    return Group(_facts(*((str(label), said.get(name, str)(one[name])) for name, label in _IDENTITY.items())))


def _registration(one: Content) -> Group:
    yes, no = gettext("提供する"), gettext("提供しない")
    return Group(
        _facts(
            (gettext("登録している窓口"), one["office"]),
            (gettext("求職申込みの日"), _on(one["registered_on"])),
            (gettext("登録が有効な最初の日"), _on(one["valid_from"])),
            (gettext("登録が有効な最後の日"), _on(one["valid_until"])),
            (gettext("学校の状況"), str(STATUSES[one["school_status"]])),
            (gettext("学校の種類"), one["school_kind"] or ""),
            (gettext("卒業した日"), _on(one["graduated_on"])),
            (gettext("有料サービス届出対象である最後の日"), _graduate(one["graduate_until"])),
            (gettext("民間職業紹介事業者等"), yes if one["range_private"] else no),
            (gettext("地方自治体等"), yes if one["range_municipal"] else no),
            (gettext("利用をやめた日時"), _at(one["stopped_at"])),
            (gettext("このサイトに登録された日時"), _at(one["entered_at"])),
            (gettext("最後に変わった日時"), _at(one["changed_at"])),
        )
    )


def _graduate(until: str | None) -> str:
    return gettext("終わりは決まっていません") if until == "9999-12-31" else _on(until)


def _profile(one: Content) -> Iterable[Group]:
    shown, chosen = _chosen(one["shown"]), _chosen(one["choices"])
    yield Group(
        _facts(
            (gettext("情報の提供を始めた月"), month(date.fromisoformat(one["month"]))),
            *shown.items(),
            *((str(TEXTS[each["kind"]]), each["text"]) for each in one["texts"]),
        )
    )
    if chosen != shown:
        more = [(label, names) for label, names in chosen.items() if shown.get(label) != names]
        yield Group(more, gettext("登録どおりの内容（団体には、一部をまとめて見せています）"))
    for each in one["waiting_texts"]:
        title = gettext("確認を待つ文章（%(at)sから）", at=_at(each["since"]))
        yield Group([(str(TEXTS[each["kind"]]), each["text"])], title)


def _chosen(several: Iterable[Content]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for each in several:
        name = f"{each['name']}（{each['length']}）" if each["length"] else each["name"]
        found.setdefault(str(_ROLES[each["role"]]), []).append(name)
    return {label: "\n".join(sorted(names)) for label, names in found.items()}


def _account(one: Content | None) -> Iterable[Group]:
    if one is not None:
        yield Group(
            _facts(
                (gettext("ログイン名"), one["sign_in_name"]),
                (gettext("利用を始めた日時"), _at(one["since"])),
                (gettext("お知らせを受け取るメールアドレス"), one["mail"] or ""),
                (gettext("メールでのお知らせ"), str(_NOTICES[one["notices"]])),
                (gettext("知らせない時間"), str(_QUIET[one["quiet_hours"]])),
            )
        )


def _view(one: Content) -> Group:
    return Group(
        [
            (gettext("開いた団体"), "\n".join(one["organisations"])),
            (gettext("開かれた回数（合計）"), number(one["times"])),
        ],
        month(date.fromisoformat(f"{one['month']}-01")),
    )


def _thread(one: Content) -> Group:
    return Group(
        _facts(
            (gettext("申請の区分"), class_name(UnitClass(one["organisation_class"]))),
            (gettext("始まった日時"), _at(one["opened_at"])),
            (gettext("今の段階"), outcome_name(one["stage"])),
            *((outcome_name(step["stage"]), _on(step["on_day"])) for step in one["steps"]),
            *((gettext("団体の中で担当が変わった日時"), _at(each["at"])) for each in one["hand_overs"]),
        ),
        one["organisation"],
        [_message(each) for each in one["messages"]],
    )


def _message(one: Content) -> Group:
    who = gettext("あなた") if one["from"] == "you" else gettext("団体")
    return Group(
        _facts(
            (gettext("返事の種類"), answer_name(one["answer"]) if one["answer"] else ""),
            (gettext("文章"), gettext("保存期間が終わりました。") if one["ended"] else one["text"]),
        ),
        f"{_at(one['at'])} {who}",
    )


def _hint(one: Content) -> Group:
    return Group(
        [
            (gettext("届いた日時"), _at(one["sent_at"])),
            (gettext("しるし"), str(_REPORTS[one["kind"]])),
        ],
        one["organisation"],
    )


def _block(one: Content) -> Group:
    return Group([(gettext("ブロックした日時"), _at(one["since"]))], one["organisation"])


def _terms(one: Content) -> Group:
    version = (
        gettext("%(day)sからの版", day=_on(one["version_from"])) if one["version_from"] else one["version"]
    )
    return Group(
        [
            (gettext("同意"), gettext("同意した") if one["given"] else gettext("同意を取り消した")),
            (gettext("日"), _on(one["on_day"])),
            (gettext("どこで"), str(CHANNELS[one["channel"]])),
        ],
        version,
    )


def _paid(one: Content) -> Group:
    return Group(
        _facts(
            (gettext("したこと"), str(_STEPS[one["step"]])),
            (gettext("日"), _on(one["on_day"])),
            (gettext("記録された日時"), _at(one["at"])),
            (gettext("サービスの種類"), one["type"] or ""),
            (gettext("内容"), one["description"] or ""),
            (
                gettext("金額"),
                gettext("%(yen)s円", yen=number(one["amount_yen"])) if one["amount_yen"] else "",
            ),
            (gettext("料金の決め方"), one["charge"] or ""),
            (gettext("解約"), one["cancellation"] or ""),
            (gettext("届出の番号"), one["notice_number"] or ""),
        ),
        one["organisation"],
    )


def _case(one: Content) -> Group:
    who = {
        ("opener", "seeker"): gettext("あなた"),
        ("other", "unit"): gettext("あなた"),
        ("desk", "seeker"): one["desk_name"] or gettext("相談の担当"),
        ("desk", "unit"): one["desk_name"] or gettext("相談の担当"),
    }
    return Group(
        _facts(
            (gettext("団体"), one["organisation"]),
            (gettext("何について"), str(KINDS[Kind(one["kind"])])),
            (gettext("今の段階"), str(STATES[State(one["state"])].name)),
            (gettext("担当"), one["desk_name"] or str(DESKS[one["desk"]])),
            (gettext("申し出た日時"), _at(one["opened_at"])),
        ),
        gettext("相談・苦情 %(case)s", case=one["number"]),
        [
            Group(
                _facts((gettext("文章"), line["text"])),
                f"{_at(line['at'])} {who.get((line['side'], one['opened_by']), gettext('団体'))}",
            )
            for line in one["lines"]
        ],
    )


def _report(one: Content) -> Group:
    return Group(
        _facts(
            (gettext("メッセージの日時"), _at(one["sent_at"])),
            (gettext("報告した日時"), _at(one["at"])),
            (gettext("理由"), str(_REPORTS[one["kind"]])),
            (gettext("書いたこと"), one["note"]),
        ),
        one["organisation"],
    )


def _correction(one: Content) -> Group:
    return Group(
        _facts(
            (gettext("どこが違うか"), str(PARTS[one["part"]])),
            (gettext("書いたこと"), one["text"]),
            (gettext("今の段階"), str(CORRECTIONS[CorrectionState(one["state"])][0])),
            (gettext("窓口の回答"), one["answer"]),
            (gettext("回答の日時"), _at(one["answered_at"])),
        ),
        _at(one["asked_at"]),
    )


def _change(one: Content, every: Book) -> Group:
    kept = Change(one["kind"], _instant(one["at"]), None, "", None, one["before"], one["after"])
    rows = rows_of(kept, every)
    return Group(
        _facts(
            (gettext("窓口"), one["office"]),
            *((label, _step(before, after)) for label, before, after in rows),
        ),
        f"{_at(one['at'])} {CHANGES[one['kind']]}",
    )


def _step(before: str | list[str], after: str | list[str]) -> str:
    old, new = (gettext("、").join(one) if isinstance(one, list) else str(one) for one in (before, after))
    return gettext("%(before)s → %(after)s", before=old, after=new or gettext("記載なし")) if old else new


def _line(one: Content) -> Group:
    entry = Entry(
        at=_instant(one["at"]),
        event=Event(one["what"]),
        by=By(one["by"]),
        units=tuple(one["organisations"]),
        place=one["place"],
        answer=one["meaning"],
        day=date.fromisoformat(one["day"]) if one["day"] else None,
        range_private=one["range_private"],
        range_municipal=one["range_municipal"],
        case_number=one["case_number"],
    )
    return Group([(log_place(entry), log_line(entry))], moment(entry.at))


def _goes(one: Content) -> Group:
    return Group([(str(_GOES[one["kind"]]), gettext("%(day)s以後", day=_on(one["goes_on"])))])


def _draft(one: Content) -> Group:
    fields: Mapping[str, list[str]] = one["fields"]
    texts = [value for name in ("text", "note", "reason") for value in fields.get(name, ()) if value.strip()]
    return Group(_facts((gettext("書いたこと"), "\n\n".join(texts))), _at(one["saved_at"]))

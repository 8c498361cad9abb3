"""Causes, findings and changes in the words of the office."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.profile import Book, place_name
from portal.domain.reach import Cause
from portal.domain.screening.finding import FindingKind
from portal.services.history import Change
from portal.services.seeker_file import Standing
from portal.web.finding import FINDINGS
from portal.web.rendering import day

_l = lazy_gettext

CAUSES: Mapping[Cause, LazyString] = {
    Cause.NO_PROFILE: _l("求職情報がまだありません"),
    Cause.REGISTRATION: _l("求職の登録が、今日は有効ではありません"),
    Cause.SCHOOL: _l("学校の決まりにより、今は対象外です"),
    Cause.RANGE: _l("提供する範囲に入っていません"),
    Cause.TERMS: _l("今の利用規約への同意がありません"),
    Cause.STOPPED: _l("ご本人が利用を停止しています"),
}

TEXTS: Mapping[str, LazyString] = {"pr": _l("自己PR"), "experience": _l("経験についての説明")}

CHANGES: Mapping[str, LazyString] = {
    "registered": _l("登録"),
    "identity": _l("本人の情報の変更"),
    "data": _l("求職情報の変更"),
    "school": _l("学校の状況の変更"),
    "range": _l("提供する範囲の変更"),
    "validity": _l("登録の期間の変更"),
    "terms": _l("利用規約への同意"),
    "stopped": _l("利用の停止"),
    "restarted": _l("利用の再開"),
    "text": _l("文章の確認"),
}

CHANNELS: Mapping[str, LazyString] = {
    "office": _l("窓口"),
    "site": _l("サイト"),
    "file": _l("ファイルからの登録"),
}

STATUSES: Mapping[str, LazyString] = {
    "none": _l("学校には通っておらず、最近の卒業でもない"),
    "student": _l("在学中（夜間・通信制を含む）"),
    "graduated": _l("卒業した"),
    "left": _l("卒業せずにやめた"),
}

SEXES: Mapping[str, LazyString] = {"female": _l("女性"), "male": _l("男性"), "other": _l("その他")}

IDENTITY: dict[str, LazyString] = {
    "registration_number": _l("求職番号"),
    "name": _l("氏名"),
    "kana": _l("フリガナ"),
    "birth_date": _l("生年月日"),
    "sex": _l("性別"),
    "phone": _l("電話番号"),
    "mail": _l("メールアドレス"),
    "residence": _l("住所"),
    "employer": _l("勤務先"),
    "school": _l("学校名"),
}

_ROLES: Mapping[str, LazyString] = {
    "occupation": _l("希望する職業"),
    "place": _l("希望する勤務地"),
    "employment": _l("希望する雇用形態"),
    "time": _l("希望する働く時間"),
    "wage": _l("希望する賃金"),
    "experience": _l("経験した職業"),
    "licence": _l("免許・資格"),
    "education": _l("学歴"),
}

_DECISIONS: Mapping[str, LazyString] = {
    "released": _l("そのまま公開"),
    "replaced": _l("別の文章で公開"),
    "refused": _l("公開しない"),
}

_ACTS: Mapping[str, LazyString] = {
    "extended": _l("1か月の延長"),
    "revalidated": _l("期間が空いたあとの再開"),
    "corrected": _l("日付の訂正"),
    "undone": _l("直前の変更を元に戻した"),
}

Row = tuple[str, str | list[str], str | list[str]]


def in_words(table: Mapping[Any, LazyString]) -> dict[Any, str]:
    """A table in the reader's language; templates take a lazy text for a list of letters."""
    return {key: str(text) for key, text in table.items()}


def causes(found: Iterable[Cause]) -> list[str]:
    """Why a class of organisations does not see a seeker, in a steady order."""
    return [str(CAUSES[cause]) for cause in Cause if cause in set(found)]


def found_words(kinds: Iterable[FindingKind]) -> str:
    """What was found in a text, in one line."""
    return "、".join(str(FINDINGS[kind]) for kind in kinds)


def short_standing(standing: Standing) -> tuple[str, str]:
    """One word for a list, and the kind of tag it is drawn as."""
    both = standing.private & standing.municipal
    if not standing.private and not standing.municipal:
        return gettext("公開中"), "success"
    if not standing.private:
        return gettext("公開中（民間のみ）"), "success"
    if not standing.municipal:
        return gettext("公開中（自治体等のみ）"), "success"
    if Cause.STOPPED in both:
        return gettext("停止中"), "neutral"
    if Cause.REGISTRATION in both:
        return gettext("期間外"), "warning"
    if Cause.SCHOOL in both:
        return gettext("対象外の期間"), "warning"
    return gettext("公開していません"), "warning"


def rows_of(change: Change, every: Book) -> list[Row]:
    """What changed: label, before, after."""
    before, after = _flat(change.before, every), _flat(change.after, every)
    return [
        (label, before.get(label, ""), after.get(label, ""))
        for label in dict.fromkeys([*before, *after])
        if before.get(label, "") != after.get(label, "")
    ]


def _flat(told: Mapping[str, Any], every: Book) -> dict[str, str | list[str]]:
    """One side of a change as label and text."""
    found: dict[str, str | list[str]] = {}
    for key, value in told.items():
        match key, value:
            case "identity", dict():
                found |= _flat(value, every)
            case "choices", list():
                found |= _choices(value, every)
            case "texts", dict():
                found |= {str(TEXTS[kind]): text for kind, text in value.items()}
            case (("school" | "range" | "validity"), dict()):
                found |= _flat(value, every)
            case "held", list():
                found[gettext("確認を待つ文章")] = [str(TEXTS[kind]) for kind in value]
            case _:
                label, text = _one(key, value, every)
                found[label] = text
    return found


def _choices(told: list[Mapping[str, Any]], every: Book) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for choice in told:
        row: Any = every[choice["kind"]].get(choice["code"])
        name = choice["code"] if row is None else row.name_ja
        if row is not None and choice["kind"] == "municipality":
            name = place_name(row, every["prefecture"])
        if choice["band"]:
            band: Any = every["experience_band"].get(choice["band"])
            name = f"{name}（{band.name_ja if band else choice['band']}）"
        found.setdefault(str(_ROLES[choice["role"]]), []).append(name)
    return dict(found)


def _one(key: str, value: Any, every: Book) -> tuple[str, str]:
    if key == "sex":
        return gettext("性別"), str(SEXES.get(value, ""))
    if key in IDENTITY:
        return str(IDENTITY[key]), _day(value) if key == "birth_date" else str(value)
    if key in ("private", "municipal"):
        label = gettext("民間職業紹介事業者等") if key == "private" else gettext("地方自治体等")
        return label, gettext("提供する") if value else gettext("提供しない")
    if key == "status":
        return gettext("学校の状況"), str(STATUSES.get(value, value))
    if key == "kind":
        return gettext("学校の種類"), value or ""
    labels = {
        "graduated_on": gettext("卒業した日"),
        "valid_from": gettext("登録が有効な最初の日"),
        "valid_until": gettext("登録が有効な最後の日"),
        "terms": gettext("利用規約の版"),
        "act": gettext("内容"),
        "decision": gettext("決定"),
        "reason": gettext("理由"),
        "shown": gettext("公開している文章"),
        "text": gettext("文章の種類"),
        "stopped_at": gettext("停止した時刻"),
    }
    text = "" if value is None else str(value)
    match key:
        case "graduated_on" | "valid_from" | "valid_until":
            text = _day(text)
        case "terms":
            shown = _day(text)
            text = text if shown == text else gettext("%(day)sからの版", day=shown)
        case "act":
            text = str(_ACTS.get(text, text))
        case "decision":
            text = str(_DECISIONS.get(text, text))
        case "text":
            text = str(TEXTS.get(text, text))
        case "stopped_at":
            text = text[:16]
    return labels.get(key, key), text


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text

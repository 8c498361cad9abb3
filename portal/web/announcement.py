"""Announcements (お知らせ) on the pages of every audience: the list, one announcement, marking all as read.

What the portal tells by itself is kept as what has happened; here it becomes a sentence and what to do next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from flask_babel import get_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.announcement import FactValue, Kind
from portal.domain.permission import Permission, may
from portal.domain.reminder import DAYS_BEFORE
from portal.services import announcement as service
from portal.services.announcement import Announcement
from portal.web.auth.identity import current_actor
from portal.web.maintenance import read_only
from portal.web.rendering import day, number
from portal.web.runtime import current

_l = lazy_gettext


@dataclass(frozen=True)
class Words:
    """An announcement as it is read. decision: our own decision that acts here, "" = none. link: words and address of
    the page where one goes on."""

    title: str
    text: str
    author: str
    decision: str = ""
    link: tuple[str, str] | None = None


_REMINDED = _l(
    "このお知らせは、期間が終わる%(first)s日前、%(second)s日前、%(third)s日前と、終わったあとに出します。"
    "いつ出すかは、このサイトが決めたものです。"
)
_MEASURE = _l(
    "送信の上限を下げることや利用を止めることを、このサイトで行えるようにしたのは、このサイトの決まりです。"
)
_READ_ONLY = _l("これまでのやり取りは、今までどおり読めます。")
_NUMBER = _l("手続きの番号：%(number)s")

# Title and text; both may name the facts.
_KINDS: Mapping[Kind, tuple[LazyString, LazyString]] = {
    Kind.VALIDITY_ENDS: (
        _l("利用できる期間は、%(last_day)sまでです"),
        _l(
            "続けて利用するときは、申請先の労働局で更新の手続きをしてください。"
            "期間が終わると、求職者を探すことも、案内や返事を送ることもできなくなります。"
        ),
    ),
    Kind.VALIDITY_ENDED: (
        _l("利用できる期間は、%(last_day)sで終わりました"),
        _l(
            "求職者を探すことも、案内や返事を送ることもできません。"
            "続けて利用するときは、申請先の労働局で更新の手続きをしてください。"
        ),
    ),
    Kind.CONTRACTOR_ENDS: (
        _l("受託団体「%(contractor)s」の契約の期間は、%(last_day)sまでです"),
        _l(
            "期間が終わると、この受託団体の人は利用できなくなります。やり取りは団体に残り、ほかに引き継げます。"
            "続けるときや、受託団体が替わるときは、利用申請の変更を申請先の労働局に出してください。"
        ),
    ),
    Kind.CONTRACTOR_ENDED: (
        _l("受託団体「%(contractor)s」の契約の期間は、%(last_day)sで終わりました"),
        _l(
            "この受託団体の人は利用できません。やり取りは団体に残っています。"
            "引き継ぎ先は、個人情報管理・苦情処理責任者か連絡責任者が決められます。"
        ),
    ),
    Kind.SUSPENDED: (
        _l("労働局が、%(since)sから団体の利用を止めます"),
        _l("止まっている間は、求職者を探すことも、案内や返事を送ることもできません。"),
    ),
    Kind.SUSPENSION_LIFTED: (
        _l("団体の利用の停止は、解除されました"),
        _l("求職者を探すことも、案内や返事を送ることも、またできます。"),
    ),
    Kind.LIMIT_LOWERED: (
        _l("労働局が、1日に送信できる件数を%(limit)s件に下げました"),
        _l("団体の全体で、1日にこの件数まで送信できます。"),
    ),
    Kind.LIMIT_LIFTED: (
        _l("1日に送信できる件数は、%(limit)s件に戻りました"),
        _l("労働局が、件数の制限を解除しました。"),
    ),
    Kind.APPLICATION_RECEIVED: (
        _l("労働局が、申請を受け付けました"),
        _l("審査のあとに、結果をお知らせします。"),
    ),
    Kind.APPLICATION_RETURNED: (
        _l("労働局から、申請の補正を求められています"),
        _l("補正するところは、手続きのページでご確認ください。"),
    ),
    Kind.APPLICATION_APPROVED: (
        _l("労働局が、申請を認めました"),
        _l("内容は、手続きのページと「団体の登録内容」でご確認ください。"),
    ),
    Kind.APPLICATION_REFUSED: (
        _l("労働局は、申請を認めませんでした"),
        _l("理由は、手続きのページか、労働局からの通知でご確認ください。"),
    ),
    Kind.APPLICATION_WITHDRAWN: (
        _l("申請は、取り下げられました"),
        _l("また申請するときは、新しい手続きとして始めてください。"),
    ),
    Kind.PAID_NOTICE_RECEIVED: (
        _l("労働局が、有料サービスの届出を受け付けました"),
        _l("求職者に、承諾をお願いできるようになりました。"),
    ),
    Kind.PAID_NOTICE_ASKED_BACK: (
        _l("労働局から、有料サービスの届出の補正を求められています"),
        _l(
            "補正が済むまで、承諾をお願いすることも、新しく提供することもできません。内容は、有料サービスのページでご確認ください。"
        ),
    ),
    Kind.PAID_NOTICE_ACCEPTED: (
        _l("労働局が、有料サービスの届出を確認しました"),
        _l("することはありません。"),
    ),
}
_UNTIL = {
    Kind.SUSPENDED: _l("%(until)sまでの予定です。"),
    Kind.LIMIT_LOWERED: _l("%(until)sまでの予定です。"),
}
_READS_ON = (Kind.VALIDITY_ENDS, Kind.VALIDITY_ENDED, Kind.SUSPENDED)
_ASKS_BUREAU = (Kind.SUSPENDED, Kind.LIMIT_LOWERED)
_REMINDERS = (Kind.VALIDITY_ENDS, Kind.VALIDITY_ENDED, Kind.CONTRACTOR_ENDS, Kind.CONTRACTOR_ENDED)
_PAID = (Kind.PAID_NOTICE_RECEIVED, Kind.PAID_NOTICE_ASKED_BACK, Kind.PAID_NOTICE_ACCEPTED)
_MEASURES = (Kind.SUSPENDED, Kind.SUSPENSION_LIFTED, Kind.LIMIT_LOWERED, Kind.LIMIT_LIFTED)


def words(told: Announcement) -> Words:
    """An announcement in the reader's language; what somebody wrote stands as it was written."""
    if told.kind is Kind.TEXT:
        return Words(told.title, told.text, _author(told))
    title, text = _KINDS[told.kind]
    facts = {name: _fact(value) for name, value in told.facts.items()}
    parts = [str(text) % facts]
    if "until" in facts and told.kind in _UNTIL:
        parts.insert(0, str(_UNTIL[told.kind]) % facts)
    if told.kind in _READS_ON:
        parts.append(str(_READ_ONLY))
    if told.kind in _ASKS_BUREAU:
        parts.append(gettext("理由や期間については、申請先の労働局にお問い合わせください。"))
    if "number" in facts:
        parts.append(str(_NUMBER) % facts)
    return Words(str(title) % facts, "\n".join(parts), _author(told), _decision(told.kind), _link(told.kind))


def _link(kind: Kind) -> tuple[str, str] | None:
    """The unit's procedures, for whoever may look at them."""
    if kind in _PAID:
        may_read = may(current_actor(), Permission.UNIT_PAID_READ)
        return (gettext("有料サービスのページへ"), url_for("provider.paid_services")) if may_read else None
    if kind in _MEASURES or not may(current_actor(), Permission.UNIT_APPLICATION_READ):
        return None
    return gettext("労働局への手続きのページへ"), url_for("provider.applications")


def _decision(kind: Kind) -> str:
    if kind in _REMINDERS:
        first, second, third = DAYS_BEFORE
        return str(_REMINDED) % {"first": first, "second": second, "third": third}
    return str(_MEASURE) if kind in _MEASURES else ""


def _fact(value: FactValue) -> str:
    if isinstance(value, date):
        return str(day(value))
    return number(value) if isinstance(value, int) else value or ""


def _author(told: Announcement) -> str:
    if told.author == "operator":
        return gettext("このサイトの運営者")
    if told.author == "bureau":
        language = str(get_locale() or "ja")
        return told.bureau.name(language) if told.bureau is not None else gettext("申請先の労働局")
    return gettext("自動のお知らせ")


def listed(audience: str) -> dict[str, object]:
    """What the page with all of them shows."""
    runtime = current()
    asked = request.args.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 5 else 1
    with runtime.read(audience) as session:
        found = service.listing(session, runtime.clock, current_actor(), max(1, page))
    return {
        "listing": found,
        "lines": [(line, words(line)) for line in found.lines],
        "writes": not read_only(),
    }


def opened(audience: str, ref: str) -> dict[str, object]:
    """What the page of one shows; opening it marks it as read, unless nothing can be written. Raises NotFound."""
    runtime, actor = current(), current_actor()
    with runtime.read(audience) as session:
        found = service.one(session, runtime.clock, actor, ref)
    if not found.read and not read_only():
        with runtime.write(audience) as session:
            service.mark_read(session, runtime.clock, actor, ref)
    return {"told": found, "words": words(found)}


def mark_all(audience: str) -> None:
    """Everything that is shown counts as read."""
    runtime = current()
    with runtime.write(audience) as session:
        service.mark_read(session, runtime.clock, current_actor())

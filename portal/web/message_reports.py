"""Reports of messages (通報): their kinds in words, and the list as a desk reads it.

The list is declared by office and bureau, each for itself.
"""

from collections.abc import Callable, Mapping

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.message_screening import FindingKind, Passed
from portal.services import message_report as service
from portal.services.message_report import ReportKind
from portal.web.auth.identity import current_actor
from portal.web.runtime import current

KINDS: Mapping[ReportKind, LazyString] = {
    ReportKind.PAID_SERVICE: _l("有料のサービスをすすめられた"),
    ReportKind.SHAM_SIDE_JOB: _l("先にお金を払う仕事、うますぎる話だった"),
    ReportKind.GIFT_MONEY: _l("お祝い金や品物で誘われた"),
    ReportKind.LEAVING: _l("サイトの外の連絡を強くすすめられた"),
    ReportKind.NOT_A_JOB: _l("仕事の話ではなかった（売り込みなど）"),
    ReportKind.RUDE: _l("失礼な内容、こわいと感じる内容だった"),
    ReportKind.OTHER: _l("そのほか"),
}
FOUND: Mapping[FindingKind, LazyString] = {
    FindingKind.PAID_SERVICE: _l("有料サービスの案内"),
    FindingKind.SHAM_SIDE_JOB: _l("いわゆる「インチキ内職」に見られる言い方"),
    FindingKind.GIFT_MONEY: _l("お祝い金などの提供"),
    FindingKind.LEAVING: _l("サイトの外の連絡先"),
}


def reports(audience: str, show: Callable[..., ResponseReturnValue]) -> ResponseReturnValue:
    """The reports of the acting desk, the newest first."""
    runtime = current()
    with runtime.write(audience) as session:
        found = service.reports(
            session, runtime.clock, current_actor(), before=request.args.get("before", "")
        )
    lines = [
        (line, str(KINDS[ReportKind(line.kind)]), [_mark(kind.kind, kind.passed) for kind in line.marked])
        for line in found.lines
    ]
    return show("message_reports", lines=lines, before=found.before, first=not request.args.get("before"))


def _mark(kind: FindingKind, passed: Passed | None) -> str:
    if passed is None:
        return str(FOUND[kind])
    if passed is Passed.DECLARED:
        return gettext("%(kind)s（手数料の説明と申告）", kind=FOUND[kind])
    return gettext("%(kind)s（適法である理由を記録して送信）", kind=FOUND[kind])

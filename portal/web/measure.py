"""Measures of a labour bureau in words, for the bureau and for the unit."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.measure import MeasureKind, Reason
from portal.web.rendering import day

_l = lazy_gettext

REASONS: Mapping[Reason, LazyString] = {
    Reason.ORDER: _l("事業停止命令などの行政処分があったため"),
    Reason.BREACH: _l("利用規約に反する利用があったため"),
    Reason.REPORT_OVERDUE: _l("実績の報告が提出されていないため"),
    Reason.SAFETY: _l("情報の安全を確かめる必要があるため"),
    Reason.OWN_WISH: _l("団体からの申し出のため"),
    Reason.OTHER: _l("その他"),
}

KINDS: Mapping[MeasureKind, LazyString] = {
    MeasureKind.SUSPENSION: _l("利用の停止"),
    MeasureKind.LIFT: _l("停止の解除"),
    MeasureKind.LIMIT: _l("送信の上限の引き下げ"),
    MeasureKind.LIMIT_LIFTED: _l("送信の上限を元に戻す"),
}


def span(since: date, until: date | None) -> str:
    """From when to when; without a last day until it is lifted."""
    if until is None:
        return gettext("%(first)s から、解除されるまで", first=day(since))
    return gettext("%(first)s から %(last)s まで", first=day(since), last=day(until))


def why(reason: Reason | None, words: str) -> list[str]:
    """What the unit reads as the reason, in lines; [] when nothing is told. "Other" alone says nothing."""
    ready = [] if reason in (None, Reason.OTHER) else [str(REASONS[reason])]
    return [*ready, *words.splitlines()]

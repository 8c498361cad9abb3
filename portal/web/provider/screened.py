"""What was found in a text, for whoever is about to send it: the marked words, where the rule stands, what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.answer import LONGEST_MESSAGE, check_text
from portal.domain.message_screening import Finding, FindingKind, Force, marked, source_of
from portal.domain.refusal import Invalid
from portal.web.message_reports import FOUND
from portal.web.provider.forms import KeyedForm

_WHY: Mapping[FindingKind, LazyString] = {
    FindingKind.PAID_SERVICE: _l(
        "職業紹介以外の有料サービスは、求職者の希望がある場合に限り提供できます。最初の案内でおすすめすることはできません。"
    ),
    FindingKind.SHAM_SIDE_JOB: _l(
        "受講料や機械の代金などを先に払わせる仕事や、簡単に高い収入が得られるという勧誘は、被害が多いとして注意が呼びかけられています。"
    ),
    FindingKind.GIFT_MONEY: _l(
        "就職や登録のお礼として金品を渡すことは、職業紹介事業者には認められていません。"
    ),
    FindingKind.LEAVING: _l(
        "サイトの外の連絡には、ブロックも、やり取りの記録も届きません。求職者にもそのことをお知らせします。"
    ),
}
_SOURCES: Mapping[str, LazyString] = {
    "faq_private_8": _l("ハローワーク求職情報の提供サービスのよくある質問（民間職業紹介事業者等）問8"),
    "no_sale_by_public_body": _l(
        "このサイトの決まり（地方自治体等は、このサービスで有料サービスを扱えません）"
    ),
    "home_work_guide_2_6": _l(
        "厚生労働省「家内労働のしおり」Ⅱの6「いわゆる『インチキ内職』の被害防止について」"
    ),
    "guideline_2021_04": _l("職業紹介事業者等の指針（2021年4月1日から）。公表資料の紹介記事によります。"),
    "licence_condition_2025_01": _l(
        "職業紹介事業の許可条件（2025年1月1日から）。公表資料の紹介記事によります。"
    ),
    "own_hint": _l("このサイトからのお知らせです。連絡先を書くことは、禁止されていません。"),
}


@dataclass(frozen=True)
class Told:
    """One kind of thing that was found. refused: the text does not go without an answer."""

    name: str
    why: str
    source: str
    since: str
    refused: bool
    warned: bool


@dataclass(frozen=True)
class Look:
    """The text cut at what was found (text, name of the kind or ""), and each kind once, the refused ones first."""

    parts: tuple[tuple[str, str], ...]
    kinds: tuple[Told, ...]

    @property
    def refused(self) -> tuple[Told, ...]:
        """What has to be answered before the text goes."""
        return tuple(kind for kind in self.kinds if kind.refused)


def told(typed: str, findings: Iterable[Finding], *, longest: int = LONGEST_MESSAGE) -> Look | None:
    """What was found in a text as it is stored; None when there is nothing to say."""
    findings = tuple(findings)
    if not findings:
        return None
    try:
        text = check_text(typed, longest=longest)
    except Invalid:
        return None
    parts = marked(text, findings)
    return Look(
        tuple((piece, str(FOUND[kind]) if kind is not None else "") for piece, kind in parts),
        kinds_of(findings),
    )


def kinds_of(findings: Iterable[Finding]) -> tuple[Told, ...]:
    """Each kind that was found once, the refused ones first."""
    first = {each.kind: each for each in sorted(findings, key=lambda one: one.force is not Force.REFUSED)}
    return tuple(map(_told, first.values()))


def _told(finding: Finding) -> Told:
    return Told(
        name=str(FOUND[finding.kind]),
        why=str(_WHY[finding.kind]),
        source=str(_SOURCES[finding.source]),
        since=source_of(finding.source).since.isoformat(),
        refused=finding.force is Force.REFUSED,
        warned=finding.force is Force.WARNED,
    )


def point_out(form: KeyedForm) -> None:
    """Say at the text that it does not go like this."""
    form.text.errors = [
        *form.text.errors,
        gettext("この文章は、このままでは送れません。「見つかったところ」をご確認ください。"),
    ]

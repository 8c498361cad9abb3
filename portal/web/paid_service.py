"""Paid services in words, for the unit, the seeker and the bureau."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.paid_service import ConsentState, LedgerStep, NoticeAct, NoticeState, PaidKind, Terms, Way
from portal.web.rendering import number

_l = lazy_gettext


@dataclass(frozen=True)
class Word:
    """A state in a word, and the kind of its tag."""

    name: LazyString
    tag: str


KINDS: Mapping[PaidKind, LazyString] = {
    PaidKind.PLACEMENT: _l("職業紹介に伴う有料サービス"),
    PaidKind.SUPPORT: _l("職業紹介以外の有料の就職支援"),
    PaidKind.GRADUATE: _l("新規大学卒業者等への、職業紹介以外の有料の就職支援"),
}

# What must be done for each kind, in one sentence (seed 004 P-Q8).
DUTIES: Mapping[PaidKind, LazyString] = {
    PaidKind.PLACEMENT: _l("求職申込みを受理する前に、求職者に説明します。"),
    PaidKind.SUPPORT: _l("求職者の希望がある場合に限り、提供できます。"),
    PaidKind.GRADUATE: _l("利用申請を行った労働局に事前に届け出て、求職者の承諾を得てから提供します。"),
}

NOTICES: Mapping[NoticeState, Word] = {
    NoticeState.PREPARED: Word(_l("まだ届いていません"), "warning"),
    NoticeState.RECEIVED: Word(_l("受付済み・確認中"), "info"),
    NoticeState.ASKED_BACK: Word(_l("補正待ち"), "warning"),
    NoticeState.ACCEPTED: Word(_l("確認済み"), "success"),
}

ACTS: Mapping[NoticeAct, LazyString] = {
    NoticeAct.RECEIVE: _l("届出の書類を受け付けました"),
    NoticeAct.ASK_BACK: _l("補正を求めました"),
    NoticeAct.ACCEPT: _l("確認しました"),
}

CONSENTS: Mapping[ConsentState, Word] = {
    ConsentState.NONE: Word(_l("承諾をお願いしていません"), "neutral"),
    ConsentState.ASKED: Word(_l("返事待ち"), "info"),
    ConsentState.CONSENTED: Word(_l("承諾"), "success"),
    ConsentState.REFUSED: Word(_l("承諾しない"), "neutral"),
    ConsentState.WITHDRAWN: Word(_l("承諾を取りやめ"), "neutral"),
}

OWN_CONSENTS: Mapping[ConsentState, Word] = {
    ConsentState.NONE: Word(_l("お願いは届いていません"), "neutral"),
    ConsentState.ASKED: Word(_l("まだ答えていません"), "info"),
    ConsentState.CONSENTED: Word(_l("承諾しています"), "success"),
    ConsentState.REFUSED: Word(_l("承諾しませんでした"), "neutral"),
    ConsentState.WITHDRAWN: Word(_l("承諾を取りやめました"), "neutral"),
}

WAYS: Mapping[Way, LazyString] = {
    Way.MEETING: _l("対面で"),
    Way.PHONE: _l("電話で"),
    Way.ONLINE: _l("オンラインの面談で"),
    Way.PAPER: _l("書面を渡して"),
    Way.MESSAGE: _l("このサイトのメッセージで"),
}

STEPS: Mapping[LedgerStep, LazyString] = {
    LedgerStep.EXPLAINED: _l("説明"),
    LedgerStep.ASKED: _l("承諾のお願い"),
    LedgerStep.CONSENTED: _l("承諾"),
    LedgerStep.REFUSED: _l("承諾しない"),
    LedgerStep.WITHDRAWN: _l("承諾の取りやめ"),
    LedgerStep.GIVEN: _l("提供"),
}


def money(terms: Terms) -> str:
    """5,000円（税込、1回）."""
    if terms.charge:
        return gettext("%(yen)s円（税込。%(charge)s）", yen=number(terms.amount), charge=terms.charge)
    return gettext("%(yen)s円（税込）", yen=number(terms.amount))


def rows_of_terms(terms: Terms) -> list[tuple[str, str | list[str]]]:
    """What a service is: the same rows for everybody, and on the papers."""
    return [
        (gettext("サービスの種類"), terms.type),
        (gettext("内容"), terms.description.splitlines()),
        (gettext("金額"), money(terms)),
        (gettext("取消し・返金"), terms.cancellation.splitlines()),
    ]

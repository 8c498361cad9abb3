"""Complaints (苦情・相談の申出) in words that every side reads: what a case is about, where it stands, who handles it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.complaint import Desk, Kind, Opener, State

_l = lazy_gettext

KINDS: Mapping[Kind, LazyString] = {
    Kind.UNWANTED: _l("不要な案内が送られてくる"),
    Kind.NOT_ABOUT_WORK: _l("仕事の紹介と関係のない連絡（勧誘・営業など）"),
    Kind.IDENTIFYING: _l("名前や連絡先など、だれなのかを知ろうとする"),
    Kind.PERSONAL_DATA: _l("個人情報の取扱い"),
    Kind.PAID_SERVICE: _l("有料のサービスやお金を求められた"),
    Kind.FALSE: _l("内容がうそ、または事実と違う"),
    Kind.CONDUCT: _l("返事がない、対応が悪い"),
    Kind.HARASSMENT: _l("嫌がらせ、おどし"),
    Kind.TELEWORK: _l("在宅ワーク（請負の仕事）のトラブル"),
    Kind.HOME_WORK: _l("家内労働（内職）のトラブル"),
    Kind.TROUBLE: _l("求職者とのトラブル"),
    Kind.OTHER: _l("そのほか"),
}


@dataclass(frozen=True)
class StateWords:
    """A state in a word and the kind of its tag."""

    name: LazyString
    tag: str


STATES: Mapping[State, StateWords] = {
    State.OPEN: StateWords(_l("受付"), "warning"),
    State.EXAMINED: StateWords(_l("対応中"), "info"),
    State.ASKED: StateWords(_l("照会中"), "info"),
    State.ANSWERED: StateWords(_l("回答済み"), "info"),
    State.SETTLED: StateWords(_l("解決"), "success"),
    State.CLOSED: StateWords(_l("終了"), "neutral"),
}

DESKS: Mapping[Desk, LazyString] = {
    Desk.OFFICER: _l("団体の個人情報管理・苦情処理責任者"),
    Desk.OFFICE: _l("ハローワークの苦情申出等受付担当者"),
    Desk.BUREAU: _l("労働局"),
}

OPENERS: Mapping[Opener, LazyString] = {
    Opener.SEEKER: _l("求職者"),
    Opener.UNIT: _l("団体"),
}

"""Requests for a correction in words, the same for the seeker and for the office."""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from portal.domain.correction import Part, State

_l = lazy_gettext

PARTS: Mapping[Part, LazyString] = {
    Part.IDENTITY: _l("氏名、生年月日、住所、連絡先など"),
    Part.DATA: _l("希望する仕事、経験、資格、自己PRなど"),
    Part.SCHOOL: _l("学校の状況"),
    Part.RANGE: _l("見せる範囲（民間、自治体など）"),
    Part.VALIDITY: _l("求職の登録の期間"),
    Part.RECORD: _l("取扱い記録に書かれていること"),
    Part.OTHER: _l("そのほか、どこかわからない"),
}

STATES: Mapping[State, tuple[LazyString, str]] = {
    State.OPEN: (_l("窓口の確認待ち"), "info"),
    State.CORRECTED: (_l("訂正しました"), "success"),
    State.NOT_CORRECTED: (_l("訂正していません"), "warning"),
}

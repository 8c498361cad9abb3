"""Rows of tables and states in words, for the templates of organisations."""

from collections.abc import Iterable
from datetime import date

from flask_babel import get_locale, gettext

from portal.domain.answer import AnswerKind
from portal.domain.outcome import Outcome
from portal.services.code import Choice
from portal.services.measure import Told
from portal.services.unit_home import Member, Part
from portal.web.measure import span, why
from portal.web.member_role import role_names
from portal.web.outcome import answer_name, outcome_name
from portal.web.rendering import day


def thread_state(outcome: Outcome, answer: AnswerKind | None) -> tuple[str, str]:
    """How a thread stands, in a word and the kind of its tag: the outcome if there is one, else the last answer."""
    if outcome is not Outcome.NONE:
        return outcome_name(outcome), "neutral" if outcome is Outcome.ENDED else "success"
    if answer is not None:
        return answered(answer), "info"
    return gettext("返事待ち"), "neutral"


def answered(answer: AnswerKind) -> str:
    """That the seeker has answered, and how."""
    if answer is AnswerKind.TEXT:
        return gettext("返事あり")
    return gettext("返事あり（%(answer)s）", answer=answer_name(answer))


def dated(steps: Iterable[tuple[str, date]]) -> list[tuple[str, str]]:
    """Steps of an outcome with the day of each."""
    return [(name, day(on)) for name, on in steps]


def rows_of_branches(parts: Iterable[Part]) -> list[tuple[str, str]]:
    """Branch offices by number."""
    return [(part.name, part.number) for part in parts]


def rows_of_parts(parts: Iterable[Part]) -> list[tuple[str, str]]:
    """Departments with their days."""
    return [(part.name, _days(part)) for part in parts]


def rows_of_contractors(parts: Iterable[Part]) -> list[tuple[str, str, str]]:
    """Contractors with number and the periods of their contracts."""
    return [(part.name, part.number, _periods(part)) for part in parts]


def rows_of_members(members: Iterable[Member]) -> list[tuple[str, str, str, str]]:
    """The people of the unit."""
    roles = role_names()
    return [(each.name, roles[each.role], each.part or _none(), day(each.since)) for each in members]


def rows_of_measure(told: Told, ask: Choice | None) -> list[tuple[str, str | list[str]]]:
    """From when to when, why as far as it is told, whom to ask."""
    where = gettext("申請先の労働局") if ask is None else ask.name(str(get_locale() or "ja"))
    reason = why(told.reason, told.words)
    rows: list[tuple[str, str | list[str]]] = [(gettext("期間"), span(told.since, told.until))]
    if reason:
        rows.append((gettext("理由"), reason))
    return [*rows, (gettext("お問い合わせ先"), where)]


def _none() -> str:
    return gettext("部署なし")


def _periods(part: Part) -> str:
    if len(part.periods) < 2:
        return _days(part)
    words = gettext("、").join(
        gettext("%(since)s から %(until)s まで", since=day(period.since), until=day(period.until))
        for period in part.periods
    )
    return words if part.current else gettext("%(days)s（今日は期間の外です）", days=words)


def _days(part: Part) -> str:
    since, until = part.since, part.until
    if since is None:
        return ""
    if until is None:
        return gettext("%(since)s から", since=day(since))
    words = gettext("%(since)s から %(until)s まで", since=day(since), until=day(until))
    return words if part.current else gettext("%(days)s（今日は期間の外です）", days=words)

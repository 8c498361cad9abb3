"""The job-search data as rows of a page: the very same for organisations, for the seeker and for the office."""

from collections.abc import Iterable

from flask_babel import get_locale, gettext

from portal.domain.profile import Named, ProfileView
from portal.web.rendering import month

Row = tuple[str, str | list[str]]


def profile_rows(view: ProfileView) -> list[Row]:
    """Label and value of everything an organisation sees, in the order it is read; nothing else is in it."""
    shown: list[Row] = [*changeable_rows(view), (gettext("情報の提供を始めた月"), month(view.month))]
    if view.paid_notice:
        shown.append((gettext("有料サービス"), gettext("有料サービス届出対象")))
    return shown


def changeable_rows(view: ProfileView) -> list[Row]:
    """What of it can be changed at the counter: the month follows from the registration."""
    return [
        (gettext("希望する職業"), names(view.occupations)),
        (gettext("希望する勤務地"), names(view.places)),
        (gettext("希望する雇用形態"), names(view.employment)),
        (gettext("希望する働く時間"), names(view.times)),
        (gettext("希望する賃金"), names(view.wages)),
        (gettext("経験した職業"), experiences(view)),
        (gettext("経験についての説明"), view.experience_text),
        (gettext("免許・資格"), names(view.licences)),
        (gettext("学歴"), name(view.education) if view.education else ""),
        (gettext("自己PR"), view.pr),
    ]


def less_shown(roles: Iterable[str]) -> list[str]:
    """The labels of the rows of which organisations see less than was chosen (portal.domain.rarity)."""
    labels = {
        "occupation": gettext("希望する職業"),
        "place": gettext("希望する勤務地"),
        "employment": gettext("希望する雇用形態"),
        "time": gettext("希望する働く時間"),
        "wage": gettext("希望する賃金"),
        "experience": gettext("経験した職業"),
        "licence": gettext("免許・資格"),
        "education": gettext("学歴"),
    }
    chosen = set(roles)
    return [label for role, label in labels.items() if role in chosen]


def experiences(view: ProfileView) -> list[str]:
    """Each occupation worked in, with its years."""
    return [
        gettext("%(occupation)s（%(years)s）", occupation=name(each.occupation), years=name(each.years))
        for each in view.experiences
    ]


def names(several: Iterable[Named]) -> list[str]:
    """The names of codes in the reader's language."""
    return [name(each) for each in several]


def name(one: Named) -> str:
    """The name of a code in the reader's language."""
    return one.name(str(get_locale() or "ja"))

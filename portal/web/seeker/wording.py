"""What a seeker is told about their own standing, in plain words."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from portal.domain.reach import Cause
from portal.services.own_reach import OwnReach
from portal.web.rendering import day, moment


@dataclass(frozen=True)
class Told:
    """One reason why nothing is shown, and what to do about it."""

    sentence: str
    advice: str


def reasons(reach: OwnReach, today: date, office: str) -> list[Told]:
    """Why organisations do not see the seeker, each with what to do; empty when they do."""
    return [_reason(cause, reach, today, office) for cause in reach.hindrances]


def _reason(cause: Cause, reach: OwnReach, today: date, office: str) -> Told:
    match cause:
        case Cause.STOPPED:
            since = reach.stopped_at
            sentence = (
                gettext("%(at)sから、利用をやめています。", at=moment(since))
                if since
                else gettext("利用をやめています。")
            )
            return Told(
                sentence,
                gettext("また利用したいときは、%(office)sで手続きをしてください。", office=office),
            )
        case Cause.REGISTRATION if today < reach.valid_from:
            return Told(
                gettext("求職の登録が始まる前です。"),
                gettext("%(day)sになると、公開されます。", day=day(reach.valid_from)),
            )
        case Cause.REGISTRATION:
            return Told(
                gettext("求職の登録の有効期限（%(day)s）が過ぎています。", day=day(reach.valid_until)),
                gettext("%(office)sで登録をまた有効にすると、公開されます。", office=office),
            )
        case Cause.SCHOOL if reach.excluded_until is not None:
            return Told(
                gettext(
                    "学校を卒業した方は、%(day)sまでは利用できない決まりです。",
                    day=day(reach.excluded_until),
                ),
                gettext("次の日から、手続きをしなくても公開されます。"),
            )
        case Cause.SCHOOL:
            return Told(
                gettext("学校の生徒の方は、利用できない決まりです。"),
                gettext(
                    "卒業したときや、登録の内容が違うときは、%(office)sにお知らせください。", office=office
                ),
            )
        case Cause.TERMS:
            return Told(
                gettext("今の利用規約に、まだ同意していません。"),
                gettext("利用規約をお読みになり、同意されると公開されます。"),
            )
        case _:
            return Told(
                gettext("求職情報がまだ登録されていません。"),
                gettext("%(office)sで登録してください。", office=office),
            )


def office_name(name: str) -> str:
    """The office to go to; without a name simply the counter."""
    return gettext("%(office)sの窓口", office=name) if name else gettext("ハローワークの窓口")

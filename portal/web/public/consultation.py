"""Where to ask when there is trouble about telework or home work."""

from collections.abc import Mapping

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, lazy_gettext
from flask_babel.speaklater import LazyString

from portal.services import consultation
from portal.services.consultation import ConsultationPlace, Topic
from portal.web.access import public_page
from portal.web.public.pages import blueprint
from portal.web.runtime import current

_l = lazy_gettext

DOES: Mapping[str, LazyString] = {
    "telework_questions": _l(
        "在宅ワークをしている方、したい方、仕事を出す会社の方からの、在宅ワークについての相談を受け付けています。"
        "相談は無料です。仕事の紹介はしていません。"
    ),
    "unsettled_dispute": _l(
        "在宅ワークの仕事のトラブルが、どうしても解決しないときの相談先です（仕事を出す側に向けた資料が挙げています）。"
    ),
    "report_violation": _l(
        "仕事を出した側が家内労働法などに違反しているときに、家内労働者や補助者が申告できます。"
    ),
    "report_and_ask": _l(
        "仕事を出した側が家内労働法などに違反しているときに、家内労働者や補助者が申告できます。"
        "家内労働法についての問合せは、最寄りの署で受け付けています。"
    ),
    "homework_questions": _l("家内労働法についての問合せを受け付けています。"),
}
"""By the codes of the table; a code without words would be a fault of the table, which a test finds."""


def shown_places() -> dict[Topic, list[tuple[ConsultationPlace, str, str]]]:
    """The places of each topic, each with its name in the reader's language and what it does."""
    runtime = current()
    with runtime.read("public") as session:
        places = consultation.places(session, runtime.clock)
    language = str(get_locale() or "ja")
    return {
        topic: [
            (place, place.name(language), str(DOES[place.does])) for place in places if place.topic is topic
        ]
        for topic in Topic
    }


@public_page(blueprint, "/consultation-places")
def consultation_places() -> ResponseReturnValue:
    """All of them, with their sources."""
    return render_template("public/consultation_places.html", places=shown_places())

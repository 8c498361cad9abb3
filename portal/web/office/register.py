"""Registering a seeker."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.calendar.day import jst_day
from portal.domain.permission import Permission
from portal.domain.registration import first_validity
from portal.services import code, profile, seeker, terms
from portal.web.auth.identity import current_actor
from portal.web.draft import draft_here, fields_of
from portal.web.office.forms import RegistrationForm, place_names, refused, typed
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.office.home import done
from portal.web.runtime import current


@office_page("/seekers/new", Permission.OFFICE_SEEKER_REGISTER, methods=("GET", "POST"))
def register() -> ResponseReturnValue:
    """One form; refused with everything that is wrong at once, and everything typed kept."""
    runtime = current()
    draft = draft_here() if request.method != "POST" else None
    form = RegistrationForm(fields_of(draft) or request.form)
    made: list[seeker.Registered] = []

    def act() -> None:
        with runtime.write(AUDIENCE) as session:
            made.append(
                seeker.register(
                    session,
                    runtime.clock,
                    current_actor(),
                    typed(),
                    default_months=runtime.settings.registration_months,
                )
            )

    wrong = request.method == "POST" and refused(form, act)
    if made:
        return done(_told(made[0]), made[0].office_id)
    today = jst_day(runtime.clock.now())
    with runtime.read(AUDIENCE) as session:
        offered, every = profile.offered(session, today), profile.every(session)
        schools = {row.code: row for row in code.choices(session, "school_kind", today)}
        current_terms = terms.current(session, runtime.clock)
    form.offer_sexes()
    form.offer_codes(offered, (), every)
    form.offer_schools(schools)
    # Whoever saw an older version is shown the new one, and ticks the box again.
    if form.terms_version.data != current_terms.code:
        form.terms_version.data = current_terms.code
        form.terms_agreed.data = False
    if request.method != "POST" and draft is None:
        form.registered_on.data = today.isoformat()
    return show(
        "register",
        422 if wrong else 200,
        form=form,
        draft=draft,
        places=place_names(offered),
        terms=current_terms,
        months=runtime.settings.registration_months,
        default_end=first_validity(today, runtime.settings.registration_months).valid_until,
    )


def _told(made: seeker.Registered) -> str:
    if made.held:
        return gettext("登録しました。確認を待つ文章があります。下の「文章」の欄をご覧ください。")
    return gettext("登録しました。続けて、利用開始の用紙を印刷できます。")

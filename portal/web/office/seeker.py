"""One seeker: the file, the history, what organisations see, corrections of the identity, stop and restart."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.calendar.day import jst_day
from portal.domain.permission import Permission
from portal.domain.profile import ProfileView
from portal.domain.reach import Cause
from portal.services import code, history, profile, rarity, seeker, sheet, undo
from portal.services.seeker_file import SeekerFile, open_file
from portal.web.auth.identity import current_actor
from portal.web.draft import draft_here, fields_of
from portal.web.office import wording
from portal.web.office.forms import IdentityForm, VersionForm, refused, typed
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.office.home import done
from portal.web.profile import less_shown, profile_rows
from portal.web.runtime import current

ADDRESS = "/seekers/<office_id>"
SAMPLE_ALIAS = "XXXX-XXXX"


def opened(office_id: str) -> SeekerFile:
    """The file; opening it is recorded. Raises NotFound."""
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        return open_file(session, runtime.clock, current_actor(), office_id)


def seen_view(office_id: str) -> ProfileView:
    """What organisations see. Raises NotFound."""
    with current().read(AUDIENCE) as session:
        return profile.preview(
            session, current_actor(), office_id, alias=SAMPLE_ALIAS, on=jst_day(current().clock.now())
        )


@office_page(ADDRESS, Permission.OFFICE_SEEKER_READ)
def seeker_file(office_id: str) -> ResponseReturnValue:
    """Everything about one seeker, section by section, each with the way to change it."""
    runtime = current()
    read = opened(office_id)
    with runtime.read(AUDIENCE) as session:
        sheets = sheet.standing(session, current_actor(), office_id)
        schools = code.names(session, "school_kind")
        undoable = undo.undoable(session, runtime.clock, current_actor(), office_id)
    school = schools.get(read.school_kind or "")
    today = jst_day(runtime.clock.now())
    return show(
        "seeker",
        read=read,
        form=VersionForm(version=str(read.version)),
        rows=profile_rows(seen_view(office_id)),
        sheets=sheets,
        undoable=undoable,
        school=school,
        today=today,
        private=wording.causes(read.standing.private),
        municipal=wording.causes(read.standing.municipal),
        stopped=Cause.STOPPED in read.standing.private,
        sexes=wording.in_words(wording.SEXES),
        statuses=wording.in_words(wording.STATUSES),
        texts=wording.in_words(wording.TEXTS),
        channels=wording.in_words(wording.CHANNELS),
    )


@office_page(f"{ADDRESS}/history", Permission.OFFICE_LOG_READ)
def seeker_history(office_id: str) -> ResponseReturnValue:
    """Every change with before and after."""
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        changes = history.history(session, runtime.clock, current_actor(), office_id)
    with runtime.read(AUDIENCE) as session:
        every = profile.every(session)
    shown = [
        (change, str(wording.CHANGES[change.kind]), wording.rows_of(change, every)) for change in changes
    ]
    return show(
        "history",
        office_id=office_id,
        changes=shown,
        pairs=lambda rows: [(label, after) for label, _, after in rows],
    )


@office_page(f"{ADDRESS}/preview", Permission.OFFICE_SEEKER_READ)
def preview(office_id: str) -> ResponseReturnValue:
    """What organisations see, in their form."""
    view, runtime = seen_view(office_id), current()
    with runtime.read(AUDIENCE) as session:
        less = rarity.office_less(session, current_actor(), office_id)
    return show(
        "preview", office_id=office_id, rows=profile_rows(view), less=less_shown(less), alias=SAMPLE_ALIAS
    )


@office_page(f"{ADDRESS}/identity", Permission.OFFICE_SEEKER_CHANGE, methods=("GET", "POST"))
def change_identity(office_id: str) -> ResponseReturnValue:
    """Correct who it is."""
    runtime = current()
    draft = draft_here() if request.method != "POST" else None
    form = IdentityForm(fields_of(draft) or request.form)
    taken: list[tuple[str, ...]] = []

    def act() -> None:
        with runtime.write(AUDIENCE) as session:
            taken.append(
                seeker.change_identity(
                    session, runtime.clock, current_actor(), office_id, typed(), seen=form.seen
                )
            )

    wrong = request.method == "POST" and refused(form, act)
    if taken:
        return done(_told(taken[0]), office_id)
    read = opened(office_id)
    if draft is None:
        form.version.data = str(read.version)
    if request.method != "POST" and draft is None:
        form.fill_identity(read.identity)
    form.offer_sexes()
    return show("identity", 422 if wrong else 200, form=form, draft=draft, read=read)


def _told(taken: tuple[str, ...]) -> str:
    if taken:
        return gettext(
            "本人の情報を保存しました。公開していた文章に新しい情報と重なるところがあったため、公開をやめて確認待ちにしました。"
        )
    return gettext("本人の情報を保存しました。")


@office_page(f"{ADDRESS}/stop", Permission.OFFICE_SEEKER_CHANGE, methods=("GET", "POST"))
def stop(office_id: str) -> ResponseReturnValue:
    """Stop for a seeker who asks for it at the counter."""
    runtime = current()
    form = VersionForm(request.form)

    def act() -> None:
        with runtime.write(AUDIENCE) as session:
            seeker.stop_at_office(session, runtime.clock, current_actor(), office_id, seen=form.seen)

    if request.method == "POST" and not refused(form, act):
        return done(gettext("利用を停止しました。団体からは、もう見えません。"), office_id)
    read = opened(office_id)
    form.version.data = str(read.version)
    return show("stop", 422 if form.form_errors else 200, form=form, read=read)


@office_page(f"{ADDRESS}/restart", Permission.OFFICE_SEEKER_CHANGE, methods=("GET", "POST"))
def restart(office_id: str) -> ResponseReturnValue:
    """Begin again after a stop."""
    runtime = current()
    form = VersionForm(request.form)

    def act() -> None:
        with runtime.write(AUDIENCE) as session:
            seeker.restart(session, runtime.clock, current_actor(), office_id, seen=form.seen)

    if request.method == "POST" and not refused(form, act):
        return done(gettext("利用を再開しました。"), office_id)
    read = opened(office_id)
    if read.stopped_at is None:
        return redirect(url_for("office.seeker_file", office_id=office_id), 303)
    form.version.data = str(read.version)
    return show(
        "restart",
        422 if form.form_errors else 200,
        form=form,
        read=read,
        private=wording.causes(read.standing.private - {Cause.STOPPED}),
        municipal=wording.causes(read.standing.municipal - {Cause.STOPPED}),
    )

"""Files of registrations: handing one in, seeing what would become of it, letting it register, the lines to correct."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from flask import Response, flash, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import FileField, Form

from portal.documents.refused_lines import refused_lines as written
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Refusal
from portal.domain.registration_file import BadFile, Limits
from portal.services import clockwork, registration_decision, registration_job
from portal.services.registration_job import Job
from portal.web.auth.identity import current_actor
from portal.web.office import registration_wording as wording
from portal.web.office.forms import NEEDED
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.runtime import current
from portal.web.upload import takes_file
from portal.web.wording import words_of

ADDRESS = "/files/<file_id>"
SHOWN_LINES = 20
PATIENCE = timedelta(minutes=3)
"""Without a sign of life of the worker for so long, the page says that nothing moves."""

_l = lazy_gettext


class SendForm(Form):
    """A file that is handed in."""

    file = FileField(_l("登録ファイル（CSV）"), NEEDED)


def longest_file() -> int:
    """Bytes of the largest file that is taken."""
    return current().settings.file_bytes


def limits() -> Limits:
    """What one file may hold."""
    return Limits(current().settings.file_bytes, current().settings.file_lines)


@office_page("/files", Permission.OFFICE_SEEKER_REGISTER)
def files() -> ResponseReturnValue:
    """The files of this office, newest first."""
    after = request.args.get("after") or None
    with current().read(AUDIENCE) as session:
        listed = registration_job.jobs(session, current_actor(), after=after)
    return show("files", listed=listed, after=after, state=wording.state, days=current().settings.file_days)


@takes_file(longest_file)
@office_page("/files/new", Permission.OFFICE_SEEKER_REGISTER, methods=("GET", "POST"))
def send_file() -> ResponseReturnValue:
    """Hand in a file. Nothing is registered by that: it is checked first, always."""
    form = SendForm()
    if request.method == "POST":
        taken = _take(form)
        if taken is not None:
            flash(gettext("ファイルを受け取りました。まだ何も登録していません。"), "success")
            return redirect(url_for("office.file", file_id=taken.public_id), 303)
    return show("file_new", 422 if form.errors else 200, form=form, limits=limits())


def _take(form: SendForm) -> Job | None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        form.file.errors = [gettext("ファイルを選んでください。")]
        return None
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            return registration_job.add(
                session,
                runtime.clock,
                current_actor(),
                cast(BinaryIO, sent.stream),
                limits(),
            )
    except BadFile as bad:
        form.file.errors = [wording.file_problem(fault) for fault in bad.faults[:SHOWN_LINES]]
    except Refusal as refused:
        if refused.reason != "too_many_files":
            raise
        form.file.errors = [words_of(refused).text]
    return None


@office_page(ADDRESS, Permission.OFFICE_SEEKER_REGISTER)
def file(file_id: str) -> ResponseReturnValue:
    """How far a file is, what came of it, and what can be done next."""
    return _show(file_id)


def _show(file_id: str, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with current().read(AUDIENCE) as session:
        job = registration_job.job(session, actor, file_id)
        some = registration_job.refused(session, actor, file_id, limit=SHOWN_LINES)
        seen = clockwork.seen(session)
    rows = [
        (line.number, wording.column_name(fault.column) or gettext("行の全体"), wording.reason(fault))
        for line in some.lines
        for fault in line.faults
    ]
    return show(
        "file",
        status,
        job=job,
        state=wording.state(job),
        days=current().settings.file_days,
        kept_until=job.kept_until(current().settings.file_days),
        rows=rows,
        more=some.after is not None,
        stalled=_stalled(job, seen, current().clock.now()),
        failure=wording.failure(job),
    )


def _stalled(job: Job, seen: datetime | None, now: datetime) -> bool:
    last = max(job.at, seen) if seen else job.at
    return job.open and now - last > PATIENCE


@office_page(f"{ADDRESS}/begin", Permission.OFFICE_SEEKER_REGISTER, methods=("POST",))
def begin_file(file_id: str) -> ResponseReturnValue:
    """Register what was checked."""
    return _moved(registration_decision.begin, file_id)


@office_page(f"{ADDRESS}/cancel", Permission.OFFICE_SEEKER_REGISTER, methods=("POST",))
def cancel_file(file_id: str) -> ResponseReturnValue:
    """Stop; what was registered stays."""
    return _moved(
        registration_decision.cancel, file_id, gettext("取りやめました。送られたファイルは消しました。")
    )


@office_page(f"{ADDRESS}/resume", Permission.OFFICE_SEEKER_REGISTER, methods=("POST",))
def resume_file(file_id: str) -> ResponseReturnValue:
    """Go on where a file stopped."""
    return _moved(registration_decision.resume, file_id)


def _moved(move: Callable[..., object], file_id: str, told: str = "") -> ResponseReturnValue:
    """Back to the file after a move, or told that somebody or the worker was faster."""
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            move(session, runtime.clock, current_actor(), file_id)
    except Conflict:
        flash(gettext("ほかの操作で先に進んでいました。今の様子をご確認ください。"), "info")
    else:
        if told:
            flash(told, "success")
    return redirect(url_for("office.file", file_id=file_id), 303)


# The lines to correct


@office_page(f"{ADDRESS}/refused.csv", Permission.OFFICE_SEEKER_REGISTER)
def refused_lines(file_id: str) -> ResponseReturnValue:
    """The refused lines as a file, line number and reasons in front; corrected, it can be sent as it is.

    After their time there is none, and the page says so.
    """
    runtime = current()
    actor = current_actor()
    try:
        with runtime.write(AUDIENCE) as session:
            titles = registration_job.open_refused(session, runtime.clock, actor, file_id)
    except Refusal as refused:
        if refused.reason != "refused_lines_gone":
            raise
        words = words_of(refused)
        flash(f"{words.text}{words.advice}", "info")
        return redirect(url_for("office.file", file_id=file_id), 303)

    def portions() -> Iterator[bytes]:
        with runtime.read(AUDIENCE) as session:
            yield from written(titles, registration_job.all_refused(session, actor, file_id))

    return Response(
        stream_with_context(portions()),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="refused.csv"'},
    )

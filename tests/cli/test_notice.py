"""`portal notice`, as typed: counts, mail that came back from every kind of place, and forgiving."""

import mailbox
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select

from portal.cli import main
from portal.store.tables import notice_care
from tests import build
from tests.domain.test_bounce import report
from tests.services.test_notice_care import about, sent_mail


@pytest.fixture
def portal(app: Any, database: Any) -> Any:
    """Types a command as the only operator; gives its exit code and all it printed."""
    build.build_account(database, kind="operator", name="unyo-a")

    def run(*words: str | Path, given: bytes | None = None) -> tuple[int, str]:
        info = ScriptInfo(create_app=lambda: app, set_debug_flag=False)
        done = CliRunner().invoke(main, [str(word) for word in words], obj=info, input=given)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


def marked(database: Any) -> list[int]:
    with database.read() as session:
        return list(
            session.scalars(
                select(notice_care.c.account_id)
                .where(notice_care.c.undeliverable_at.is_not(None))
                .order_by(notice_care.c.account_id)
            )
        )


def place_with(kind: str, folder: Path, mails: list[bytes]) -> Path:
    """A mailbox of a kind that holds these mails."""
    place = folder / kind
    box: Any = mailbox.mbox(place) if kind == "mbox" else mailbox.Maildir(place)
    for mail in mails:
        box.add(message_from_bytes(mail))
    box.close()
    return place


@pytest.mark.parametrize("kind", ["mbox", "maildir"])
def test_a_mailbox_is_read_and_left_as_it_was(
    portal: Any, database: Any, clock: Any, smtp_server: Any, tmp_path: Path, kind: str
) -> None:
    people = [sent_mail(database, clock, smtp_server) for _ in range(2)]
    mails = [about(key) for _, key in people]
    place = place_with(kind, tmp_path, [*mails, b"From: a@b.example\n\nout of office", report()])
    files = [path for path in (place, *place.rglob("*")) if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    code, said = portal("notice", "bounce", place)
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == ["2", "1", "1"]
    assert "example" not in said
    assert marked(database) == sorted(actor.account_id for actor, _ in people)
    assert {path: path.read_bytes() for path in before} == before


def test_a_single_mail_comes_as_a_file_or_on_standard_input(
    portal: Any, database: Any, clock: Any, smtp_server: Any, tmp_path: Path
) -> None:
    (one, first), (other, second) = (sent_mail(database, clock, smtp_server) for _ in range(2))
    (tmp_path / "bounce.eml").write_bytes(about(first))
    assert portal("notice", "bounce", tmp_path / "bounce.eml")[0] == 0
    assert marked(database) == [one.account_id]
    assert portal("notice", "bounce", "-", given=about(second))[0] == 0
    assert marked(database) == [one.account_id, other.account_id]


@pytest.mark.parametrize("content", [b"", b"\0\xff", b"From nobody\n"])
def test_what_is_no_mailbox_marks_nobody(portal: Any, database: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert portal("notice", "bounce", tmp_path / "x")[0] == 0
    assert marked(database) == []


def test_a_folder_that_is_no_maildir_and_a_file_that_is_not_there_are_told(
    portal: Any, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    code, said = portal("notice", "bounce", tmp_path / "folder")
    assert (code, "cannot be read" in said) == (1, True)
    assert portal("notice", "bounce", tmp_path / "nowhere")[0] == 2


def test_marks_since_a_moment_in_japan_are_taken_away(
    portal: Any, database: Any, clock: Any, smtp_server: Any, tmp_path: Path
) -> None:
    _, key = sent_mail(database, clock, smtp_server)
    (tmp_path / "x").write_bytes(about(key))
    portal("notice", "bounce", tmp_path / "x")
    assert "0 addresses" in portal("notice", "forgive", "--since", "2026-06-15T10:01")[1]
    assert "1 addresses" in portal("notice", "forgive", "--since", "2026-06-15T10:00")[1]
    assert marked(database) == []


def test_the_status_counts_and_names_nobody(portal: Any, database: Any, clock: Any, smtp_server: Any) -> None:
    sent_mail(database, clock, smtp_server)
    code, said = portal("notice", "status")
    assert code == 0
    assert [line.split()[:2] for line in said.splitlines()] == [
        ["waiting", "0"],
        ["being", "sent"],
        ["sent", "1"],
        ["undeliverable", "0"],
    ]

"""`portal account`, `portal migrate` and `portal installation`, as typed."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select

from portal.app import create_app
from portal.cli import COMMANDS, main
from portal.console import CannotStart, application
from portal.services.access_code import choose_password
from portal.settings import load
from portal.store import account as accounts
from portal.store.tables import audit
from tests import build
from tests.services.signing_world import HOME, NOBODY, SignInWorld

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def portal(app: Any) -> Any:
    """Types a command; gives its exit code and all it printed."""

    def run(*words: str, answer: str | None = None) -> tuple[int, str]:
        info = ScriptInfo(create_app=lambda: app, set_debug_flag=False)
        done = CliRunner().invoke(main, list(words), obj=info, input=answer)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


@pytest.fixture
def operator(portal: Any) -> None:
    assert portal("account", "operator-create", "unyou-1", "--display-name", "見本 運用") == (
        0,
        "Operator unyou-1 made.\n",
    )


def test_every_command_that_is_listed_can_be_imported() -> None:
    context = main.make_context("portal", ["--help"], resilient_parsing=True)
    listed = main.list_commands(context)
    assert {"account", "installation", "migrate", "table"} <= set(listed) <= set(COMMANDS)
    for name in listed:
        assert main.get_command(context, name) is not None
    assert main.get_command(context, "nothing-like-that") is None


def test_a_new_database_is_for_its_owner_only_whatever_folder_it_is_put_into(
    tmp_path: Path, secrets_file: Path
) -> None:
    folder = tmp_path / "instance"
    folder.mkdir()
    folder.chmod(0o755)
    named = {
        "PORTAL_ENVIRONMENT": "test",
        "PORTAL_INSTANCE": str(folder),
        "PORTAL_SECRETS": str(secrets_file),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from portal.cli import main; main()", "migrate"],
        env={name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")} | named,
        umask=0o022,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((folder / "portal.sqlite3").stat().st_mode) == 0o600


def test_a_command_called_from_within_a_process_gives_its_file_mask_back(portal: Any) -> None:
    before = os.umask(0o022)
    try:
        assert portal("installation", "show")[0] == 0
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_without_an_operator_nothing_is_made_and_the_way_is_told(portal: Any) -> None:
    code, said = portal("account", "create-member", "kakuu-1", "--display-name", "架空 社員")
    assert code == 1
    assert "portal account operator-create NAME" in said


@pytest.mark.usefixtures("operator")
def test_the_first_operator_is_made_once(portal: Any) -> None:
    code, said = portal("account", "operator-create", "unyou-2", "--display-name", "見本 運用")
    assert (code, "--another" in said) == (1, True)
    assert portal("account", "operator-create", "unyou-2", "--display-name", "見本 運用", "--another")[0] == 0
    code, said = portal("account", "create-member", "kakuu-1", "--display-name", "架空 社員")
    assert (code, "--as NAME" in said) == (1, True)
    assert portal("--as", "unyou-2", "account", "create-member", "kakuu-1", "--display-name", "架空")[0] == 0


@pytest.mark.usefixtures("operator")
def test_a_new_member_s_code_is_printed_once_and_opens_the_account(
    portal: Any, database: Any, clock: Any
) -> None:
    code, said = portal("account", "create-member", "kakuu-1", "--display-name", "架空 社員")
    assert code == 0
    printed = CODE.findall(said)
    assert len(printed) == 1
    world = SignInWorld(database, clock)
    with database.write() as session:
        choose_password(
            session,
            clock,
            NOBODY,
            world.passwords,
            code=printed[0],
            password="kaki-no-ki-to-suzume",
            address=HOME,
        )
    assert world.sign_in(password="kaki-no-ki-to-suzume").token
    with database.read() as session:
        lines = session.execute(select(audit)).all()
        maker = accounts.by_name(session, "unyou-1")
    assert printed[0] not in str(lines)
    assert printed[0].replace("-", "") not in str(lines)
    assert [line.account_id for line in lines if line.kind == "account.create_member"] == [maker and maker.id]


@pytest.mark.usefixtures("operator")
def test_staff_are_made_at_an_office_or_a_bureau(portal: Any, database: Any) -> None:
    build.build_codes(database, "office", ["9901"])
    build.build_codes(database, "bureau", ["13"])
    name = ("--display-name", "見本 窓口")
    assert portal("account", "create-staff", "madoguchi-1", *name, "--office", "9901")[0] == 0
    assert portal("account", "create-staff", "madoguchi-2", *name, "--office", "9901", "--desk")[0] == 0
    assert portal("account", "create-staff", "kyoku-1", *name, "--bureau", "13")[0] == 0
    assert portal("account", "create-staff", "madoguchi-3", *name)[0] == 2
    assert (
        portal("account", "create-staff", "madoguchi-3", *name, "--office", "9901", "--bureau", "13")[0] == 2
    )
    assert portal("account", "create-staff", "madoguchi-3", *name, "--bureau", "13", "--desk")[0] == 2
    code, said = portal("account", "create-staff", "madoguchi-3", *name, "--office", "0000")
    assert (code, "office_code: is not known here" in said) == (1, True)
    code, said = portal("account", "create-staff", "MADOGUCHI-1", *name, "--office", "9901")
    assert (code, "sign_in_name: belongs to another account" in said) == (1, True)


@pytest.mark.usefixtures("operator")
def test_lost_access_is_reissued_and_accounts_are_listed_and_closed(portal: Any) -> None:
    portal("account", "create-member", "kakuu-1", "--display-name", "架空 社員")
    assert portal("account", "reissue", "kakuu-1")[0] == 2
    code, said = portal("account", "reissue", "kakuu-1", "--password")
    assert (code, len(CODE.findall(said))) == (0, 1)
    code, said = portal("account", "reissue", "kakuu-1", "--second-factor")
    assert (code, "no second factor" in said) == (1, True)
    code, said = portal("account", "reissue", "nobody-1", "--password")
    assert (code, "no account with this sign-in name" in said) == (1, True)
    assert portal("account", "close", "kakuu-1", answer="n\n")[0] == 1
    assert portal("account", "close", "kakuu-1", answer="y\n")[0] == 0
    assert portal("account", "list", "--kind", "member") == (0, "member  kakuu-1  架空 社員  closed\n")
    code, said = portal("account", "close", "unyou-1", "--yes")
    assert (code, "last operator" in said) == (1, True)


def test_an_empty_list_says_so(portal: Any) -> None:
    assert portal("account", "list") == (0, "There is no account.\n")


@pytest.mark.usefixtures("operator")
def test_sending_is_closed_and_reopened(portal: Any, database: Any) -> None:
    build.build_installation(database)
    assert portal("installation", "close-sending", "復元後の確認")[0] == 0
    code, said = portal("installation", "show")
    assert (code, "closed since 2026-06-15 01:00 UTC: 復元後の確認" in said) == (0, True)
    code, said = portal("installation", "close-sending", "again")
    assert (code, "closed already" in said) == (1, True)
    assert portal("installation", "reopen-sending")[0] == 0
    assert "sending  open" in portal("installation", "show")[1]


class TestMigrate:
    """`portal migrate` on databases of its own."""

    @pytest.fixture
    def started(self, empty_database_url: str, environment: dict[str, str], clock: Any) -> Any:
        """Types a command with settings and database read from the environment."""

        def run(*words: str, **variables: str) -> tuple[int, str]:
            chosen = {**environment, "PORTAL_DATABASE_URL": empty_database_url, **variables}
            app = create_app(load(chosen), clock)
            try:
                with app.app_context():
                    done = CliRunner().invoke(main, list(words))
            finally:
                app.extensions["portal"].database.dispose()
            assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
            return done.exit_code, done.output

        return run

    def test_an_empty_demo_is_made_and_said_to_be_one(self, started: Any) -> None:
        assert started("migrate", "--check", PORTAL_ENVIRONMENT="demo")[0] == 1
        code, said = started("migrate", PORTAL_ENVIRONMENT="demo")
        assert (code, ", a demo database.\n" in said) == (0, True)
        assert started("migrate", "--check", PORTAL_ENVIRONMENT="demo")[0] == 0

    def test_production_refuses_a_demo_with_exit_code_2_and_says_what_to_do(self, started: Any) -> None:
        started("migrate", PORTAL_ENVIRONMENT="demo")
        real = {
            "PORTAL_ENVIRONMENT": "production",
            "PORTAL_PUBLIC_URL": "https://portal.example",
            "PORTAL_TRUSTED_HOSTS": "portal.example",
        }
        code, said = started("migrate", **real)
        assert (code, "PORTAL_DATABASE_URL" in said) == (2, True)
        assert started("migrate", PORTAL_ENVIRONMENT="demo")[0] == 0

    def test_a_demo_with_a_public_name_is_refused(self, started: Any) -> None:
        code, said = started(
            "migrate", PORTAL_ENVIRONMENT="demo", PORTAL_TRUSTED_HOSTS="127.0.0.1,portal.example"
        )
        assert (code, "on this machine only" in said) == (2, True)


def test_the_wiring_refuses_a_database_that_belongs_elsewhere(
    environment: dict[str, str], database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.build_installation(database, demo=True)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    application().extensions["portal"].database.dispose()
    monkeypatch.setenv("PORTAL_ENVIRONMENT", "demo")
    application().extensions["portal"].database.dispose()
    monkeypatch.setenv("PORTAL_ENVIRONMENT", "production")
    with pytest.raises(CannotStart, match="PORTAL_PUBLIC_URL"):
        application()
    monkeypatch.setenv("PORTAL_PUBLIC_URL", "https://portal.example")
    monkeypatch.setenv("PORTAL_TRUSTED_HOSTS", "portal.example")
    with pytest.raises(CannotStart, match="marked so") as refused:
        application()
    assert refused.value.exit_code == 2

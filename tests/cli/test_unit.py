"""`portal unit` and `portal send`, as typed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select, update

from portal.cli import main
from portal.store import alias
from portal.store.database import Database
from portal.store.tables import audit, membership, quota_use, unit
from tests.build import KEYRING, build_account, build_codes, build_seeker
from tests.services.relay_world import stored

TODAY = datetime.now(UTC) + timedelta(hours=9)
CREATE = ("unit", "create", "--class", "private", "--number", "１３－ﾕ－９００００１－０２", "--bureau", "13")
CREATE += (
    "--valid-from",
    "2026-01-01",
    "--valid-until",
    f"{TODAY.year + 1}-12-31",
    "--name",
    "架空人材サービス",
)
OFFICER = ("--officer-name", "見本 責任", "--officer-contact", "00-0000-0000", "--kana", "カクウジンザイ")


@pytest.fixture
def portal(app: Any, database: Database) -> Any:
    """Types a command as the one operator; gives its exit code and all it printed."""
    build_account(database, kind="operator", name="unyou-1")
    build_codes(database, "bureau", ["13"])

    def run(*words: str, answer: str | None = None) -> tuple[int, str]:
        info = ScriptInfo(create_app=lambda: app, set_debug_flag=False)
        done = CliRunner().invoke(main, list(words), obj=info, input=answer)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


def test_P_Q3_a_unit_is_its_number_without_the_branch_number(portal: Any) -> None:
    code, said = portal(*CREATE, *OFFICER)
    assert (code, said.split("  ")[:3]) == (0, ["private", "13-ユ-900001", "架空人材サービス"])
    again, said = portal(*CREATE[:5], "13-ユ-900001-03", *CREATE[6:], *OFFICER)
    assert again == 1
    assert "a second application joins it" in said

    assert portal("unit", "branch-add", "13ユ900001", "--number", "03", "--name", "架空支店")[0] == 0
    code, said = portal("unit", "show", "13-ユ-900001")
    assert "branch     02  架空人材サービス" in said
    assert "branch     03  架空支店" in said
    assert portal("unit", "branch-add", "13ユ900001", "--number", "03", "--name", "架空")[0] == 1


def test_everything_wrong_with_a_record_is_told_at_once(portal: Any) -> None:
    code, said = portal(*CREATE[:-1], " ", "--officer-name", "見本 責任", "--corporation-number", "12")
    assert code == 1
    for line in (
        "name: is missing",
        "officer_contact: is missing: name and",
        "corporation_number: is not 13",
    ):
        assert line in said
    code, said = portal(*CREATE[:7], "99", *CREATE[8:], *OFFICER)
    assert "bureau_code: is not known here" in said
    code, said = portal(*CREATE[:5], "見本", *CREATE[6:], *OFFICER)
    assert "number: is not a licence number" in said
    assert portal("unit", "list")[1] == "There is no unit.\n"


def test_limits_measures_and_members_are_entered(portal: Any, database: Database) -> None:
    portal(*CREATE, *OFFICER)
    one = "13-ユ-900001"
    assert portal("unit", "limit", one, "1001")[1].count("can only be 1,000 or less") == 1
    assert portal("unit", "limit", one, "１０")[0] == 1
    assert portal("unit", "limit", one, "１０", "--reason", "見本の理由")[0] == 0
    assert portal("unit", "reserve", one, "3")[0] == 0
    assert portal("unit", "lift", one)[0] == 1
    assert portal("unit", "suspend", one, "--reason", "見本の理由")[0] == 0
    assert "suspended" in portal("unit", "list")[1]
    assert portal("unit", "lift", one)[0] == 0
    assert "limit 10  reserve 3\n" in portal("unit", "list")[1]
    assert (
        portal("unit", "validity", one, "--valid-from", "2026-01-01", "--valid-until", "2025-12-31")[0] == 1
    )
    assert portal("unit", "contractor-add", one, "--name", "架空", "--licence-number", "99-ユ-900002")[0] == 2
    period = ("--since", "2026-04-01", "--until", "2027-03-31")
    code, said = portal(
        "unit", "contractor-add", one, "--name", "架空", "--licence-number", "99-ユ-900002", *period
    )
    assert (code, "Only a public body" in said) == (1, True)

    portal("unit", "department-add", one, "第一課")
    member = ("unit", "member-add", one, "kakuu-1", "--role", "member")
    assert portal(*member, "--display-name", "架空 社員", "--department", "第九課")[0] == 1
    code, said = portal(*member, "--display-name", "架空 社員", "--department", "第一課")
    assert (code, "Code" in said) == (0, True)
    assert portal(*member)[0] == 1
    assert portal("unit", "member-end", one, "kakuu-1")[0] == 0
    assert portal("unit", "member-end", one, "kakuu-1")[0] == 1
    code, said = portal(*member)
    assert (code, "Code" in said) == (0, False)
    with database.read() as session:
        revision = session.execute(select(unit.c.revision)).scalar_one()
        memberships = session.execute(select(membership.c.until)).scalars().all()
        kinds = session.execute(select(audit.c.kind).where(audit.c.outcome == "done")).scalars().all()
    assert [until is None for until in memberships] == [False, True]
    assert revision == sum(kind.startswith("unit.") and kind != "unit.create" for kind in kinds)


def test_M_Q3_a_public_body_has_contractors(portal: Any) -> None:
    town = ("unit", "create", "--class", "municipal", "--number", "131016", "--bureau", "13")
    portal(*town, *CREATE[8:-1], "架空市", *OFFICER)
    period = ("--since", "2026-04-01", "--until", "2027-03-31")
    named = ("--name", "架空受託社", "--licence-number", "99-ユ-900002")
    assert portal("unit", "contractor-add", "131016", *named, *period)[0] == 0
    assert portal("unit", "contractor-add", "municipal:131016", *named, *period[:3], "2028-03-31")[0] == 0
    assert (
        "contractor 架空受託社  99-ユ-900002  2026-04-01 to 2028-03-31" in portal("unit", "show", "131016")[1]
    )


def test_a_message_is_sent_once_and_the_books_are_checked(
    portal: Any, database: Database, tmp_path: Path
) -> None:
    portal(*CREATE, *OFFICER)
    portal("unit", "limit", "13-ユ-900001", "2", "--reason", "見本の理由")
    portal("unit", "member-add", "13-ユ-900001", "kakuu-1", "--role", "member", "--display-name", "架空 社員")
    with database.read() as session:
        row = session.execute(select(unit.c.id, unit.c.token_key_sealed)).one()
    key = KEYRING.open_bytes("unit.token_key", row.id, row.token_key_sealed)
    last_day = TODAY.date() + timedelta(days=30)
    people = [build_seeker(database, valid_until=last_day) for _ in range(3)]
    tokens = [alias.token(key, "seeker", person.alias_key) for person in people]
    text = tmp_path / "text"
    text.write_text("架空の案内です。\n", encoding="utf-8")

    def send(key: str, *to: str, more: tuple[str, ...] = ()) -> tuple[int, str]:
        words = ["send", "--unit", "13-ユ-900001", "--as", "kakuu-1", "--text-file", str(text), "--key", key]
        return portal(*words, *more, *(word for token in to for word in ("--to", token)))

    code, said = send("k1", tokens[0], "x" * 43)
    assert code == 0
    assert said.splitlines()[:3] == [
        "Sent.",
        "Sent        1 of 2",
        "Not sent    1 (cannot be written to now)",
    ]
    assert "Left today  1 of 2" in said
    assert "used before; nothing was sent now" in send("k1", tokens[0], "x" * 43)[1]
    code, said = send("k1", tokens[1])
    assert (code, "used before for another text or other people" in said) == (1, True)
    code, said = send("k2", *tokens)
    assert (code, "3 asked for, 1 would fit (1 of 2 used" in said) == (1, True)
    assert [message.body for message in stored(database)] == ["架空の案内です。"]
    assert portal("send")[0] == 2

    assert portal("send", "check") == (0, "1 books of units and days agree; 1 messages.\n")
    with database.write() as session:
        session.execute(update(quota_use).values(n=2))
        session.commit()
    code, said = portal("send", "check")
    assert (code, "counter 2  messages 1  highest number 1  accepted 1" in said) == (1, True)


def test_R7_a_held_text_goes_from_the_command_line_with_its_reason(
    portal: Any, database: Any, tmp_path: Path
) -> None:
    portal(*CREATE, *OFFICER)
    portal("unit", "member-add", "13-ユ-900001", "kakuu-1", "--role", "member", "--display-name", "架空 社員")
    with database.read() as session:
        row = session.execute(select(unit.c.id, unit.c.token_key_sealed)).one()
    key = KEYRING.open_bytes("unit.token_key", row.id, row.token_key_sealed)
    person = build_seeker(database, valid_until=TODAY.date() + timedelta(days=30))
    text = tmp_path / "text"
    text.write_text(
        "模擬面接コース（全3回、22,000円）をご用意しています。ぜひお申し込みください。", encoding="utf-8"
    )
    words = ["send", "--unit", "13-ユ-900001", "--as", "kakuu-1", "--text-file", str(text)]
    words += ["--key", "k1", "--to", alias.token(key, "seeker", person.alias_key)]
    code, said = portal(*words)
    assert (code, "Nothing was sent: found in the text" in said) == (1, True)
    assert portal(*words, "--lawful-because", "x")[0] == 1
    assert stored(database) == []
    assert portal(*words, "--lawful-because", "受講料は全額を会社が負担するため。")[0] == 0
    assert len(stored(database)) == 1


def test_the_operator_signs_a_unit_out_and_renews_a_code_of_a_recorded_officer(portal: Any) -> None:
    assert portal(*CREATE, *OFFICER)[0] == 0
    assert portal("unit", "sessions-cut", "13-ユ-900001", answer="n")[0] == 1
    code, said = portal("unit", "sessions-cut", "13-ユ-900001", answer="y")
    assert (code, said.splitlines()[-1]) == (0, "0 sessions of 0 people ended.")
    code, said = portal("unit", "invitation-renew", "13-ユ-900001", "officer")
    assert code == 1
    assert "who has not come yet" in said


def test_the_last_manager_stays_and_a_missing_officer_is_shown(portal: Any) -> None:
    assert portal(*CREATE, *OFFICER)[0] == 0
    for name, role in (("sekinin-1", "officer"), ("renraku-1", "contact")):
        named = ("--display-name", "架空 一郎", "--role", role)
        assert portal("unit", "member-add", "13-ユ-900001", name, *named)[0] == 0
    assert portal("unit", "member-end", "13-ユ-900001", "sekinin-1")[0] == 0
    assert "no officer" in portal("unit", "show", "13-ユ-900001")[1]
    code, said = portal("unit", "member-end", "13-ユ-900001", "renraku-1")
    assert code == 1
    assert "add another officer or contact first" in said

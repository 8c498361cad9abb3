"""Where people meet mail that comes back: their own first page, the office's file; and nobody else."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from portal.services.scope import public_id as office_address
from portal.store import account as accounts
from portal.store.tables import notice_care
from tests.build import LONG_AGO, build_clerk, build_member, build_seeker, build_unit
from tests.registrations import prepare
from tests.web.signing import sign_in_as

TOLD = "お知らせのメールが届きませんでした"


def comes_back(database: Any, account_id: int, address: str = "mihon@example.jp") -> None:
    with database.write() as session:
        accounts.set_mail(session, account_id, address, notice=True)
        session.execute(
            insert(notice_care).values(
                account_id=account_id, undeliverable_at=LONG_AGO, undeliverable_code="5.1.1"
            )
        )
        session.commit()


@pytest.fixture
def seeker(database: Any, clock: Any) -> Any:
    prepare(database, clock)
    return build_seeker(database, with_account=True)


def test_a_job_seeker_reads_it_first_and_finds_the_way_to_the_settings(
    client: Any, database: Any, seeker: Any
) -> None:
    sign_in_as(client, seeker.account_id)
    assert TOLD not in client.page("/seeker").text
    comes_back(database, seeker.account_id)
    page = client.page("/seeker")
    assert TOLD in page.text
    assert page.links["お知らせの設定を確かめる"] == "/account/notice"
    assert "mihon@example.jp" not in page.html


def test_a_person_of_an_organisation_reads_it_and_a_colleague_does_not(
    client: Any, database: Any, seeker: Any
) -> None:
    unit = build_unit(database)
    member, colleague = (build_member(database, unit) for _ in range(2))
    comes_back(database, member.account_id)
    for who, told in ((member, True), (colleague, False)):
        sign_in_as(client, who.account_id)
        assert (TOLD in client.page("/provider").text) is told


def test_the_office_reads_that_mail_does_not_arrive_and_no_address_of_it(
    client: Any, database: Any, seeker: Any
) -> None:
    sign_in_as(client, build_clerk(database).account_id or 0)
    address = f"/office/seekers/{office_address(seeker.office_id)}"
    assert "メールが届かない" not in client.page(address).text
    comes_back(database, seeker.account_id, "betsu-no-mihon@example.jp")
    page = client.page(address)
    assert "メールが届かない" in page.text
    assert "betsu-no-mihon" not in page.html
    with database.write() as session:
        session.execute(update(notice_care).values(undeliverable_at=None, undeliverable_code=None))
        session.commit()
    assert "メールが届かない" not in client.page(address).text

"""Pressing Back and answering once more from the same window: what was not sent is said not to be sent."""

from typing import Any

import pytest

from portal.services.public_id import shown
from tests.web.page_client import page_of
from tests.web.seeker_world import Sender, answered, sender, signed_in, write_to

GREETING = "よろしくお願いします。"


@pytest.fixture
def of(client: Any, database: Any, clock: Any) -> Sender:
    who = signed_in(client, database, name="架空坂 見本子")
    found = sender(database, name="架空人材紹介")
    write_to(database, clock, who, found)
    return found


def _address(of: Sender) -> str:
    return f"/seeker/inbox/{shown(of.unit.public_id)}"


@pytest.mark.parametrize("looked", [True, False], ids=["after_the_next_page", "before_the_next_page"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("question", GREETING), ("use", GREETING)),
        (("use", "はい"), ("question", "やはり質問です")),
        (("question", GREETING), ("question", "やはり別の質問です")),
        (("later", ""), ("use", "")),
    ],
)
def test_another_kind_or_another_text_after_back_is_kept_and_not_said_to_be_sent(
    client: Any, database: Any, of: Sender, first: tuple[str, str], second: tuple[str, str], looked: bool
) -> None:
    form = client.page(_address(of)).form_with("kind", "text")
    client.submit(_address(of), {"kind": first[0], "text": first[1]}, form=form)
    if looked:
        client.page(_address(of))

    stale = client.submit(_address(of), {"kind": second[0], "text": second[1]}, form=form)
    page = page_of(stale)

    assert stale.status_code == 409
    assert "下の返事は、まだ送っていません" in page.text
    assert "返事を送りました" not in page.text
    assert answered(database) == [first]
    again = page.form_with("kind", "text")
    assert (again.fields["kind"], again.fields["text"]) == ([second[0]], [second[1]])
    assert client.submit(_address(of), {}, form=again).status_code == 303
    assert answered(database) == [first, second]


def test_the_very_same_answer_after_back_is_sent_once(client: Any, database: Any, of: Sender) -> None:
    form = client.page(_address(of)).form_with("kind", "text")
    for _ in range(2):
        sent = client.submit(_address(of), {"kind": "use", "text": GREETING}, form=form)
        assert sent.status_code == 303
    assert answered(database) == [("use", GREETING)]

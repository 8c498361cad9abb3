"""The damper on floods: a clear page, and never a reason to refuse when Redis is away."""

import dataclasses
from typing import Any

import pytest

from tests.web.page_client import PageClient, page_of


@pytest.fixture
def settings(settings: Any) -> Any:
    """Three requests of an address in a minute."""
    return dataclasses.replace(settings, requests_per_minute=3)


def _client(settings: Any, clock: Any, redis_url: str | None = None) -> PageClient:
    from portal.app import create_app

    app = create_app(dataclasses.replace(settings, redis_url=redis_url), clock)
    return PageClient(app, app.response_class)


def test_a_flood_gets_a_clear_page_and_when_to_come_back(settings: Any, clock: Any) -> None:
    client = _client(settings, clock)
    assert [client.get(address).status_code for address in ("/", "/privacy", "/")] == [200, 200, 200]
    response = client.get("/contact")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) in range(1, 61)
    assert "少しの間お待ちいただいています" in page_of(response).text


def test_health_and_files_are_not_counted(settings: Any, clock: Any) -> None:
    client = _client(settings, clock)
    assert {client.get("/health/live").status_code for _ in range(10)} == {200}
    assert client.get("/").status_code == 200


def test_two_processes_share_one_count_in_redis(settings: Any, clock: Any, redis_server: Any) -> None:
    one = _client(settings, clock, redis_server.limits_url)
    other = _client(settings, clock, redis_server.limits_url)
    answers = [client.get("/").status_code for client in (one, other, one, other)]
    assert answers == [200, 200, 200, 429]


def test_requests_are_served_while_redis_is_down_and_after_it_is_back(
    settings: Any, clock: Any, redis_server: Any
) -> None:
    client = _client(dataclasses.replace(settings, requests_per_minute=600), clock, redis_server.limits_url)
    assert client.get("/").status_code == 200
    redis_server.stop()
    try:
        assert {client.get("/").status_code for _ in range(5)} == {200}
        assert client.get("/no-such-page").status_code == 404
    finally:
        redis_server.start()
    assert client.get("/").status_code == 200


def test_while_redis_is_down_the_process_counts_by_itself(
    settings: Any, clock: Any, redis_server: Any
) -> None:
    client = _client(settings, clock, redis_server.limits_url)
    redis_server.stop()
    try:
        answers = [client.get("/").status_code for _ in range(5)]
    finally:
        redis_server.start()
    assert 500 not in answers
    assert answers[-1] == 429


def test_behind_our_own_proxy_each_visitor_is_counted_apart(settings: Any, clock: Any) -> None:
    from portal.app import create_app

    app = create_app(dataclasses.replace(settings, proxies=1), clock)
    client = PageClient(app, app.response_class)

    def ask(forwarded: str) -> int:
        return client.get("/", headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask("192.0.2.1") for _ in range(4)] == [200, 200, 200, 429]
    assert ask("192.0.2.2") == 200
    assert ask("192.0.2.99, 192.0.2.1") == 429


def test_without_a_proxy_nobody_gives_himself_another_address(settings: Any, clock: Any) -> None:
    client = _client(settings, clock)
    answers = [client.get("/", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(4)]
    assert answers == [200, 200, 200, 429]

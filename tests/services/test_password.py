"""Hashing: bounded, never more at once than there are places, and the real parameters are those that were decided."""

import threading
import tomllib
from pathlib import Path

import pytest

from portal.domain.account import Busy
from portal.domain.refusal import Invalid
from portal.services.password import Passwords, read_blocklist
from portal.settings import Hashing, config_dir

CHEAP = Hashing(time_cost=1, memory_kib=8, parallelism=1, concurrent=2)
GOOD = "murasaki-no-kumo-7"


def test_a_right_password_is_right_and_everything_else_is_not() -> None:
    passwords = Passwords(CHEAP)
    hashed = passwords.hash_new(GOOD)
    assert passwords.verify(hashed, GOOD).right
    for typed in ("", GOOD + " ", GOOD.upper(), "\0", "\ud800", "x" * 10_000):
        assert not passwords.verify(hashed, typed).right
    assert not passwords.verify(None, GOOD).right
    assert not passwords.verify("not a hash", GOOD).right


def test_two_hashes_of_one_password_differ() -> None:
    passwords = Passwords(CHEAP)
    assert passwords.hash_new(GOOD) != passwords.hash_new(GOOD)


def test_the_whole_password_counts_up_to_its_last_character() -> None:
    passwords = Passwords(CHEAP)
    longest = "".join(chr(0x4E00 + 7 * n) for n in range(128))
    hashed = passwords.hash_new(longest)
    assert passwords.verify(hashed, longest).right
    assert not passwords.verify(hashed, longest[:-1] + "終").right


def test_no_more_than_the_places_are_taken_at_once() -> None:
    running, most, lock = 0, 0, threading.Lock()
    both_in = threading.Barrier(2)

    class Watching(Passwords):
        def _compare(self, hashed: str, typed: str | bytes) -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            both_in.wait(timeout=30)
            with lock:
                running -= 1
            return super()._compare(hashed, typed)

    passwords = Watching(CHEAP, wait_seconds=30)
    threads = [threading.Thread(target=passwords.verify, args=(None, GOOD)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == CHEAP.concurrent


def test_whoever_finds_no_place_is_told_and_the_place_of_a_failure_is_free_again() -> None:
    passwords = Passwords(Hashing(1, 8, 1, 1), wait_seconds=0.01)
    passwords._places.acquire()
    with pytest.raises(Busy):
        passwords.verify(None, GOOD)
    with pytest.raises(Busy):
        passwords.hash_new(GOOD)
    passwords._places.release()
    with pytest.raises(Invalid):
        passwords.hash_new("k")
    assert not passwords.verify(None, GOOD).right


def test_names_of_this_service_are_no_password() -> None:
    with pytest.raises(Invalid) as refused:
        Passwords(CHEAP).hash_new("hellowork-2026")
    assert refused.value.errors == {"password": ["password_own_word"]}


def test_the_shipped_blocklist_is_read_and_folded(tmp_path: Path) -> None:
    assert "password" in read_blocklist(config_dir() / "password_blocklist.txt")
    own = tmp_path / "list.txt"
    own.write_text("# remark\n\nＨｉｍｉｔｓｕ\n", encoding="utf-8")
    assert read_blocklist(own) == {"himitsu"}


@pytest.mark.parametrize("environment", ["demo", "production"])
def test_real_installations_hash_with_at_least_the_parameters_decided(environment: str) -> None:
    values = tomllib.loads((config_dir() / f"{environment}.toml").read_text(encoding="utf-8"))["hashing"]
    assert values["memory_kib"] >= 19_456
    assert values["time_cost"] >= 2
    hashed = Passwords(Hashing(**values)).hash_new(GOOD)
    assert hashed.startswith(f"$argon2id$v=19$m={values['memory_kib']},t={values['time_cost']},p=1$")

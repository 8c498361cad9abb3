"""Hashing and checking passwords with argon2id, never more at once than the machine bears."""

import hashlib
import secrets
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.domain.account import Busy
from portal.domain.password import LONGEST, checked_password, fold, normalised

WAIT_SECONDS = 5.0
"""How long a request waits for a free place before it is told to try again."""

# Names of this service, which make a password no better.
SERVICE_WORDS = ("hellowork", "ハローワーク", "マッチングポータル")


class HashingSettings(Protocol):
    """argon2id parameters, and how many verifications may run at once in this process."""

    @property
    def time_cost(self) -> int: ...
    @property
    def memory_kib(self) -> int: ...
    @property
    def parallelism(self) -> int: ...
    @property
    def concurrent(self) -> int: ...


@dataclass(frozen=True)
class Verdict:
    """right: the password belongs to the hash. rehash: a new hash to keep, where the parameters have changed."""

    right: bool
    rehash: str | None = None


class Passwords:
    """One for each process. `blocked`: the folded words of the blocklist."""

    def __init__(
        self,
        hashing: HashingSettings,
        blocked: frozenset[str] = frozenset(),
        *,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=hashing.time_cost, memory_cost=hashing.memory_kib, parallelism=hashing.parallelism
        )
        self._blocked = blocked
        self._places = threading.BoundedSemaphore(hashing.concurrent)
        self._wait = wait_seconds
        # A hash nobody knows the password of: unknown names are checked against it, so that they take as long.
        self._dummy = self._hasher.hash(secrets.token_urlsafe(32))

    def hash_new(self, password: str, own_words: Iterable[str] = (), *, field: str = "password") -> str:
        """The hash of a password that meets the rules. Raises Invalid (portal.domain.password) and Busy."""
        good = checked_password(password, self._blocked, (*SERVICE_WORDS, *own_words), field=field)
        with self._place():
            return self._hasher.hash(good)

    def verify(self, hashed: str | None, password: str) -> Verdict:
        """Check a password; None as hash costs the same and is never right. Raises Busy."""
        typed = _bounded(password)
        with self._place():
            right = self._compare(self._dummy if hashed is None else hashed, typed) and hashed is not None
            if not right or hashed is None or not self._hasher.check_needs_rehash(hashed):
                return Verdict(right)
            return Verdict(True, self._hasher.hash(typed))

    def _compare(self, hashed: str, typed: str | bytes) -> bool:
        try:
            return self._hasher.verify(hashed, typed)
        except (VerificationError, InvalidHashError):
            return False

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=self._wait):
            raise Busy
        try:
            yield
        finally:
            self._places.release()


def _bounded(password: str) -> str | bytes:
    """What is compared: the form that was hashed; for what can be no password, something of ordinary length."""
    if len(password) <= LONGEST:
        form = normalised(password)
        try:
            form.encode("utf-8")
        except UnicodeEncodeError:
            pass
        else:
            return form
    return hashlib.sha256(password.encode("utf-8", "backslashreplace")).digest()


def read_blocklist(file: Path) -> frozenset[str]:
    """The folded words of a blocklist: one a line, lines beginning with # are remarks."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return frozenset(fold(line) for line in lines if line and not line.startswith("#"))

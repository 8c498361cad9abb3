"""What a request needs from outside: settings, the clock, and sessions for an audience."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, cast

from flask import current_app
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.services.maintenance import Watch
from portal.services.password import HashingSettings


class Settings(Protocol):
    """The settings that pages read. The wiring gives portal.settings.Settings, which this room does not import."""

    @property
    def demo(self) -> bool:
        """Demo data, demo sign-ins, loopback only."""
        ...

    @property
    def secure_cookies(self) -> bool:
        """Whether the public address is one with TLS."""
        ...

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        """The host names this portal answers to."""
        ...

    @property
    def redis_url(self) -> str | None:
        """Where requests are counted; None for in this process."""
        ...

    @property
    def requests_per_minute(self) -> int:
        """Requests of one address before it is asked to wait."""
        ...

    @property
    def public_url(self) -> str:
        """The address people know, without a slash at the end."""
        ...

    @property
    def session_idle_minutes(self) -> int:
        """Minutes without a request after which a session ends."""
        ...

    @property
    def session_absolute_hours(self) -> int:
        """Hours after which a session ends in any case."""
        ...

    @property
    def activation_days(self) -> int:
        """Days for which a seeker's first code works."""
        ...

    @property
    def registration_months(self) -> int:
        """Months after the month of application for which a registration is valid by default."""
        ...

    @property
    def file_bytes(self) -> int:
        """Bytes that a file of registrations may have."""
        ...

    @property
    def file_lines(self) -> int:
        """Lines that a file of registrations may have, without its head."""
        ...

    @property
    def hashing(self) -> HashingSettings:
        """How passwords are hashed, and how many at once."""
        ...

    @property
    def second_factor_required(self) -> bool:
        """Whether staff and organisations need a second factor."""
        ...


class Sessions(Protocol):
    """Hands out database sessions; each audience may have a database role of its own."""

    def write(self, audience: str = "owner", scope: Any = None) -> AbstractContextManager[Session]:
        """A session for one command. scope: for whom (portal.store.database.Scope)."""
        ...

    def read(self, audience: str = "owner", scope: Any = None) -> AbstractContextManager[Session]:
        """A session for queries. scope: for whom."""
        ...

    def glance(self, audience: str = "owner") -> AbstractContextManager[Session]:
        """A session for the one statement that every request asks."""
        ...

    def dispose(self) -> None:
        """Close every connection."""
        ...


class InMaintenance(Exception):
    """Nothing can be written now, because maintenance runs."""


@dataclass(frozen=True)
class Runtime:
    """One running portal.

    `ready` tells whether the database answers and stands at the newest migration. `scope` tells for whom the request
    that is being handled works at an audience (portal.store.database.Scope), None where nothing is kept apart.
    """

    settings: Settings
    clock: Clock
    database: Sessions
    ready: Callable[[], bool]
    watch: Watch
    scope: Callable[[str], Any] = lambda _audience: None

    def write(self, audience: str) -> AbstractContextManager[Session]:
        """A session for one command of an audience ("public", "seeker", "provider", "office", "bureau").

        Raises InMaintenance while maintenance runs.
        """
        if self.watch.state().read_only:
            raise InMaintenance
        return self.database.write(audience, self.scope(audience))

    def read(self, audience: str) -> AbstractContextManager[Session]:
        """A session for the queries of an audience."""
        return self.database.read(audience, self.scope(audience))


def current() -> Runtime:
    """The runtime of the application that handles this request."""
    return cast(Runtime, current_app.extensions["portal"])

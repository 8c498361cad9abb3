"""The settings of one running portal: read once, complete or refused.

Values come from ``config/<environment>.toml``; what belongs to one machine comes from ``PORTAL_*`` variables; keys come
from a file that only the owner may read (``python -m portal.settings make-secrets PATH`` writes it, once, never over an
existing one; ``add-seal-key PATH`` gives an older one the key of the audit seals).
"""

import base64
import os
import secrets
import stat
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ENVIRONMENTS = ("demo", "production", "test")
AUDIENCES = ("public", "account", "seeker", "provider", "office", "bureau", "worker")
"""Who may have a database role of their own."""


class SettingsError(Exception):
    """The settings are incomplete or contradict each other; the text says what to do."""


def config_dir() -> Path:
    """Folder of terms, tables, law values and settings: beside the package in a clone, inside it in a wheel."""
    package = Path(__file__).resolve().parent
    return package / "config" if (package / "config").is_dir() else package.parent / "config"


@dataclass(frozen=True)
class Secrets:
    """Keys of one installation. Losing them makes sealed identity unreadable; leaking them opens it."""

    session_key: str = field(repr=False)
    field_keys: Mapping[str, bytes] = field(repr=False)
    current_field_key: str
    blind_key: bytes = field(repr=False)
    # Keys of the audit seals by name; the first process that seals with a new one only needs its name here.
    seal_keys: Mapping[str, bytes] = field(repr=False)
    current_seal_key: str


@dataclass(frozen=True)
class Mail:
    """Where notices go: ``files`` writes them into a folder, ``smtp`` hands them to a server."""

    kind: str
    sender: str
    folder: Path
    host: str = "127.0.0.1"
    port: int = 25
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool = False
    # When no mail goes out unless somebody chose otherwise, and when the daily one does: full hours, JST.
    quiet_from: int = 21
    quiet_until: int = 7
    morning: int = 8


@dataclass(frozen=True)
class Hashing:
    """argon2id parameters (memory in KiB) and how many verifications may run at once in a process."""

    time_cost: int
    memory_kib: int
    parallelism: int
    concurrent: int


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations. Times in minutes, hours or days as named."""

    environment: str
    instance_dir: Path
    secrets: Secrets
    database_urls: Mapping[str, str]
    redis_url: str | None
    mail: Mail
    hashing: Hashing
    public_url: str
    trusted_hosts: tuple[str, ...]
    session_idle_minutes: int
    session_absolute_hours: int
    activation_days: int
    registration_months: int
    # What a file of registrations may hold, and for how many days its refused lines are kept after its end.
    file_bytes: int
    file_lines: int
    file_days: int
    second_factor_required: bool
    log_level: str
    # Where the seals of the audit trail are written every night.
    seals_dir: Path
    # Whether the nightly run announces and lets go what is due; off until somebody decides so.
    retention: bool
    # Requests of one address; over it the page 429.
    requests_per_minute: int
    # How many proxies of our own stand in front; their X-Forwarded-For and -Proto are believed, nobody else's.
    proxies: int = 0
    # The key file, for the commands that change it.
    secrets_path: Path | None = None

    @property
    def demo(self) -> bool:
        """Demo data, demo sign-ins, loopback only."""
        return self.environment == "demo"

    @property
    def secure_cookies(self) -> bool:
        """Cookies only over TLS wherever the public address is one."""
        return self.public_url.startswith("https://")

    def database_url(self, audience: str = "owner") -> str:
        """The database of an audience; one URL serves all unless the operator gives each its own role.

        Raises SettingsError where this process was given neither.
        """
        url = self.database_urls.get(audience) or self.database_urls.get("owner")
        if url is None:
            raise SettingsError("This command needs PORTAL_DATABASE_URL, the address of the owner.")
        return url


def instance_dir() -> Path:
    """Folder of what one installation makes at run time (keys, embedded database, mail files)."""
    return Path(os.environ.get("PORTAL_INSTANCE", "instance")).resolve()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises SettingsError when something is missing or unsafe."""
    env = os.environ if environ is None else environ
    name = env.get("PORTAL_ENVIRONMENT", "demo")
    if name not in ENVIRONMENTS:
        raise SettingsError(f"PORTAL_ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}, not {name!r}.")
    file = config_dir() / f"{name}.toml"
    values = tomllib.loads(file.read_text(encoding="utf-8"))
    home = Path(env.get("PORTAL_INSTANCE", "instance")).resolve()
    key_file = Path(env.get("PORTAL_SECRETS", str(home / "secrets.toml")))
    settings = Settings(
        environment=name,
        instance_dir=home,
        secrets=read_secrets(key_file),
        secrets_path=key_file,
        database_urls=_urls(env, name, home),
        redis_url=env.get("PORTAL_REDIS_URL") or None,
        mail=_mail(values["mail"], env, home),
        hashing=Hashing(**values["hashing"]),
        public_url=env.get("PORTAL_PUBLIC_URL", values["web"]["public_url"]).rstrip("/"),
        trusted_hosts=tuple(
            env["PORTAL_TRUSTED_HOSTS"].split(",")
            if env.get("PORTAL_TRUSTED_HOSTS")
            else values["web"]["trusted_hosts"]
        ),
        session_idle_minutes=values["session"]["idle_minutes"],
        session_absolute_hours=values["session"]["absolute_hours"],
        activation_days=values["registration"]["activation_days"],
        registration_months=values["registration"]["default_months"],
        file_bytes=values["registration"]["file_megabytes"] * 1_000_000,
        file_lines=values["registration"]["file_lines"],
        file_days=values["registration"]["file_days"],
        second_factor_required=values["session"]["second_factor_required"],
        requests_per_minute=_whole(
            "PORTAL_REQUESTS_PER_MINUTE", env, values["web"]["requests_per_minute"], range(1, 10_000_000)
        ),
        log_level=env.get("PORTAL_LOG_LEVEL", values["log"]["level"]),
        retention=_switch("PORTAL_RETENTION", env),
        seals_dir=Path(env.get("PORTAL_SEALS") or home / "seals").resolve(),
        proxies=_whole("PORTAL_PROXIES", env, 0, range(10)),
    )
    return _checked(settings)


def _urls(env: Mapping[str, str], environment: str, home: Path) -> dict[str, str]:
    """The addresses by audience. A web process in production may know those of the audiences alone."""
    named = {audience: env.get(f"PORTAL_DATABASE_URL_{audience.upper()}", "") for audience in AUDIENCES}
    urls = {audience: url for audience, url in named.items() if url}
    owner = env.get("PORTAL_DATABASE_URL", "")
    if not owner and environment != "production":
        owner = f"sqlite:///{home / 'portal.sqlite3'}"
    if owner:
        return {"owner": owner, **urls}
    if not set(AUDIENCES) - {"worker"} <= set(urls):
        raise SettingsError(
            "Set PORTAL_DATABASE_URL, for example postgresql+psycopg://portal@localhost/portal, "
            "or an address of its own for every audience."
        )
    return urls


def _whole(name: str, env: Mapping[str, str], default: int, allowed: range) -> int:
    """A whole number from the environment. Raises SettingsError outside of what is allowed."""
    text = env.get(name, "") or str(default)
    if not text.isascii() or not text.isdigit() or int(text) not in allowed:
        raise SettingsError(f"{name} must be a whole number from {allowed[0]} to {allowed[-1]}.")
    return int(text)


def _switch(name: str, env: Mapping[str, str]) -> bool:
    """ "on" or "off" from the environment; off unless it is said. Raises SettingsError for anything else."""
    text = env.get(name) or "off"
    if text not in ("on", "off"):
        raise SettingsError(f"{name} must be on or off.")
    return text == "on"


def _mail(values: Mapping[str, Any], env: Mapping[str, str], home: Path) -> Mail:
    return Mail(
        kind=env.get("PORTAL_MAIL", values["kind"]),
        sender=env.get("PORTAL_MAIL_SENDER", values["sender"]),
        folder=home / "mail",
        host=env.get("PORTAL_SMTP_HOST", "127.0.0.1"),
        port=int(env.get("PORTAL_SMTP_PORT", "25")),
        user=env.get("PORTAL_SMTP_USER") or None,
        password=env.get("PORTAL_SMTP_PASSWORD") or None,
        starttls=env.get("PORTAL_SMTP_STARTTLS", "") == "1",
        quiet_from=values["quiet_from"],
        quiet_until=values["quiet_until"],
        morning=values["morning"],
    )


def _checked(settings: Settings) -> Settings:
    if settings.environment == "production":
        if not settings.secure_cookies:
            raise SettingsError("In production PORTAL_PUBLIC_URL must begin with https://.")
        if not settings.trusted_hosts:
            raise SettingsError(
                "In production set PORTAL_TRUSTED_HOSTS to the host names this portal answers to."
            )
    if settings.mail.kind not in ("files", "smtp"):
        raise SettingsError("PORTAL_MAIL must be 'files' or 'smtp'.")
    hours = (settings.mail.quiet_from, settings.mail.quiet_until, settings.mail.morning)
    if not all(isinstance(hour, int) and 0 <= hour < 24 for hour in hours) or hours[0] == hours[1]:
        raise SettingsError(
            "[mail] quiet_from, quiet_until and morning are full hours from 0 to 23; the first two differ."
        )
    return settings


def read_secrets(path: Path) -> Secrets:
    """Read the key file; refused when others may read it or a key is too short."""
    try:
        mode = path.stat().st_mode
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise SettingsError(
            f"There is no key file {path}; make one: python -m portal.settings make-secrets {path}"
        ) from missing
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError(f"The key file {path} may be read by others; run: chmod 600 {path}")
    if "seal_keys" not in values:
        raise SettingsError(
            f"The key file {path} was made before audit lines were sealed; add the key for it: "
            f"python -m portal.settings add-seal-key {path}"
        )
    keys = {name: base64.b64decode(text) for name, text in values["field_keys"].items()}
    seal_keys = {name: base64.b64decode(text) for name, text in values["seal_keys"].items()}
    made = Secrets(
        values["session_key"],
        keys,
        values["current_field_key"],
        base64.b64decode(values["blind_key"]),
        seal_keys,
        values["current_seal_key"],
    )
    long_ones = (*keys.values(), *seal_keys.values())
    if len(made.session_key) < 32 or len(made.blind_key) < 32 or any(len(key) != 32 for key in long_ones):
        raise SettingsError(f"A key in {path} is too short; the file was not made by make-secrets.")
    if made.current_field_key not in keys:
        raise SettingsError(f"current_field_key in {path} names a key that is not in the file.")
    if made.current_seal_key not in seal_keys:
        raise SettingsError(f"current_seal_key in {path} names a key that is not in the file.")
    return made


def fresh_secrets() -> Secrets:
    """New random keys."""
    return Secrets(
        secrets.token_urlsafe(48),
        {"k1": secrets.token_bytes(32)},
        "k1",
        secrets.token_bytes(32),
        {"s1": secrets.token_bytes(32)},
        "s1",
    )


def make_secrets(path: Path) -> bool:
    """Write a new key file, readable by its owner only. False when there is one already: it is never replaced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = fresh_secrets()
    lines = [
        "# Keys of this installation. Keep a copy in a safe place; without it sealed personal data cannot be read.",
        f'session_key = "{made.session_key}"',
        f'current_field_key = "{made.current_field_key}"',
        f'blind_key = "{base64.b64encode(made.blind_key).decode()}"',
        f'current_seal_key = "{made.current_seal_key}"',
        "[field_keys]",
        *(f'{name} = "{base64.b64encode(key).decode()}"' for name, key in made.field_keys.items()),
        *_seal_keys(made),
    ]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return True


def add_seal_key(path: Path) -> bool:
    """Give a key file of an earlier version its key for audit seals; nothing else in it changes. False: it has one.

    The new file takes the old one's place in one step, so that a crash leaves one of the two whole.
    """
    text = path.read_text(encoding="utf-8")
    if "seal_keys" in tomllib.loads(text):
        return False
    made = fresh_secrets()
    # Before the first table of the file: a name behind its head would belong to that table.
    whole = "\n".join(
        [f'current_seal_key = "{made.current_seal_key}"', text.rstrip("\n"), *_seal_keys(made), ""]
    )
    beside = path.with_name(f"{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        # Typed as root it would else belong to root, and the service could not read it.
        os.fchown(handle, path.stat().st_uid, path.stat().st_gid)
        file.write(whole)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return True


def _seal_keys(made: Secrets) -> list[str]:
    lines = (f'{name} = "{base64.b64encode(key).decode()}"' for name, key in made.seal_keys.items())
    return [
        "# Signs the seals of the audit trail. Whoever has it and the database can make false ones.",
        "[seal_keys]",
        *lines,
    ]


if __name__ == "__main__":
    _ACTS = {"make-secrets": make_secrets, "add-seal-key": add_seal_key}
    if len(sys.argv) != 3 or sys.argv[1] not in _ACTS:
        sys.exit("usage: python -m portal.settings make-secrets|add-seal-key PATH")
    _ACTS[sys.argv[1]](Path(sys.argv[2]))

"""What an operator may set, from the environment, checked once and frozen."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "NIGHT_SAFETY_"
MIN_PUBLIC_DELAY_DAYS = 14  # nothing is public before a walk is two weeks old
SECRET_BYTES = 32
DEMO_SECRET = b"night-safety demo key, not a secret"
ENDPOINT = "AWS_ENDPOINT_URL"  # as every client of S3 reads it: where a bucket is that is not Amazon's
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


class BadSetting(Exception):
    """A setting cannot be used; the message names it and says what to write instead."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One field a setting; SETTINGS below says in a sentence what each means."""

    data_dir: Path
    database_url: str
    mail: str
    photos: str
    photos_endpoint: str
    secret_file: Path
    base_url: str
    public_delay_days: int
    contact_months: int
    equality_months: int
    proxy_hops: int
    limits: bool
    production: bool

    @property
    def https(self) -> bool:
        """Whether browsers reach the service over HTTPS, so that cookies and HSTS may rely on it."""
        return self.base_url.startswith("https://")


SETTINGS: Mapping[str, tuple[str, str]] = {
    "DATA_DIR": ("./data", "The folder of the embedded default: database, photos, outbox and secret."),
    "DATABASE_URL": (
        "sqlite:///<data dir>/night-safety.sqlite3",
        "Where the register and the walks are kept; or postgresql://user@host:port/name.",
    ),
    "MAIL": (
        "folder:<data dir>/outbox",
        "Where letters go: one .eml file each, or smtp://user:password@host:port (smtps:// for TLS, ?from=ADDRESS).",
    ),
    "PHOTOS": (
        "folder:<data dir>/photos",
        "Where repainted photos and the files of editions are kept; or s3://bucket/prefix (see below).",
    ),
    "SECRET_FILE": (
        "<data dir>/secret",
        "The file with the key that seals special data; made on first run, mode 600.",
    ),
    "BASE_URL": ("http://127.0.0.1:8000", "The address that letters and invitations point at."),
    "PUBLIC_DELAY_DAYS": ("14", "How many days old a walk must be before anything of it is public."),
    "CONTACT_MONTHS": ("12", "How many months after her last walk an auditor's phones are forgotten."),
    "EQUALITY_MONTHS": ("24", "How many months what an auditor told of herself is kept."),
    "PROXY_HOPS": ("0", "How many proxies in front are trusted to tell the client's address."),
    "LIMITS": ("on", "Whether bursts of requests are slowed; off only for tests and benchmarks."),
    "PRODUCTION": ("off", "Whether real people's data is held: refuses every setting that is only fit for a trial."),
}


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings of `environment`; NAME_FILE names a file that holds the value of NAME.

    Raises BadSetting with a sentence for an unknown name or a value that cannot be used.
    """
    _refuse_unknown(environment)
    data_dir = Path(_value(environment, "DATA_DIR"))
    chosen = {name: _value(environment, name).replace("<data dir>", str(data_dir)) for name in SETTINGS}
    settings = Settings(
        data_dir=data_dir,
        database_url=chosen["DATABASE_URL"],
        mail=_one_of(chosen, "MAIL", ("folder:", "smtp://", "smtps://")),
        photos=_photos(chosen),
        photos_endpoint=environment.get(ENDPOINT, ""),
        secret_file=Path(chosen["SECRET_FILE"]),
        base_url=_address(chosen["BASE_URL"]),
        public_delay_days=_number(chosen, "PUBLIC_DELAY_DAYS"),
        contact_months=_number(chosen, "CONTACT_MONTHS"),
        equality_months=_number(chosen, "EQUALITY_MONTHS"),
        proxy_hops=_number(chosen, "PROXY_HOPS"),
        limits=_switch(chosen, "LIMITS"),
        production=_switch(chosen, "PRODUCTION"),
    )
    _refuse_unfit(settings)
    return settings


def secret_key(settings: Settings) -> bytes:
    """The key that seals special data, read from its file, or made there on the first run with mode 600."""
    path = settings.secret_file
    if not path.exists():
        _make_secret(path)
    key = path.read_bytes().strip()
    if len(key) < SECRET_BYTES:
        raise BadSetting(f"The key in {path} is shorter than {SECRET_BYTES} bytes. Delete it to have a new one made.")
    if settings.production and key == DEMO_SECRET:
        raise BadSetting(f"The key in {path} is the demo's, which everybody knows. Delete it to have a new one made.")
    return key


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES).encode())
        file.flush()
        os.fsync(file.fileno())


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name for name in SETTINGS} | {PREFIX + name + "_FILE" for name in SETTINGS}
    tests = PREFIX + "TEST_", PREFIX + "SHARED_"
    for name in environment:
        if name.startswith(PREFIX) and name not in known and not name.startswith(tests):
            raise BadSetting(f"There is no setting {name}. The README lists them all.")


def _value(environment: Mapping[str, str], name: str) -> str:
    given = environment.get(PREFIX + name)
    if given:
        return given
    # SECRET_FILE is itself a setting that names a file; for the others the suffix means "the value is in there".
    if file := environment.get(f"{PREFIX}{name}_FILE"):
        return Path(file).read_text(encoding="utf8").strip()
    return SETTINGS[name][0]


def _one_of(chosen: Mapping[str, str], name: str, starts: tuple[str, ...]) -> str:
    if not chosen[name].startswith(starts):
        raise BadSetting(f"{PREFIX}{name} must begin with {' or '.join(starts)}.")
    return chosen[name]


def _photos(chosen: Mapping[str, str]) -> str:
    address = _one_of(chosen, "PHOTOS", ("folder:", "s3://"))
    if address.startswith("s3://") and not urlsplit(address).netloc:
        raise BadSetting(f"{PREFIX}PHOTOS names no bucket. Write it as in s3://bucket/prefix.")
    return address


def _number(chosen: Mapping[str, str], name: str) -> int:
    if not chosen[name].isascii() or not chosen[name].isdigit():
        raise BadSetting(f"{PREFIX}{name} must be a whole number, such as {SETTINGS[name][0]}.")
    return int(chosen[name])


def _switch(chosen: Mapping[str, str], name: str) -> bool:
    if chosen[name] not in ("on", "off"):
        raise BadSetting(f"{PREFIX}{name} must be on or off.")
    return chosen[name] == "on"


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSetting(f"{PREFIX}BASE_URL must be an address such as https://night-safety.example.")
    return url.rstrip("/")


def _refuse_unfit(settings: Settings) -> None:
    if not settings.production:
        return
    if settings.public_delay_days < MIN_PUBLIC_DELAY_DAYS:
        raise BadSetting(f"{PREFIX}PUBLIC_DELAY_DAYS must be at least {MIN_PUBLIC_DELAY_DAYS} in production.")
    if settings.photos_endpoint.startswith("http://") and urlsplit(settings.photos_endpoint).hostname not in LOOPBACK:
        raise BadSetting(f"{ENDPOINT} must begin with https:// in production.")
    if not settings.limits:
        raise BadSetting(f"{PREFIX}LIMITS must be on in production.")
    if not settings.https and urlsplit(settings.base_url).hostname not in LOOPBACK:
        raise BadSetting(f"{PREFIX}BASE_URL must begin with https:// in production.")

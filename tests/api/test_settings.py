"""Settings: read once, checked, refused in words."""

import stat
from pathlib import Path

import pytest

from api.settings import DEMO_SECRET, SETTINGS, BadSetting, secret_key, settings_from


def test_the_defaults_are_an_embedded_service_in_data() -> None:
    """Without any setting everything lies in ./data."""
    settings = settings_from({})

    assert settings.database_url == "sqlite:///data/night-safety.sqlite3"
    assert (settings.mail, settings.photos) == ("folder:data/outbox", "folder:data/photos")
    assert settings.limits and not settings.production


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    """NAME_FILE names a file that holds the value, as container secrets do."""
    (tmp_path / "url").write_text("postgresql://ns@db/ns\n")

    assert settings_from({"NIGHT_SAFETY_DATABASE_URL_FILE": str(tmp_path / "url")}).database_url.endswith("@db/ns")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("LIMITS", "maybe", "on or off"),
        ("PUBLIC_DELAY_DAYS", "-1", "whole number"),
        ("MAIL", "pigeon:", "folder:"),
        ("BASE_URL", "night", "https://"),
        ("COLOUR", "violet", "no setting"),
    ],
)
def test_a_bad_setting_is_named_with_what_to_write(name: str, value: str, says: str) -> None:
    """The message names the setting and what it takes."""
    with pytest.raises(BadSetting, match=says) as refused:
        settings_from({f"NIGHT_SAFETY_{name}": value})

    assert f"NIGHT_SAFETY_{name}" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NIGHT_SAFETY_PUBLIC_DELAY_DAYS", "13"),
        ("NIGHT_SAFETY_LIMITS", "off"),
        ("NIGHT_SAFETY_BASE_URL", "http://x"),
        ("AWS_ENDPOINT_URL", "http://minio.example:9000"),
    ],
)
def test_production_refuses_what_is_for_trials(name: str, value: str) -> None:
    """What would expose people is refused where real people's data is held."""
    fit = {"NIGHT_SAFETY_PRODUCTION": "on", "NIGHT_SAFETY_BASE_URL": "https://night-safety.example"}

    assert settings_from(fit).production
    with pytest.raises(BadSetting):
        settings_from(fit | {name: value})


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    """The first run makes the key with mode 600; the second reads the same."""
    settings = settings_from({"NIGHT_SAFETY_DATA_DIR": str(tmp_path / "new")})
    key = secret_key(settings)

    assert len(key) >= 32 and secret_key(settings) == key
    assert stat.S_IMODE(settings.secret_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("key", [b"short", DEMO_SECRET])
def test_a_weak_key_is_refused_in_production(tmp_path: Path, key: bytes) -> None:
    """A short key and the demo's protect nobody."""
    (tmp_path / "secret").write_bytes(key)
    trial = {"NIGHT_SAFETY_DATA_DIR": str(tmp_path), "NIGHT_SAFETY_BASE_URL": "https://x.example"}

    with pytest.raises(BadSetting, match="Delete it"):
        secret_key(settings_from(trial | {"NIGHT_SAFETY_PRODUCTION": "on"}))


def test_every_setting_has_its_sentence() -> None:
    """A sentence each, for the README's table."""
    assert all(sentence.endswith(".") for _, sentence in SETTINGS.values())

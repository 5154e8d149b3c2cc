"""Off by default; on with everything that is needed; one clear line where something is missing."""
from __future__ import annotations

import subprocess
import sys
from typing import Optional

import pytest

from spinebot.channels.whatsapp.settings import (
    SettingsError,
    meta_settings,
    problems,
    switched_on,
    twilio_settings,
)
from spinebot.ops.environment import child_environment
from spinebot.paths import ROOT
from tests.ports import free_port

META = {"SPINEBOT_WHATSAPP": "meta", "SPINEBOT_WHATSAPP_APP_SECRET": "hidden-1",
        "SPINEBOT_WHATSAPP_VERIFY_TOKEN": "hidden-2", "SPINEBOT_WHATSAPP_PHONE_NUMBER_ID": "7",
        "SPINEBOT_WHATSAPP_ACCESS_TOKEN": "hidden-3"}
TWILIO = {"SPINEBOT_WHATSAPP": "twilio", "SPINEBOT_TWILIO_ACCOUNT_SID": "AC1",
          "SPINEBOT_TWILIO_AUTH_TOKEN": "hidden-4", "SPINEBOT_TWILIO_NUMBER": "+91 98450 00000",
          "SPINEBOT_TWILIO_WEBHOOK_URL": "https://bot.example/webhooks/whatsapp_twilio/webhook",
          "SPINEBOT_TWILIO_CONTENT_3": "HX3"}


@pytest.mark.parametrize("value", ["", "off", " OFF "])
def test_off(value: str) -> None:
    environment = {**META, "SPINEBOT_WHATSAPP": value}
    assert (meta_settings(environment), twilio_settings(environment)) == (None, None)


def test_both_can_be_on() -> None:
    assert switched_on({"SPINEBOT_WHATSAPP": "meta, Twilio"}) == {"meta", "twilio"}


def test_a_misspelt_switch_is_told() -> None:
    assert problems({"SPINEBOT_WHATSAPP": "yes"}) == [
        "SPINEBOT_WHATSAPP must be off, meta, twilio or meta,twilio."]


@pytest.mark.parametrize("missing", [name for name in {**META, **TWILIO}
                                     if name not in ("SPINEBOT_WHATSAPP",
                                                     "SPINEBOT_TWILIO_CONTENT_3")])
def test_what_is_missing_is_named(missing: str) -> None:
    environment = {**META, **TWILIO, "SPINEBOT_WHATSAPP": "meta,twilio", missing: " "}
    (line,) = problems(environment)
    assert missing in line
    assert "hidden" not in line


def test_secrets_are_not_shown() -> None:
    assert "hidden" not in repr(meta_settings(META)) + repr(twilio_settings(TWILIO))


def test_twilio_reads_number_and_templates() -> None:
    settings = twilio_settings(TWILIO)
    assert settings is not None
    assert settings.number == "919845000000"
    assert settings.contents == {3: "HX3"}


@pytest.mark.parametrize("unit", ["0", "-1", "x", "61"])
def test_a_senseless_unit_is_refused(unit: str) -> None:
    with pytest.raises(SettingsError, match="RETRY_UNIT"):
        meta_settings({**META, "SPINEBOT_WHATSAPP_RETRY_UNIT": unit})


def test_make_run_stops_with_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "spinebot.ops.serve"], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False, env={
            **child_environment(), "SPINEBOT_WHATSAPP": "meta",
            "SPINEBOT_WHATSAPP_APP_SECRET": "hidden-1", "SPINEBOT_PORT": str(free_port()),
            "SPINEBOT_ACTIONS_PORT": str(free_port())})
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "SPINEBOT_WHATSAPP is on (meta), but SPINEBOT_WHATSAPP_VERIFY_TOKEN, "
        "SPINEBOT_WHATSAPP_PHONE_NUMBER_ID, SPINEBOT_WHATSAPP_ACCESS_TOKEN are not set."]


@pytest.mark.parametrize(("own", "shared", "used"), [
    (None, "postgresql://db/talks", "postgresql://db/talks"),
    ("postgresql://db/queue", "postgresql://db/talks", "postgresql://db/queue"),
    (None, "sqlite:///talks.db", None), (None, None, None)])
def test_the_queue_lies_with_the_talks_where_that_database_serves_many(
        own: Optional[str], shared: Optional[str], used: Optional[str]) -> None:
    places = {"SPINEBOT_WHATSAPP_DATABASE": own, "SPINEBOT_DATABASE_URL": shared}
    settings = meta_settings({**META, **{name: url for name, url in places.items() if url}})
    assert settings and settings.common.database == used

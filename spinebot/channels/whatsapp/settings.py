"""The channel's settings, from environment variables only; off unless SPINEBOT_WHATSAPP says so."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Optional

from spinebot.variables import DATABASE_URL

SWITCH = "SPINEBOT_WHATSAPP"
META, TWILIO = "meta", "twilio"
_META_NEEDS = ("SPINEBOT_WHATSAPP_APP_SECRET", "SPINEBOT_WHATSAPP_VERIFY_TOKEN",
               "SPINEBOT_WHATSAPP_PHONE_NUMBER_ID", "SPINEBOT_WHATSAPP_ACCESS_TOKEN")
_TWILIO_NEEDS = ("SPINEBOT_TWILIO_ACCOUNT_SID", "SPINEBOT_TWILIO_AUTH_TOKEN",
                 "SPINEBOT_TWILIO_NUMBER", "SPINEBOT_TWILIO_WEBHOOK_URL")


class SettingsError(ValueError):
    """The settings do not allow a start; the text is one line for the operator."""


@dataclass(frozen=True)
class Common:
    """What both transports share.

    Attributes:
        database: SQLAlchemy address of the inbox and outbox; None: beside the tracker store.
        unit: seconds that one unit of waiting lasts; 1 but for tests.
    """

    database: Optional[str] = field(default=None, repr=False)
    unit: float = 1.0


@dataclass(frozen=True)
class MetaSettings:
    """Access to Meta's Cloud API."""

    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    phone_number_id: str = field(repr=False)
    access_token: str = field(repr=False)
    api: str
    common: Common


@dataclass(frozen=True)
class TwilioSettings:
    """Access to Twilio.

    Attributes:
        number: our WhatsApp number, digits only.
        webhook_url: the public address of our webhook, as it was given to Twilio.
        contents: number of buttons -> id of the quick-reply template that shows so many.
    """

    account_sid: str = field(repr=False)
    auth_token: str = field(repr=False)
    number: str = field(repr=False)
    webhook_url: str
    api: str
    contents: Mapping[int, str]
    common: Common


def switched_on(environment: Mapping[str, str]) -> frozenset[str]:
    """The transports that are on.

    Raises:
        SettingsError: the switch names something else.
    """
    names = {name.strip().lower() for name in environment.get(SWITCH, "").split(",")}
    names -= {"", "off"}
    if not names <= {META, TWILIO}:
        raise SettingsError(f"{SWITCH} must be off, {META}, {TWILIO} or {META},{TWILIO}.")
    return frozenset(names)


def meta_settings(environment: Mapping[str, str]) -> Optional[MetaSettings]:
    """Meta's settings, or None where it is off.

    Raises:
        SettingsError: it is on and a variable is missing.
    """
    if META not in switched_on(environment):
        return None
    secret, verify_token, number, access_token = _needed(META, _META_NEEDS, environment)
    api = environment.get("SPINEBOT_WHATSAPP_API", "https://graph.facebook.com/v23.0")
    return MetaSettings(secret, verify_token, number, access_token, api.rstrip("/"),
                        _common(environment))


def twilio_settings(environment: Mapping[str, str]) -> Optional[TwilioSettings]:
    """Twilio's settings, or None where it is off.

    Raises:
        SettingsError: it is on and a variable is missing.
    """
    if TWILIO not in switched_on(environment):
        return None
    account, secret, number, url = _needed(TWILIO, _TWILIO_NEEDS, environment)
    digits = "".join(filter(str.isdigit, number))
    contents = {count: environment[name] for count in (1, 2, 3)
                for name in [f"SPINEBOT_TWILIO_CONTENT_{count}"] if environment.get(name)}
    api = environment.get("SPINEBOT_TWILIO_API", "https://api.twilio.com")
    return TwilioSettings(account, secret, digits, url, api.rstrip("/"), contents,
                          _common(environment))


def problems(environment: Mapping[str, str]) -> list[str]:
    """One line for each transport that is on and cannot start."""
    found = []
    for read in (meta_settings, twilio_settings):
        try:
            read(environment)
        except SettingsError as error:
            found.append(str(error))
    return sorted(set(found))


def _needed(name: str, variables: tuple[str, ...], environment: Mapping[str, str]) -> list[str]:
    missing = [variable for variable in variables if not environment.get(variable, "").strip()]
    if missing:
        raise SettingsError(f"{SWITCH} is on ({name}), but {', '.join(missing)} "
                            f"{'is' if len(missing) == 1 else 'are'} not set.")
    return [environment[variable].strip() for variable in variables]


def _common(environment: Mapping[str, str]) -> Common:
    unit = environment.get("SPINEBOT_WHATSAPP_RETRY_UNIT", "1")
    try:
        seconds = float(unit)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 60:
        raise SettingsError("SPINEBOT_WHATSAPP_RETRY_UNIT must be a number of seconds up to 60.")
    shared = environment.get(DATABASE_URL, "")
    # a file of SQLite serves one writer, so that there the tracker store keeps its own
    beside = shared if shared.startswith("postgresql") else ""
    return Common(environment.get("SPINEBOT_WHATSAPP_DATABASE") or beside or None, seconds)

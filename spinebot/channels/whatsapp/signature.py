"""Whether a webhook was really sent by the provider; every comparison takes constant time."""
from __future__ import annotations

import hashlib
import hmac
from typing import Mapping, Optional

from twilio.request_validator import RequestValidator

_META_PREFIX = "sha256="


def same(given: Optional[str], expected: str) -> bool:
    """Whether two texts are equal; a text that is missing or not ASCII is not."""
    return hmac.compare_digest((given or "").encode("utf-8", "surrogateescape"),
                               expected.encode("utf-8"))


def meta_signature(secret: str, body: bytes) -> str:
    """The header `X-Hub-Signature-256` for the raw bytes of a body."""
    return _META_PREFIX + hmac.new(secret.encode("utf-8"), body, hashlib.sha256).hexdigest()


def meta_signed(secret: str, body: bytes, header: Optional[str]) -> bool:
    """Whether Meta signed these raw bytes."""
    return same(header, meta_signature(secret, body))


def twilio_signature(secret: str, url: str, fields: Mapping[str, str]) -> str:
    """The header `X-Twilio-Signature` for a form posted to the public address."""
    return str(RequestValidator(secret).compute_signature(url, fields))


def twilio_signed(secret: str, url: str, fields: Mapping[str, str], header: Optional[str]) -> bool:
    """Whether Twilio signed this form; blank fields count."""
    return same(header, twilio_signature(secret, url, fields))

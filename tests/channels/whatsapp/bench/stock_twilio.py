"""`rasa run` with Rasa's own Twilio channel; its HTTP calls go to STANDIN instead of Twilio."""
from __future__ import annotations

import os
import sys
import warnings
from typing import Any
from urllib.parse import urlsplit

from rasa.__main__ import main
from twilio.http.http_client import TwilioHttpClient

_request = TwilioHttpClient.request


def to_standin(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
    return _request(self, method, os.environ["STANDIN"] + urlsplit(url).path, *args, **kwargs)


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    TwilioHttpClient.request = to_standin
    sys.exit(main())

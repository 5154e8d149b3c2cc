"""One Rasa process in the foreground, for a service manager: `python -m spinebot.ops.worker`.

Everything it needs to know stands in the environment; it ends by SIGTERM, after the turns that
run. The action server is a process of its own: `python -m spinebot.ops.action_server`.
"""
from __future__ import annotations

import os
import sys
import warnings

from spinebot import logs
from spinebot.ops import preflight
from spinebot.ops.environment import RASA_HOST, RASA_PORT, actions_url, use_defaults
from spinebot.ops.train import MODEL
from spinebot.paths import ROOT
from spinebot.variables import API_TOKEN


def main() -> None:
    """Serve until SIGTERM or Ctrl-C.

    Raises:
        SystemExit: with one line for each problem.
    """
    found = preflight.problems(os.environ, {"SPINEBOT_PORT": RASA_PORT}, RASA_HOST)
    if not MODEL.is_file():
        found.append(f"{MODEL.relative_to(ROOT)} is missing: run `make train`.")
    if found:
        sys.exit("\n".join(found))
    # only now: this takes seconds, and the variables must stand before
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.exceptions import RasaException
    from rasa.utils.common import configure_library_logging

    from spinebot.channels.operations import api

    configure_library_logging()
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    endpoints.action.url = actions_url()
    open_api = bool(os.environ.get(API_TOKEN))
    try:
        serve_application(str(MODEL), interface=RASA_HOST, port=RASA_PORT, endpoints=endpoints,
                          credentials=str(ROOT / "credentials.yml"), enable_api=open_api,
                          auth_token=api.RASA_TOKEN if open_api else None)
    except RasaException as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    use_defaults()
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # TensorFlow writes past our logs, and not in JSON
    warnings.simplefilter("ignore")
    logs.install(os.environ)
    main()

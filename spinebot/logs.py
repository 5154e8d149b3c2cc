"""Logs that hold nothing of a visitor: no words, names, numbers or ids of conversations.

Our own lines are written to hold none. Those of libraries may (Rasa prints the text of a message
whose turn failed), so that once visitors are served only their place in the code and the type of
the error are kept. JSON lines in production, plain ones in development. LOG_LEVEL=DEBUG keeps
everything; production refuses to start with it.
"""
from __future__ import annotations

import json
import logging
import sys
import threading
import time
from typing import Any, Mapping, MutableMapping, Optional

import structlog
from sanic import Sanic

from spinebot import mode

OURS = "spinebot"
_SANIC = ("sanic.root", "sanic.error", "sanic.access")
_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

logger = logging.getLogger(__name__)


class _Recorder:
    """Makes log records.

    Attributes:
        scrubbing: visitors are served, so nothing but our own words may be kept.
        debugging: keep all of it all the same.
    """

    def __init__(self, debugging: bool) -> None:
        self.scrubbing = False
        self.debugging = debugging

    def __call__(self, name: str, level: int, path: str, line: int, message: Any, args: Any,
                 exc_info: Any, func: Optional[str] = None, sinfo: Optional[str] = None,
                 **kwargs: Any) -> logging.LogRecord:
        """As `logging.LogRecord`; the record's `fault` is the type of its exception."""
        fault = exc_info[0].__name__ if isinstance(exc_info, tuple) and exc_info[0] else None
        if self.scrubbing and not self.debugging:
            exc_info, sinfo = None, None
            if name.partition(".")[0] != OURS:
                message, args = f"line {line}, {func}", ()
        record = logging.LogRecord(name, level, path, line, message, args, exc_info, func, sinfo,
                                   **kwargs)
        record.fault = fault
        return record


class JsonLines(logging.Formatter):
    """One JSON object a line: `time` (UTC), `level`, `logger`, `event`, and what else is known."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {"time": f"{stamp}.{int(record.msecs):03d}Z", "level": record.levelname.lower(),
                "logger": record.name, "event": record.getMessage(),
                **getattr(record, "fields", {})}
        if getattr(record, "fault", None):
            line["fault"] = getattr(record, "fault", None)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """The same for a person."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the type of an error whose text was dropped."""
        fault = getattr(record, "fault", None)
        return super().format(record) + (f" ({fault})" if fault and not record.exc_info else "")


def install(environment: Mapping[str, str]) -> None:
    """Take over all logging of this process.

    Args:
        environment: SPINEBOT_MODE, LOG_LEVEL and LOG_LEVEL_LIBRARIES.
    """
    strict = mode.production(environment)
    level = environment.get("LOG_LEVEL", "WARNING").upper()
    logging.setLogRecordFactory(_Recorder(debugging=level == "DEBUG" and not strict))
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines() if strict else TextLines(_TEXT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(environment.get("LOG_LEVEL_LIBRARIES", "ERROR").upper())
    logging.lastResort = handler
    logging.getLogger("rasa").setLevel(level)
    logging.getLogger(OURS).setLevel("INFO" if strict else level)
    _structlog(level)


async def serving(_: Sanic, __: Any) -> None:
    """Sanic listener for `before_server_start`: from here on, visitors may be heard of."""
    for name in _SANIC:  # they have handlers of their own, or none at all
        sanic_logger = logging.getLogger(name)
        sanic_logger.handlers.clear()
        sanic_logger.propagate = True
    recorder = logging.getLogRecordFactory()
    if isinstance(recorder, _Recorder) and not recorder.scrubbing:
        recorder.scrubbing = True
        if not recorder.debugging:
            _hooks()


def _hooks() -> None:
    """What Python itself prints of an error nobody caught would quote the error's text."""
    sys.excepthook = lambda kind, *_: logger.critical("ended by %s", kind.__name__)
    threading.excepthook = lambda args: logger.error("a thread ended by %s", args.exc_type.__name__)
    sys.unraisablehook = lambda args: logger.error("dropped %s", args.exc_type.__name__)


def _structlog(level: str) -> None:
    """Rasa's structured events go the way of all others."""
    structlog.configure(
        processors=[_plain],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True)


def _plain(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """An event as arguments of `logging.log`."""
    exc_info = event.pop("exc_info", None)
    name = event.pop("event", "")
    return {"msg": f"{name} {dict(event)}" if event else str(name), "exc_info": exc_info}

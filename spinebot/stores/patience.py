"""No thread waits for PostgreSQL longer than 1.5 s, also when it is frozen.

The server's own time-outs do not help there, and libpq has none for an answer. psycopg2 lets a
function of ours do the waiting, for every connection of the process.
"""
from __future__ import annotations

import select
import time
from typing import Any

import psycopg2
from psycopg2 import extensions

STATEMENT_SECONDS = 1.5
_SERVER = int(STATEMENT_SECONDS * 1000)
# Between two statements of a transaction only Python runs. A replica that was frozen there holds a
# conversation's lock, and whoever takes the conversation over must not wait for it.
_IDLE = 1000
# Of the server as well, so that it lets go of what nobody waits for.
CONNECT = {"connect_timeout": int(STATEMENT_SECONDS),
           "options": f"-c statement_timeout={_SERVER} -c lock_timeout={_SERVER} "
                      f"-c idle_in_transaction_session_timeout={_IDLE}"}


def install() -> None:
    """Give every connection of psycopg2 in this process that patience, and no more."""
    extensions.set_wait_callback(_wait)


def _wait(connection: Any) -> None:
    """Wait for one answer.

    Raises:
        psycopg2.OperationalError: it did not come; psycopg2 closes the connection then.
    """
    until = time.monotonic() + STATEMENT_SECONDS
    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        waiting = select.poll()
        waiting.register(connection.fileno(),
                         select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        left = until - time.monotonic()
        if left <= 0 or not waiting.poll(left * 1000):
            raise psycopg2.OperationalError("the database does not answer")

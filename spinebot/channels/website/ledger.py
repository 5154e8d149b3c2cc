"""Which messages were taken already, so that the same id never makes a second turn."""
from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any, Callable, Mapping, Optional

from spinebot.channels.turn import Turn

MAX_CONVERSATIONS = 1_000  # at about 2 KB a turn
# Of a conversation, and as many from before: a message is retried within seconds, not 50 messages
# later.
MAX_TURNS = 50

Answers = Mapping[str, list[dict[str, Any]]]  # message id -> what was answered


class Record:
    """The turns of one conversation that may be asked for again.

    Attributes:
        earlier: answers from before this record began (another run of the server, or so long
            ago that the record was given up).
    """

    def __init__(self, earlier: asyncio.Future[Answers]) -> None:
        self.earlier = earlier
        self._turns: OrderedDict[str, Turn] = OrderedDict()

    def turn(self, message: str) -> Optional[Turn]:
        """The turn of this message id, unless there is none or it failed."""
        turn = self._turns.get(message)
        return None if turn is None or turn.failed else turn

    def keep(self, message: str, turn: Turn) -> None:
        """Note the turn, and give up the oldest where there are too many."""
        self._turns[message] = turn
        self._turns.move_to_end(message)
        if len(self._turns) > MAX_TURNS:
            self._turns.popitem(last=False)


class Ledger:
    """The records of the conversations used last; memory stays bounded."""

    def __init__(self) -> None:
        self._records: OrderedDict[str, Record] = OrderedDict()

    def find(self, conversation: str) -> Optional[Record]:
        """The conversation's record."""
        return self._records.get(conversation)

    def open(self, conversation: str, load: Callable[[], asyncio.Future[Answers]]) -> Record:
        """The conversation's record, begun if there is none.

        Args:
            load: starts to look for what was answered before; called for a new record only.
        """
        if conversation not in self._records:
            self._records[conversation] = Record(load())
        self._records.move_to_end(conversation)
        if len(self._records) > MAX_CONVERSATIONS:
            self._records.popitem(last=False)
        return self._records[conversation]

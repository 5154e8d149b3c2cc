"""The conversations used last, so that they go on while the database is away."""
from __future__ import annotations

from collections import OrderedDict
from typing import Optional, Sequence

MAX_CONVERSATIONS = 500  # at some 2 KB an event, 70 events a conversation
Rows = Sequence[str]  # events of a conversation's last session, each as JSON


class Memory:
    """Conversation -> its events; the one used longest ago is given up first."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Rows] = OrderedDict()

    def get(self, conversation: str) -> Optional[Rows]:
        """The events; None where they are not known."""
        return self._known.get(conversation)

    def put(self, conversation: str, rows: Rows) -> None:
        """Know these events from now on."""
        self._known[conversation] = rows
        self._known.move_to_end(conversation)
        if len(self._known) > MAX_CONVERSATIONS:
            self._known.popitem(last=False)

    def add(self, conversation: str, rows: Rows) -> None:
        """Know these events beside those known."""
        self.put(conversation, [*(self.get(conversation) or ()), *rows])

    def drop(self, conversation: str) -> None:
        """Know nothing of the conversation any more."""
        self._known.pop(conversation, None)

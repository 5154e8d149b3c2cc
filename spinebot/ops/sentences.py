"""Split an answer into the sentences that cite facts."""
from __future__ import annotations

import re

BULLET = "• "

# A full stop ends a sentence only before white space, so that an email, a website and a
# placeholder ({clinic_email}) stay whole, filled or not.
_END = re.compile(r"(?<=[.!?])\s+")


def sentences(text: str) -> list[str]:
    """Sentences of `text`, in order.

    A bullet is one sentence, however many full stops it holds; so is the rest of a line without
    an end mark, such as "Common signs are:" or "Email {clinic_email}".
    """
    found: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found += [line] if line.startswith(BULLET) else _END.split(line)
    return found

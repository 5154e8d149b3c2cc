"""Red flags of the spine: pure functions over text and values; nothing of Rasa in here."""

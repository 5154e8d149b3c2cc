"""Spinebot: answers about spinal hematoma and a red-flag flow, on Rasa and spaCy."""

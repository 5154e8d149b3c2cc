"""Rasa policies beside the stock ones."""

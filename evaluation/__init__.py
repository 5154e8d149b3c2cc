"""Measurements of the assistant: messages, comparisons, and the report they end in."""

"""The assistant's custom actions: one a file, no text; text stands in domain.yml."""

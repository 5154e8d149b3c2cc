"""Start, train, check: what the Makefile calls."""

"""Where conversations, locks and claims are kept, so that no fault of a store loses a turn."""

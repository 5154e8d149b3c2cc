"""Ways in and out: channels verify, parse, render and send, and know nothing of medicine."""

"""A stand-in for WhatsApp on this machine: Meta's API with its limits, a phone, and a demo."""

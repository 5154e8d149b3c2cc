"""What the operator reaches: health, metrics, and the token before Rasa's own API."""

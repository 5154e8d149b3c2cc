"""The whole installation under faults, attacks and load; real processes throughout."""

"""Error analysis of the assistant: where the red-flag gate is right, wrong and unsure."""

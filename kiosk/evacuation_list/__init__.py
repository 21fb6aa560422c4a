"""The evacuation list before anybody draws it: its order, how far to believe it, in words, as facts, as a table."""

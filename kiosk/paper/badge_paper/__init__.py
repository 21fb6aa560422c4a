"""The evacuation list on badge paper: pages of dots for the printer that stands in the lobby anyway."""

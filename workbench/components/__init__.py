"""Every component of the kiosk in every state, on one picture for each theme and direction."""

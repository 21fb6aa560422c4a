"""HTTP: devices' routes, health, and the frame that pages and the API join. No rules of the business here."""

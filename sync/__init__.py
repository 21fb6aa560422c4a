"""What a kiosk, the cloud and an auditor must agree on, and the kiosk's half of keeping in step."""

__version__ = "0.1.0"

"""What the kiosk does, without a screen: use cases on the event log, the feed and the badge queue."""

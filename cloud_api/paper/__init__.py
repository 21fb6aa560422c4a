"""What the cloud draws for people to keep: pages in any script, as PDF. Pure functions of what they are given."""

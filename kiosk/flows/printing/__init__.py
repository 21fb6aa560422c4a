"""What is printed: badges, each once, and the evacuation list. The print room holds it together."""

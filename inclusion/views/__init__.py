"""Public pages of digital help."""

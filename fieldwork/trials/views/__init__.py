"""Public pages of the test campaigns."""

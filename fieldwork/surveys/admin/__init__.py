"""Admin of the surveys."""

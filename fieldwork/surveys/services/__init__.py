"""Services of the surveys."""

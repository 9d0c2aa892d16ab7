"""Admin of the indicators: list and steps, values, late ones."""

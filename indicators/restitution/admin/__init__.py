"""Admin of the annual report."""

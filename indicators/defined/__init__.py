"""Indicators that the committee defines: what it asks, how far it is, and the values with their sources."""

"""Indicators of the committee: definitions, progress, and values with their sources."""

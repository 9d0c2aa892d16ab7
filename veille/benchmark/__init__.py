"""Comparison of metropolises, at `/veille/comparatif/`: criteria, findings and their sources."""

"""Comparison of metropolises, at `/veille/comparatif/`: criteria, observations and their sources."""

"""Comparison of metropolises, at `/veille/comparatif/`: what is asked of each, what was found, and where."""

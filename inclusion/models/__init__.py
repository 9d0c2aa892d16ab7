"""Places where people are helped with the digital, resources to learn with, workshops."""

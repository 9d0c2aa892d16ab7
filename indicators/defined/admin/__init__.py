"""Screens of the indicators: the list and its steps, the values, what is late."""

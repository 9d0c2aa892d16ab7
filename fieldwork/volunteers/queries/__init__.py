"""Reads of the volunteers: who goes to what, and the calendar of the outings."""

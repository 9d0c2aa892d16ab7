"""Queries of the volunteers: participants, and the calendar of the outings."""

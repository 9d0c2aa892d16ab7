"""Queries of the public pages: search by distance and need, opening hours, plan, sections of topics."""

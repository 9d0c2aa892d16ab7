"""Reads for the pages of places, resources and workshops."""

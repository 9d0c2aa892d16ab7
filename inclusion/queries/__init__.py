"""Reads for the pages: what is near, what answers a need, whether it is open."""

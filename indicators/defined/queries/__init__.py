"""Queries of the indicators for pages, reports and the digest."""

"""Queries of the annual report: measures, stored figures, and names of the results of the year."""

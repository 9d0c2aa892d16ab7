"""Representativeness: members and participants compared with the population, in anonymous figures."""

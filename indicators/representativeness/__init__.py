"""Representativeness: members and participants compared with the population, in figures that identify nobody."""

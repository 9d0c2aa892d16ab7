"""Reads of several objects of a survey."""

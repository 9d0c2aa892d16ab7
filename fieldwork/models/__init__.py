"""Test campaigns of services, and surveys of the people met on the ground."""

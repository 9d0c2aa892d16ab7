"""Field work: test campaigns of services, and surveys of people met on the ground."""

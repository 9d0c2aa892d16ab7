"""What leaves of trials as files: open data, and what is held of a person."""

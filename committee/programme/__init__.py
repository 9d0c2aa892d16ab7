"""The work programme of a year: its ballot, its adoption, and what of it is late."""

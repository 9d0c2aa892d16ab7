"""Admin of the desk: agents enter texts that people bring on paper, or say in person or by phone."""

"""What the committee is worth in figures: whom it stands for, and the report of a year."""

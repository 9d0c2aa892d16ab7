"""What changes several objects of a survey."""

"""What leaves as a file: open data, calendars."""

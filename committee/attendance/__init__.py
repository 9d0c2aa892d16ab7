"""Attendance at sessions, seat by seat: sheet of the officers, code for members, rates, absence alerts."""

"""Attendance at sessions, seat by seat: the sheet of the officers, the code for members, the rates, the alert."""

"""Who came to a session, seat by seat: the sheet of the officers, the code shown in the room, the rates, the alert."""

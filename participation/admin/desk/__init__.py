"""Admin of the desk: agents enter what somebody came to say, said by phone or wrote on paper."""

"""The screens of the admin in which agents enter what somebody came to say, said by phone or wrote on paper."""

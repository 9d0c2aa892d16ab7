"""The watch in the admin: themes, sources, what is to be read."""

"""Faults in everything that a digest passes on its way, and a count of what arrives (docs/mail.md).

Real workers, broker, databases and a real mail server that notes each mail before it takes it. The verdict is that of
the mail server's notes and of the database, never of what the workers say.
"""

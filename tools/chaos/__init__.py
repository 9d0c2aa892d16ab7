"""Fault injection for everything that a digest passes through, and a count of what arrives (docs/mail.md).

Real workers, broker, databases and a real mail server, which logs each mail before accepting it. The verdict rests on
the mail server's log and the database, never on the output of the workers.
"""

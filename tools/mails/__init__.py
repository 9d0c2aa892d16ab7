"""Every kind of mail of the site, as it leaves: for the pictures, the tests and the audit of mails.

An act makes the site write one mail through the services that a page calls, on the data of the demonstration. Whoever
adds a kind of mail adds an act: `tests/digests/test_mail_lint.py` fails while a template of a mail is in none.
"""

"""Every kind of mail of the site as sent, for the pictures, the tests and the audit of mails.

An act triggers one mail through the services that a view calls, on the data of the demonstration. Each new kind of
mail needs an act: `tests/digests/test_mail_lint.py` fails while no act uses the template of a mail.
"""

"""Reads of test campaigns for pages, reports and mails."""

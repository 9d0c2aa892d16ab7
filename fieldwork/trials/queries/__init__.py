"""Queries of trials and findings for pages, files and mails."""

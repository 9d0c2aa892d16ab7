"""Bench of the pages beside the least that Django can do for the same job, in one run: `make bench`.

Only the shares last: milliseconds of one machine say nothing on another. How to read the table: docs/performance.md.
"""

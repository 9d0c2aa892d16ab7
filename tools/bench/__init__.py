"""`make bench`: the pages of the site beside the least that Django can do for the same job, in one run.

Only the shares last: milliseconds of one machine say nothing on another. How to read the table: docs/performance.md.
"""

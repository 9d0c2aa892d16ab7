"""Benchmark of the pages against minimal Django views that do the same job, in one run: `make bench`.

Only the ratios are comparable: milliseconds depend on the machine. How to read the table: docs/performance.md.
"""

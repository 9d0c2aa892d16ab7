"""Inventory of the site's code and a crawl of its pages, to find what a refactoring loses.

`python -m tools.inventory` writes `inventory.txt`, `python -m tools.inventory.crawl` writes `crawl.txt`; with `--check`
they compare instead (docs/quality.md).
"""

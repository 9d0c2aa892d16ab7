"""Inventory of the site, made from the code, and a crawl of its pages: what a change of mechanism may not lose.

`python -m tools.inventory` writes `inventory.txt`, `python -m tools.inventory.crawl` writes `crawl.txt`; with `--check`
they compare instead (docs/quality.md).
"""

"""Charts that the server draws: figures in; geometry, words and a table out. No database, no request, no library.

A page makes one of them (`bars`, `over_time`, `states`) and includes `components/charts/chart.html` with it as `chart`.
The drawing gets lengths that are ready to write (`"42.5%"`), so that no browser needs a script or an inline style, and
the same figures stand under it as a table (docs/decisions/0009-charts.md).
"""

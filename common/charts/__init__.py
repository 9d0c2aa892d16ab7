"""Server-rendered charts: from figures to geometry, words and a table. No database, request or library.

A page creates a chart (`bars`, `over_time`, `states`) and includes `components/charts/chart.html` with it as `chart`.
Lengths are passed to the template as text (`"42.5%"`), so that no script or inline style is needed; the same figures
are in a table below (docs/decisions/0009-charts.md).
"""

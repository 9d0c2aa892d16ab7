"""Import of the open data of a Decidim platform (four CSV files), and export of the same files (docs/import.md).

From a file to objects: `reader` yields raw rows, `rows` types and validates each, `mapping` makes an object,
`services.writer` saves it, `report` counts and records refusals with their reasons.
"""

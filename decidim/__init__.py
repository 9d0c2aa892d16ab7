"""Import of the open data of a Decidim platform (four CSV files), and export of the same files (docs/import.md).

From a file to objects: `reader` gives raw rows, `rows` types and checks each, `mapping` makes an object of it,
`services.writer` saves, `report` counts and keeps each refusal with its reason.
"""

"""Reads the open-data export of a Decidim platform (four CSV files) into calls, discussions, comments and proposals.

And back: `exporter` writes the same four files.

`reader` turns a file into raw rows and refuses what is not an export; `rows` types and checks one row; `mapping` says
what a row becomes here; `writer` saves, one transaction per file; `report` counts and keeps each refusal with its
reason.
See docs/import.md.
"""

from decidim.reader import ExportError
from decidim.report import Reason, Report
from decidim.services.exporter import export_folder
from decidim.services.importer import import_folder

__all__ = ["ExportError", "Reason", "Report", "export_folder", "import_folder"]

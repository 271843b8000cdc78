"""Excel workbooks (.xlsx): written, read and mended at the level of the package."""

from __future__ import annotations

from custbook_gen.backends.excel.file import ExcelFile, PreparedFile

__all__ = ["ExcelFile", "PreparedFile"]

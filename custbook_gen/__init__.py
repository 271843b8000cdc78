"""custbook-gen: customer books in a spreadsheet that can be trusted."""

__version__ = "0.1.0"

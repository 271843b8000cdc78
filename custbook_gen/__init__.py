"""custbook-gen: customer books in a spreadsheet that can be trusted."""

"""The requests of ``spreadsheets.batchUpdate``: a module per family, all or nothing together."""

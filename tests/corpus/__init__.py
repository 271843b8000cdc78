"""Workbooks of other people, read and patched; see ``packages.toml`` for where they come from."""

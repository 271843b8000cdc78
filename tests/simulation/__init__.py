"""People who edit many workbooks of one book at once, against a model of what must survive."""

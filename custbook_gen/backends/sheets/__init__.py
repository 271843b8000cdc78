"""Google spreadsheets: the only door to gspread and Google's libraries, opened when it is needed.

Pure modules turn plans and patches into request bodies and answers into raw workbooks
(:mod:`drawing`, :mod:`making`, :mod:`patching`, :mod:`contents`); :mod:`transport` alone sends.
"""

from custbook_gen.backends.sheets.address import parse_address
from custbook_gen.backends.sheets.pace import Pace
from custbook_gen.backends.sheets.sharing import Share, parse_share
from custbook_gen.backends.sheets.sheet import GoogleSheet, Online

__all__ = ["GoogleSheet", "Online", "Pace", "Share", "parse_address", "parse_share"]

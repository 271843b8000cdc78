"""Ways in which workbooks are damaged, by openpyxl and in their markup; what sync is to say of each.

A way works on any workbook of ours: it finds its sheet by the machine keys of a
:class:`Sheet`, which names one column of each kind.
"""

from tests.damages import around, exports, shape, values
from tests.damages.ways import WAYS, Sheet, damage

__all__ = ["WAYS", "Sheet", "around", "damage", "exports", "shape", "values"]

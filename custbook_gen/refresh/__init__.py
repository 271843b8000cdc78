"""Which cells of a workbook change when it is brought up to date."""

from custbook_gen.refresh.book import refresh
from custbook_gen.refresh.outcome import At, Outcome, Positions, Review, Reviewed

__all__ = ["At", "Outcome", "Positions", "Review", "Reviewed", "refresh"]

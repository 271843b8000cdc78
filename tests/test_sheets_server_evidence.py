"""What the local Sheets server rests on is written down, whole and up to date."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.sheets_server.evidence import Evidence, ledger, page

PAGE = Path(__file__).parents[1] / "docs" / "google-sheets-evidence.md"


def test_the_page_tells_the_ledger(update: bool) -> None:
    if update:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_behaviour_is_told_once_and_says_what_it_rests_on() -> None:
    behaviours = ledger()
    assert [name for name, count in Counter(one.id for one in behaviours).items() if count > 1] == []
    assert all(one.text and one.source for one in behaviours)
    assert {one.evidence for one in behaviours} == set(Evidence)


def test_what_is_not_verified_is_listed_last_under_a_head_that_says_so() -> None:
    _, _, rest = page().partition("## Not yet verified against live Google\n")
    unverified = [one.id for one in ledger() if one.evidence is Evidence.UNVERIFIED]
    assert unverified
    assert [line.split("`")[1] for line in rest.splitlines() if line.startswith("| `")] == unverified

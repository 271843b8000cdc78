"""What the local Sheets server rests on is written down, whole and up to date."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.sheets_server.evidence import Evidence, ledger, page

SHOWN_BY = {
    "atomic-batches": "test_refusals_name_the_request",
    "banding-overlap": "test_filters_banding_and_charts_come_and_go",
    "broken-names": "test_a_name_without_cells_is_not_listed_but_blocks_its_name",
    "cell-text-limit": "test_a_cell_holds_fifty_thousand_characters",
    "chart-anchor": "test_an_anchor_outside_the_grid_is_refused",
    "chart-sources": "test_filters_banding_and_charts_come_and_go",
    "chosen-ids": "test_an_id_that_is_taken_is_refused",
    "chosen-protection-id": "test_an_id_that_is_taken_is_refused",
    "conditional-format-subset": "test_conditional_formats_are_an_ordered_list",
    "conditions-by-use": "test_rules_for_conditions_are_those_of_the_documentation",
    "create-needs-owner": "test_service_accounts_cannot_create_spreadsheets_of_their_own",
    "create-whole": "test_a_whole_book_is_made_by_one_request",
    "delete-limits": "test_rows_that_must_stay",
    "drive-version": "test_every_change_raises_the_version",
    "error-prefix": "test_refusals_name_the_request",
    "formatted-values": "test_number_formats",
    "formulas-calculated": "test_formulas_that_cannot_be_calculated_fail_loudly",
    "grid-starts-zero-dropped": "test_zeros_and_false_flags_are_missing_in_answers",
    "groups-deepen": "test_groups_nest",
    "insert-inherits": "test_inserted_rows_look_like_the_one_before_or_after",
    "last-visible-tab": "test_the_last_visible_tab_stays",
    "list-ranges-absolute": "test_rules_formats_and_notes_are_read_back",
    "mask-decides-grid": "test_reading_answers_as_was_measured",
    "mask-grammar": "test_reading_answers_as_was_measured",
    "mask-slash": "test_frozen_rows_by_a_mask_with_a_slash",
    "metadata-id-collision": "test_metadata_is_found_changed_and_deleted",
    "metadata-limits": "test_metadata_is_found_changed_and_deleted",
    "metadata-lookups": "test_reading_answers_as_was_measured",
    "metadata-one-track": "test_metadata_lies_on_one_row_or_column",
    "no-effective-format": "test_effective_formats_are_refused_rather_than_invented",
    "no-self-removal": "test_protection_that_is_not_possible",
    "one-sheet-protection": "test_protection_that_is_not_possible",
    "other-zeros-dropped": "test_zeros_and_false_flags_are_missing_in_answers",
    "overflowing-values": "test_values_spread_from_one_cell_but_not_beyond_a_range",
    "own-files-only": "test_a_program_that_may_see_its_own_files_sees_no_others",
    "payload-limit": "test_a_body_of_more_than_ten_mebibytes_is_refused",
    "protection-adds-caller": "test_protecting_a_range",
    "protection-enforced": "test_protection_keeps_others_out_but_for_what_is_open",
    "quotas": "test_sixty_reads_a_minute_and_sixty_writes_of_their_own",
    "range-clamped": "test_reading_answers_as_was_measured",
    "ranges-select-tabs": "test_reading_answers_as_was_measured",
    "raw": "test_raw_values_are_stored_as_they_are_sent",
    "references-follow": "test_everything_follows_rows",
    "relative-rules": "test_rules_and_formats_with_formulas_stay_relative_to_their_cell",
    "render-options": "test_a_date_under_all_render_options",
    "rows-trimmed": "test_reading_answers_as_was_measured",
    "schema-errors": "test_bad_requests_are_refused_in_the_servers_words",
    "scopes": "test_a_token_without_the_scope_is_refused",
    "semicolons": "test_formulas_calculate_over_tabs_names_and_semicolons",
    "service-account-quota": "test_service_accounts_own_no_files_but_users_do",
    "sheet-id-zero-dropped": "test_protecting_a_range",
    "sort-keeps-formulas": "test_sorting_moves_rows_whole_with_their_own_formulas",
    "sort-order": "test_mixed_columns_are_sorted_by_kind_and_empty_cells_stay_last",
    "strict-rules-not-enforced": "test_a_strict_rule_does_not_hold_the_api_back",
    "tab-index": "test_tabs_are_added_moved_renamed_hidden_and_deleted",
    "tab-titles-unique": "test_refusals_name_the_request",
    "ten-million-cells": "test_ten_million_cells_are_the_limit",
    "token-refusals": "test_the_token_endpoint_says_why_it_refuses",
    "tokens": "test_tokens_expire_and_google_auth_fetches_another",
    "totals-count-once": "test_writing_ranges",
    "typed-percent-and-quote": "test_a_text_format_keeps_what_is_typed",
    "unprotected-ranges": "test_protection_that_is_not_possible",
    "update-cells-mask": "test_cells_lose_what_the_mask_names_and_they_do_not_give",
    "update-cells-range": "test_refusals_name_the_request",
    "uploads-refused": "test_uploads_are_no_spreadsheets",
    "user-entered": "test_typing_is_read_as_google_reads_it",
    "values-trimmed": "test_reading_ranges",
    "warning-only-editors": "test_protection_that_is_not_possible",
}
"""Behaviour: a test that shows it."""

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


def test_every_behaviour_is_shown_by_a_test() -> None:
    files = Path(__file__).parent.glob("test_sheets_server*.py")
    tests = {
        name
        for file in files
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    assert {one.id for one in ledger()} == set(SHOWN_BY)
    assert set(SHOWN_BY.values()) <= tests

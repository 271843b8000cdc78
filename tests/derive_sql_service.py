"""SQL of the rules about tickets and deals; the tables that it reads are made in :mod:`tests.derive_sql`."""

from __future__ import annotations

from collections.abc import Mapping

SECONDS = "(STRFTIME('%s', {end}) - STRFTIME('%s', opened_at))"

QUERIES: Mapping[str, tuple[str, str]] = {
    "response_hours": (
        "tenths",
        f"""SELECT ticket_id, ({SECONDS.format(end="reply")} + 180) / 360 FROM answered
        WHERE reply IS NOT NULL""",  # noqa: S608
    ),
    "resolve_hours": (
        "tenths",
        f"""SELECT ticket_id, ({SECONDS.format(end="solved")} + 180) / 360 FROM answered
        WHERE solved IS NOT NULL""",  # noqa: S608
    ),
    "sla_breached": (
        "bool",
        f"""SELECT ticket_id, {SECONDS.format(end="COALESCE(reply, solved, as_of || ' 23:59:59')")}
        > 3600 * CASE priority WHEN 'urgent' THEN 2 WHEN 'high' THEN 8 WHEN 'medium' THEN 24 ELSE 72 END
        FROM answered WHERE priority IS NOT NULL""",  # noqa: S608
    ),
    "open_days": (
        "int",
        """SELECT ticket_id, CAST(JULIANDAY(DATE(CASE WHEN open THEN as_of ELSE solved END))
        - JULIANDAY(DATE(opened_at)) AS INT) FROM answered WHERE open OR solved IS NOT NULL""",
    ),
    "open_tickets": (
        "int",
        """SELECT c.customer_id, COUNT(ticket_id) FROM customers c
        LEFT JOIN answered t ON t.customer_id = c.customer_id AND open GROUP BY c.customer_id""",
    ),
    "weighted_amount": (
        "cents",
        """SELECT deal_id, (amount * probability + 5000) / 10000 FROM deals
        WHERE amount IS NOT NULL AND probability IS NOT NULL""",
    ),
    "deal_age_days": (
        "int",
        """SELECT deal_id, MAX(0, CAST(JULIANDAY(MIN(COALESCE(closed_on, as_of), as_of))
        - JULIANDAY(created_on) AS INT)) FROM deals, run WHERE created_on <= as_of""",
    ),
    "deal_overdue": (
        "bool",
        "SELECT deal_id, stage NOT IN ('won', 'lost', 'invalid') AND expected_close < as_of FROM deals, run",
    ),
    "stage_age_days": (
        "int",
        """SELECT deal_id, CAST(JULIANDAY(as_of) - JULIANDAY(CASE WHEN since > created_on AND since <= as_of
        THEN since ELSE created_on END) AS INT) FROM (SELECT deals.*, COALESCE(CASE WHEN stage IN
        ('won', 'lost', 'invalid') THEN closed_on END, day, created_on) AS since
        FROM deals LEFT JOIN changes USING (deal_id)), run WHERE created_on <= as_of""",
    ),
}
"""What kind of value a rule gives, and the query that gives it: rows of key and value."""

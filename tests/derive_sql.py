"""The rules once more, in SQL: an independent computation to compare with.

Amounts are in cents, cycles in tenths of a day, other decimals as :data:`PLACES` says; the
settings are the defaults, or with ``other`` those of :data:`OTHER`.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from custbook_gen.records import Tables, Value
from tests import derive_sql_records as records
from tests import derive_sql_service as service
from tests.derive_books import SHEETS

PLAIN: Mapping[str, Any] = {"areas": {"members": records.AREAS, "abroad": records.ABROAD}}
OTHER: Mapping[str, Any] = {
    **PLAIN,
    "rfm": {"mode": "quintile", "high": "mean", "window_days": 200},
    "frequency": {"levels": 3},
    "value": {"mode": "pareto"},
    "lifecycle": {"sleeping": False},
    "follow_up": {"revisit_lost": True},
}
PLACES: Mapping[str, int] = {
    "quantity": 3,
    "unit_price": 4,
    "discount": 4,
    "rate": 6,
    "paid": 2,
    "amount": 2,
    "probability": 4,
}

STEPS = """
CREATE TABLE lines AS SELECT *, rowid AS row,
    (quantity * unit_price * (10000 - COALESCE(discount, 0)) + 500000000) / 1000000000
    * CASE kind WHEN 'sale' THEN 1 WHEN 'return' THEN -1 ELSE 0 END AS cents FROM sales;
CREATE TABLE booked AS SELECT *,
    CASE WHEN rate IS NOT NULL THEN SIGN(cents) * ((ABS(cents) * rate + 500000) / 1000000)
         WHEN COALESCE(currency, 'CNY') = 'CNY' THEN cents END AS book FROM lines;
CREATE TABLE counted AS SELECT booked.*,
    COALESCE(CASE kind WHEN 'return' THEN orig_order_no END, order_no) AS target
    FROM booked, run WHERE status = 'done' AND date <= as_of AND book IS NOT NULL
    AND customer_id IN (SELECT customer_id FROM customers);
CREATE TABLE orders AS SELECT customer_id, target, SUM(book) AS net,
    MAX(CASE kind WHEN 'sale' THEN date END) AS last_day FROM counted GROUP BY customer_id, target
    HAVING SUM(CASE kind WHEN 'sale' THEN book ELSE 0 END) > 0 AND SUM(book) > 0;
CREATE TABLE sold AS SELECT counted.* FROM counted JOIN orders USING (customer_id, target)
    WHERE kind = 'sale';
CREATE TABLE spans AS SELECT customer_id, MIN(date) AS first, MAX(date) AS last, COUNT(DISTINCT date) AS n,
    CAST(JULIANDAY(MAX(date)) - JULIANDAY(MIN(date)) AS INT) AS span FROM sold GROUP BY customer_id;
CREATE TABLE purchased AS SELECT *,
    CASE WHEN n > 1 THEN (20 * span + n - 1) / (2 * (n - 1)) END AS tenths,
    CAST(JULIANDAY(as_of) - JULIANDAY(last) AS INT) AS idle FROM spans, run;
CREATE TABLE advised AS SELECT sold.customer_id, MIN(cycle_days) AS days FROM sold
    JOIN purchased p ON p.customer_id = sold.customer_id AND p.last = sold.date
    JOIN products USING (product_id) WHERE cycle_days > 0 GROUP BY sold.customer_id;
CREATE TABLE expected AS SELECT p.customer_id, tenths, as_of,
    CASE WHEN n >= 3 THEN DATE(last, '+' || ((tenths + 5) / 10) || ' days')
         WHEN n = 2 AND days IS NOT NULL THEN DATE(last, '+' || days || ' days') END AS day
    FROM purchased p LEFT JOIN advised USING (customer_id);
CREATE TABLE recent AS SELECT customer_id, idle AS r,
    (SELECT COUNT(*) FROM orders o WHERE o.customer_id = p.customer_id
        AND JULIANDAY(as_of) - JULIANDAY(last_day) < CASE WHEN other THEN 200 ELSE 365 END) AS f,
    (SELECT COUNT(*) FROM orders o WHERE o.customer_id = p.customer_id
        AND JULIANDAY(as_of) - JULIANDAY(last_day) < 365) AS f365,
    (SELECT COALESCE(SUM(book), 0) FROM counted c WHERE c.customer_id = p.customer_id
        AND JULIANDAY(as_of) - JULIANDAY(date) < CASE WHEN other THEN 200 ELSE 365 END) AS m,
    COUNT(*) OVER () AS n, other FROM purchased p, run USING (as_of, other);
CREATE TABLE figures AS SELECT * FROM recent;
CREATE TABLE scores AS SELECT customer_id, n, other,
    CASE WHEN other AND n >= 5 THEN 1 + 5 * (SELECT COUNT(*) FROM figures o WHERE o.r > x.r) / n
         WHEN r <= 30 THEN 5 WHEN r <= 90 THEN 4 WHEN r <= 180 THEN 3 WHEN r <= 365 THEN 2 ELSE 1 END AS r,
    CASE WHEN other AND n >= 5 THEN 1 + 5 * (SELECT COUNT(*) FROM figures o WHERE o.f < x.f) / n
         WHEN f >= 10 THEN 5 WHEN f >= 6 THEN 4 WHEN f >= 3 THEN 3 WHEN f >= 2 THEN 2 ELSE 1 END AS f,
    CASE WHEN other AND n >= 5 THEN 1 + 5 * (SELECT COUNT(*) FROM figures o WHERE o.m < x.m) / n
         WHEN m >= 10000000 THEN 5 WHEN m >= 3000000 THEN 4 WHEN m >= 1000000 THEN 3
         WHEN m >= 100000 THEN 2 ELSE 1 END AS m FROM figures x;
CREATE TABLE high AS SELECT customer_id,
    r * n >= CASE WHEN other THEN (SELECT SUM(r) FROM scores) ELSE 3 * n END AS r,
    f * n >= CASE WHEN other THEN (SELECT SUM(f) FROM scores) ELSE 3 * n END AS f,
    m * n >= CASE WHEN other THEN (SELECT SUM(m) FROM scores) ELSE 3 * n END AS m FROM scores;
CREATE TABLE year AS SELECT c.customer_id, COALESCE(SUM(book), 0) AS book FROM customers c, run
    LEFT JOIN counted s ON s.customer_id = c.customer_id AND s.date > MIN(DATE(as_of, '-12 months'),
        DATE(as_of, 'start of month', '-11 months', '-1 day')) GROUP BY c.customer_id;
CREATE TABLE worth AS SELECT customer_id, book, other,
    COALESCE((SELECT SUM(o.book) FROM year o JOIN purchased USING (customer_id)
        WHERE o.book > x.book AND o.book > 0), 0) AS before,
    (SELECT SUM(o.book) FROM year o JOIN purchased USING (customer_id) WHERE o.book > 0) AS whole
    FROM year x JOIN purchased USING (customer_id);
CREATE TABLE valued AS SELECT customer_id, CASE
    WHEN other THEN CASE WHEN book <= 0 THEN 'low' WHEN before * 100 < whole * 80 THEN 'high'
        WHEN before * 100 < whole * 95 THEN 'medium' ELSE 'low' END
    WHEN book >= 10000000 THEN 'high' WHEN book >= 1000000 THEN 'medium' ELSE 'low' END AS value FROM worth;
CREATE TABLE effective_values AS SELECT customer_id, COALESCE(value_manual, value) AS value
    FROM customers LEFT JOIN valued USING (customer_id) WHERE COALESCE(value_manual, value) IS NOT NULL;
CREATE TABLE living AS SELECT c.customer_id, CASE
    WHEN idle IS NULL THEN 'prospect'
    WHEN idle <= MAX(90, (2 * COALESCE(tenths, 0) + 5) / 10) THEN 'active'
    WHEN idle > MAX(180, (4 * COALESCE(tenths, 0) + 5) / 10) THEN 'lost'
    WHEN run.other THEN 'active' ELSE 'sleeping' END AS state
    FROM customers c, run LEFT JOIN purchased p ON p.customer_id = c.customer_id;
CREATE TABLE keys AS SELECT c.customer_id, COALESCE(level LIKE 'A%' OR level = 'VIP', 0)
    OR COALESCE(groups LIKE '%;key;%', 0) OR COALESCE(value = 'high', 0) AS is_key
    FROM customers c LEFT JOIN effective_values USING (customer_id);
CREATE TABLE calls AS SELECT i.*, i.rowid AS row, ROW_NUMBER() OVER (
    PARTITION BY customer_id ORDER BY at DESC, i.rowid DESC) AS back
    FROM interactions i, run WHERE DATE(at) <= as_of;
CREATE TABLE events AS SELECT c.*, ROW_NUMBER() OVER (
    PARTITION BY customer_id, purpose ORDER BY at DESC, c.rowid DESC) AS back
    FROM consents c, run WHERE DATE(at) <= as_of;
CREATE TABLE consent AS SELECT customer_id, purpose, CASE
    WHEN given = 'given' AND expires_on < as_of THEN 'expired' ELSE given END AS state
    FROM events, run WHERE back = 1;
CREATE TABLE bases AS SELECT c.customer_id, MAX(COALESCE(created_on, ''), COALESCE(
        (SELECT MAX(DATE(at)) FROM calls i WHERE i.customer_id = c.customer_id
            AND COALESCE(result, '') NOT IN ('not_reached', 'invalid_number')), '')) AS base,
    (SELECT next_on FROM calls i WHERE i.customer_id = c.customer_id AND back = 1) AS plan,
    CASE WHEN is_key THEN 3 WHEN level = 'C' THEN 12 ELSE 6 END AS months, is_key,
    status = 'normal' AND COALESCE(pref_channel, '') NOT LIKE '%;none;%'
        AND (other OR COALESCE(lifecycle_manual, state) <> 'lost')
        AND (SELECT COUNT(*) FROM consent s WHERE s.customer_id = c.customer_id
            AND state IN ('refused', 'withdrawn') AND purpose IN ('marketing_phone', 'marketing_sms',
            'marketing_email', 'marketing_wechat')) < 4 AS wanted
    FROM customers c, run JOIN keys USING (customer_id) JOIN living USING (customer_id);
CREATE TABLE ruled AS SELECT *, MIN(DATE(base, '+' || months || ' months'),
    DATE(base, 'start of month', '+' || (months + 1) || ' months', '-1 day')) AS regular FROM bases;
CREATE TABLE raw_visits AS SELECT customer_id, CASE WHEN NOT wanted THEN NULL
    WHEN is_key THEN COALESCE(MIN(plan, regular), plan, regular)
    ELSE COALESCE(plan, regular) END AS day FROM ruled;
CREATE TABLE visits AS SELECT customer_id, as_of, CASE STRFTIME('%w', day)
    WHEN '6' THEN DATE(day, '+2 days') WHEN '0' THEN DATE(day, '+1 day') ELSE day END AS day
    FROM raw_visits, run;
CREATE TABLE opinions AS SELECT customer_id, at, score FROM feedback
    UNION ALL SELECT customer_id, DATE(opened_at), satisfaction FROM tickets;
CREATE TABLE judged AS SELECT customer_id, SUM(score) AS total, COUNT(*) AS k FROM opinions, run
    WHERE score IS NOT NULL AND at <= as_of AND at > MIN(DATE(as_of, '-24 months'),
        DATE(as_of, 'start of month', '-23 months', '-1 day')) GROUP BY customer_id;
CREATE TABLE quarters AS SELECT DISTINCT customer_id,
    STRFTIME('%Y', date) * 4 + (STRFTIME('%m', date) - 1) / 3 AS quarter FROM sold;
CREATE TABLE parts AS SELECT p.customer_id, (SELECT COUNT(*) FROM quarters q
        WHERE q.customer_id = p.customer_id
        AND quarter > STRFTIME('%Y', as_of) * 4 + (STRFTIME('%m', as_of) - 1) / 3 - 8) AS q,
    CAST(JULIANDAY(as_of) - JULIANDAY(first) AS INT) AS days, total, k
    FROM purchased p LEFT JOIN judged USING (customer_id);
CREATE TABLE answered AS SELECT t.*, as_of,
    CASE WHEN DATE(first_reply_at) <= as_of THEN first_reply_at END AS reply,
    CASE WHEN DATE(resolved_at) <= as_of THEN resolved_at END AS solved,
    status = 'reopened' OR COALESCE(DATE(resolved_at) > as_of, status NOT IN ('resolved', 'closed')) AS open
    FROM tickets t, run WHERE DATE(opened_at) <= as_of;
"""

SEGMENTS = """CASE m WHEN 1 THEN 'important' ELSE 'general' END || '_' || CASE
    WHEN r AND f THEN 'value' WHEN r THEN 'develop' WHEN f THEN 'keep' ELSE 'win_back' END"""

QUERIES: Mapping[str, tuple[str, str]] = {
    "line_amount": ("cents", "SELECT line_id, cents FROM lines"),
    "amount_book": ("cents", "SELECT line_id, book FROM booked WHERE book IS NOT NULL"),
    "customer_total": (
        "cents",
        """SELECT c.customer_id, COALESCE(SUM(book), 0) FROM customers c
        LEFT JOIN counted USING (customer_id) GROUP BY c.customer_id""",
    ),
    "amount_12m": ("cents", "SELECT customer_id, book FROM year"),
    "receivable": (
        "cents",
        """SELECT c.customer_id, COALESCE(SUM(book - COALESCE(paid, 0)), 0) FROM customers c
        LEFT JOIN counted s ON s.customer_id = c.customer_id AND payment_status IN ('unpaid', 'partial')
        GROUP BY c.customer_id""",
    ),
    "order_count": (
        "int",
        """SELECT c.customer_id, COUNT(target) FROM customers c
        LEFT JOIN orders USING (customer_id) GROUP BY c.customer_id""",
    ),
    "first_purchase": ("day", "SELECT customer_id, first FROM purchased"),
    "last_purchase": ("day", "SELECT customer_id, last FROM purchased"),
    "average_order_value": (
        "cents",
        "SELECT customer_id, (2 * SUM(net) + COUNT(*)) / (2 * COUNT(*)) FROM orders GROUP BY customer_id",
    ),
    "purchase_days": (
        "int",
        "SELECT c.customer_id, COALESCE(n, 0) FROM customers c LEFT JOIN purchased USING (customer_id)",
    ),
    "average_cycle": ("tenths", "SELECT customer_id, tenths FROM purchased WHERE tenths IS NOT NULL"),
    "next_purchase": ("day", "SELECT customer_id, day FROM expected WHERE day IS NOT NULL"),
    "next_purchase_state": (
        "text",
        """SELECT customer_id, CASE WHEN 10 * (JULIANDAY(as_of) - JULIANDAY(day)) > tenths
        THEN 'missed' ELSE 'expected' END FROM expected WHERE day IS NOT NULL""",
    ),
    "recency_days": ("int", "SELECT customer_id, r FROM figures"),
    "orders_in_window": ("int", "SELECT customer_id, f FROM figures"),
    "amount_in_window": ("cents", "SELECT customer_id, m FROM figures"),
    "r_score": ("int", "SELECT customer_id, r FROM scores"),
    "f_score": ("int", "SELECT customer_id, f FROM scores"),
    "m_score": ("int", "SELECT customer_id, m FROM scores"),
    "rfm_score": ("int", "SELECT customer_id, r + f + m FROM scores"),
    "rfm_text": ("text", "SELECT customer_id, r || '-' || f || '-' || m FROM scores"),
    "rfm_segment": ("text", f"SELECT customer_id, {SEGMENTS} FROM high"),  # noqa: S608
    "frequency_class": (
        "text",
        """SELECT c.customer_id, CASE WHEN f365 IS NULL THEN 'none'
        WHEN f365 >= CASE WHEN run.other THEN 6 ELSE 4 END THEN 'high'
        WHEN run.other AND f365 >= 3 THEN 'medium' ELSE 'low' END
        FROM customers c, run LEFT JOIN figures g ON g.customer_id = c.customer_id""",
    ),
    "value_class": ("text", "SELECT customer_id, value FROM valued"),
    "value_effective": ("text", "SELECT customer_id, value FROM effective_values"),
    "loyalty": (
        "int",
        """SELECT customer_id, (2 * points + whole) / (2 * whole) FROM (SELECT customer_id,
        6 * 1095 * 4 * COALESCE(k, 1) AS whole, 40 * MIN(q, 6) * 1095 * 4 * COALESCE(k, 1)
        + 30 * MIN(days, 1095) * 6 * 4 * COALESCE(k, 1)
        + CASE WHEN k IS NULL THEN 15 * 6 * 1095 * 4 ELSE 30 * (total - k) * 6 * 1095 END AS points
        FROM parts)""",
    ),
    "lifecycle": ("text", "SELECT customer_id, state FROM living"),
    "lifecycle_effective": (
        "text",
        """SELECT customer_id, COALESCE(lifecycle_manual, state) FROM customers
        JOIN living USING (customer_id)""",
    ),
    "key_customer": ("bool", "SELECT customer_id, is_key FROM keys"),
    "last_interaction": ("day", "SELECT customer_id, MAX(DATE(at)) FROM calls GROUP BY customer_id"),
    "last_effective_interaction": (
        "day",
        """SELECT customer_id, MAX(DATE(at)) FROM calls
        WHERE COALESCE(result, '') NOT IN ('not_reached', 'invalid_number') GROUP BY customer_id""",
    ),
    "planned_follow_up": (
        "day",
        "SELECT customer_id, next_on FROM calls WHERE back = 1 AND next_on IS NOT NULL",
    ),
    "follow_up_done": ("bool", "SELECT interaction_id, back > 1 FROM calls WHERE next_on IS NOT NULL"),
    "next_visit": ("day", "SELECT customer_id, day FROM visits WHERE day IS NOT NULL"),
    "overdue_days": (
        "int",
        """SELECT customer_id, MAX(0, CAST(JULIANDAY(as_of) - JULIANDAY(day) AS INT)) FROM visits
        WHERE day IS NOT NULL""",
    ),
    "revisit_state": (
        "text",
        """SELECT customer_id, CASE WHEN day IS NULL THEN 'not_needed' WHEN day < as_of THEN 'overdue'
        WHEN day = as_of THEN 'today' WHEN day <= DATE(as_of, '+7 days') THEN 'within_week'
        WHEN day <= DATE(as_of, '+30 days') THEN 'within_month' ELSE 'later' END FROM visits""",
    ),
    "next_verification": (
        "day",
        """SELECT customer_id, MIN(DATE(day, '+' || months || ' months'),
        DATE(day, 'start of month', '+' || (months + 1) || ' months', '-1 day')) FROM (
        SELECT customer_id, MAX(COALESCE(verified_on, ''), COALESCE(created_on, '')) AS day,
        CASE WHEN is_key THEN 3 ELSE 12 END AS months FROM customers JOIN keys USING (customer_id))
        WHERE day <> ''""",
    ),
    "consent_state": (
        "text",
        """SELECT customer_id, GROUP_CONCAT(mark, ' ') FROM (SELECT customer_id,
        purpose || CASE state WHEN 'given' THEN '✓' ELSE '✗' END AS mark FROM consent
        ORDER BY customer_id, purpose) GROUP BY customer_id""",
    ),
    "satisfaction": ("tenths", "SELECT customer_id, (20 * total + k) / (2 * k) FROM judged"),
    "amount_rank": (
        "int",
        """SELECT customer_id, RANK() OVER (ORDER BY book DESC) FROM year JOIN purchased USING (customer_id)
        WHERE book > 0""",
    ),
    "preferred_category": (
        "text",
        """SELECT customer_id, category FROM (SELECT customer_id, category, ROW_NUMBER() OVER (
        PARTITION BY customer_id ORDER BY COUNT(DISTINCT date) DESC, SUM(book) DESC, category) AS place
        FROM sold JOIN products USING (product_id) WHERE category IS NOT NULL
        GROUP BY customer_id, category) WHERE place = 1""",
    ),
    "age": (
        "int",
        """SELECT customer_id, STRFTIME('%Y', as_of) - STRFTIME('%Y', birth_date)
        - (STRFTIME('%m%d', as_of) < STRFTIME('%m%d', birth_date)) FROM customers, run
        WHERE birth_date <= as_of""",
    ),
    **records.QUERIES,
    **service.QUERIES,
}
"""What kind of value a rule gives, and the query that gives it: rows of key and value."""

FORECAST = """
SELECT customer_id, category, n, last, tenths, day,
    10 * (JULIANDAY(as_of) - JULIANDAY(day)) > tenths FROM (
    SELECT *, DATE(last, '+' || ((tenths + 5) / 10) || ' days') AS day FROM (
        SELECT customer_id, category, COUNT(DISTINCT date) AS n, MAX(date) AS last,
            (20 * CAST(JULIANDAY(MAX(date)) - JULIANDAY(MIN(date)) AS INT) + COUNT(DISTINCT date) - 1)
            / (2 * (COUNT(DISTINCT date) - 1)) AS tenths
        FROM sold JOIN products USING (product_id) WHERE category IS NOT NULL
        GROUP BY customer_id, category HAVING COUNT(DISTINCT date) >= 3)), run
ORDER BY day, customer_id, category
"""

KINDS: Mapping[str, Callable[[Any], Value]] = {
    "cents": lambda value: Decimal(value).scaleb(-2),
    "tenths": lambda value: Decimal(value).scaleb(-1),
    "day": dt.date.fromisoformat,
    "int": int,
    "text": str,
    "bool": bool,
}


def by_sql(
    tables: Tables, as_of: dt.date, changed: Mapping[str, dt.date], *, other: bool
) -> tuple[dict[str, dict[str, Value]], list[Any]]:
    """What every query gives for these tables, and the forecast by category.

    ``changed`` says since when deals have been in their stage.
    """
    base = sqlite3.connect(":memory:")
    base.create_function("likeness", 2, records.jaro_winkler, deterministic=True)
    try:
        _load_constants(base, changed)
        base.execute("CREATE TABLE run (as_of TEXT, other INT)")
        base.execute("INSERT INTO run VALUES (?, ?)", (as_of.isoformat(), other))
        for sheet, fields in SHEETS.items():
            _load(base, sheet, tuple(fields), tables)
        base.executescript(STEPS + records.STEPS)
        found = {
            name: {str(key): KINDS[kind](value) for key, value in base.execute(query)}
            for name, (kind, query) in QUERIES.items()
        }
        return found, base.execute(FORECAST).fetchall()
    finally:
        base.close()


def _load_constants(base: sqlite3.Connection, changed: Mapping[str, dt.date]) -> None:
    base.execute("CREATE TABLE changes (deal_id TEXT, day TEXT)")
    base.executemany(
        "INSERT INTO changes VALUES (?, ?)", [(k, day.isoformat()) for k, day in changed.items()]
    )
    base.execute("CREATE TABLE spellings (name TEXT, text TEXT, hint TEXT)")
    base.executemany("INSERT INTO spellings VALUES (?, ?, ?)", records.SPELLINGS)
    base.execute("CREATE TABLE areas (area TEXT, place TEXT)")
    places = [(area, place) for area, own in records.AREAS.items() for place in own]
    base.executemany("INSERT INTO areas VALUES (?, ?)", places)


def _load(base: sqlite3.Connection, sheet: str, fields: tuple[str, ...], tables: Tables) -> None:
    base.execute(f"CREATE TABLE {sheet} ({', '.join(fields)})")
    marks = ", ".join("?" * len(fields))
    table = tables[sheet]
    places = [table.position(name) for name in fields]
    rows = [
        [_plain(name, row[at]) for name, at in zip(fields, places, strict=True)]
        for row in table.rows.values()
    ]
    base.executemany(f"INSERT INTO {sheet} VALUES ({marks})", rows)  # noqa: S608


def _plain(field: str, value: Value) -> str | int | None:
    if isinstance(value, Decimal):
        scaled = value.scaleb(PLACES[field])
        assert scaled == int(scaled), (field, value)
        return int(scaled)
    if isinstance(value, tuple):
        return f";{';'.join(value)};"
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, dt.date) else value

"""SQL of the rules that look at what records hold: fields filled, words, areas, duplicates.

Names have their normal form written down here by hand, and the likeness of two names is
computed by :func:`jaro_winkler`, which shares nothing with the library that the rules use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from custbook_gen.schema import Book

AREAS: Mapping[str, tuple[str, ...]] = {"east": ("310000", "330000"), "hmt": ("810000", "MO")}
ABROAD = "overseas"

SPELLINGS: Sequence[tuple[str, str, str]] = (
    ("杭州晨光贸易有限公司", "杭州晨光贸易", ""),
    ("杭州晨光贸易（集团）有限责任公司", "杭州晨光贸易", ""),
    ("晨光贸易（杭州）有限公司", "晨光贸易", "杭州"),
    ("晨光贸易（上海）有限公司", "晨光贸易", "上海"),
    ("杭州晨光商贸公司", "杭州晨光商贸", ""),
    ("Smith Trading Co., Ltd.", "smithtrading", ""),
    ("ＳＭＩＴＨ trading", "smithtrading", ""),
    ("Smith Tradings Inc", "smithtradings", ""),
    ("Smithe Trading", "smithetrading", ""),
    ("张伟", "张伟", ""),
    ("张 伟 ", "张伟", ""),
    ("测试", "", ""),
)
"""Names as people write them, their normal form, and what stands in brackets."""

GOOD, BAD = ("很好", "不错", "good"), ("失望", "破损")
CONTENTS = (
    *("很好，很好", "不错。失望", "不满意", "不太满意！很好", "满意", "没有破损", "路过", "not good, 很好"),
    *("不错！", "差不多", "失望，破损，很好", " "),
)
"""What customers say, made of words that SQL can count."""


def _field(key: str, kind: str = "text", **options: object) -> dict[str, object]:
    return {"key": key, "label": {"zh": key, "en": key}, "type": kind, **options}


def schema() -> Book:
    """A schema of customers for the rules that look at the fields themselves."""
    label = {"zh": "b", "en": "b"}
    fields = (
        _field("customer_id", "auto", prefix="C", digits=6, required=True),
        _field("name", required=True),
        _field("level", required=True),
        _field("mobile", "phone", one_of="contact"),
        _field("email", "email", one_of="contact"),
        _field("city", recommended=True),
        _field("address"),
        _field("uscc", recommended=True, applies="organisation"),
        _field("birth_date", "date", applies="person"),
        _field("id_no", personal="sensitive"),
    )
    sheet = {"key": "customers", "label": label, "key_field": "customer_id", "name_field": "name"}
    return Book.model_validate(
        {"key": "b", "version": 1, "label": label, "sheets": [{**sheet, "fields": fields}]}
    )


def jaro_winkler(one: str, other: str) -> float:
    """The textbook's likeness of two texts: Jaro, with up to four equal first letters on top from 0.7 on."""
    reach = max(len(one), len(other)) // 2 - 1
    taken: list[int] = []
    matched = []
    for at, letter in enumerate(one):
        for place in range(max(0, at - reach), min(len(other), at + reach + 1)):
            if other[place] == letter and place not in taken:
                taken.append(place)
                matched.append(letter)
                break
    if not matched:
        return 0.0
    moved = sum(letter != other[place] for letter, place in zip(matched, sorted(taken), strict=True)) // 2
    found = len(matched)
    jaro = (found / len(one) + found / len(other) + (found - moved) / found) / 3
    same = 0
    while same < min(4, len(one), len(other)) and one[same] == other[same]:
        same += 1
    return jaro + same * 0.1 * (1 - jaro) if jaro > 0.7 else jaro


def count(word: str) -> str:
    return f"(LENGTH(content) - LENGTH(REPLACE(content, '{word}', ''))) / {len(word)}"


PRAISE = " + ".join(map(count, (*GOOD, "满意")))
TURNED = " + ".join(map(count, ("不满意", "不太满意", "not good")))
BLAME = " + ".join(map(count, BAD))

STEPS = """
CREATE TABLE persons AS SELECT c.rowid AS row, customer_id, COALESCE(text, '') AS text,
    COALESCE(hint, '') AS hint, COALESCE(city, hint, '') AS place, uscc, birth_date, LOWER(email) AS email,
    CASE WHEN id_no NOT LIKE '%*%' THEN id_no END AS id_no, mobile,
    CASE WHEN email LIKE '%@firm.cn' THEN 'firm.cn' END AS domain,
    CASE WHEN address LIKE '文三路%' THEN REPLACE(address, ' ', '') END AS address
    FROM customers c LEFT JOIN spellings USING (name) WHERE status NOT IN ('merged', 'erased');
CREATE TABLE lines_of AS SELECT customer_id, SUBSTR(phone, 1, INSTR(phone || ';', ';') - 1) AS number,
    CASE WHEN INSTR(phone, ';') THEN SUBSTR(phone, INSTR(phone, ';') + 5) ELSE '' END AS ext, mobile
    FROM customers WHERE phone IS NOT NULL;
CREATE TABLE numbers AS SELECT customer_id, mobile AS number, '' AS ext FROM customers
    WHERE mobile IS NOT NULL
    UNION ALL SELECT customer_id, number, ext FROM lines_of WHERE number IS NOT mobile;
CREATE TABLE pairs AS SELECT a.customer_id AS one, b.customer_id AS two, a.place = b.place AS together,
    a.text = b.text AS same, SUBSTR(a.text, 1, 2) = SUBSTR(b.text, 1, 2) AS begins,
    CASE WHEN a.text <> '' AND b.text <> '' AND NOT (a.hint <> '' AND b.hint <> '' AND a.hint <> b.hint)
        THEN likeness(a.text, b.text) ELSE 0 END AS alike, a.place AS place,
    a.place = '' OR b.place = '' OR a.place = b.place AS near,
    a.uscc = b.uscc AS uscc, a.id_no = b.id_no AS id_no, a.email = b.email AS email,
    a.address = b.address AS address, a.domain = b.domain AS domain,
    EXISTS (SELECT 1 FROM numbers m JOIN numbers n USING (number) WHERE m.customer_id = a.customer_id
        AND n.customer_id = b.customer_id AND number IN (a.mobile, b.mobile)) AS mobile,
    EXISTS (SELECT 1 FROM numbers m JOIN numbers n USING (number, ext) WHERE m.customer_id = a.customer_id
        AND n.customer_id = b.customer_id AND ext <> '') AS direct,
    EXISTS (SELECT 1 FROM numbers m JOIN numbers n USING (number) WHERE m.customer_id = a.customer_id
        AND n.customer_id = b.customer_id) AS phone,
    EXISTS (SELECT 1 FROM numbers m JOIN numbers n ON SUBSTR(m.number, -8) = SUBSTR(n.number, -8)
        WHERE m.customer_id = a.customer_id AND n.customer_id = b.customer_id) AS tail,
    COALESCE(a.uscc <> b.uscc, 0) OR COALESCE(a.birth_date <> b.birth_date, 0) AS differ
    FROM persons a JOIN persons b ON a.row < b.row;
CREATE TABLE scored AS SELECT one, two, MAX(
    CASE WHEN uscc OR id_no THEN 100 ELSE 0 END,
    CASE WHEN mobile OR email THEN 90 ELSE 0 END,
    CASE WHEN alike > 0 AND same AND together AND place <> '' THEN 85 ELSE 0 END,
    CASE WHEN alike >= 0.92 AND ((address AND near) OR domain OR tail) THEN 80 ELSE 0 END,
    CASE WHEN direct THEN 70 WHEN phone THEN 60 ELSE 0 END,
    CASE WHEN alike >= 0.95 AND (same OR (begins AND together)) THEN 60 ELSE 0 END)
    - CASE WHEN differ THEN 30 ELSE 0 END AS score FROM pairs;
CREATE TABLE homes AS SELECT customer_id, country,
    (SELECT area FROM areas WHERE place = province) AS by_province,
    (SELECT area FROM areas WHERE place = country) AS by_country FROM customers;
CREATE TABLE shares AS SELECT customer_id,
    12 + CASE type WHEN 'person' THEN 1 WHEN 'organisation' THEN 2 ELSE 0 END AS whole,
    3 * (name IS NOT NULL AND name <> '测试') + 3 * (level IS NOT NULL)
    + 3 * (mobile IS NOT NULL OR email IS NOT NULL) + 2 * (city IS NOT NULL)
    + (address IS NOT NULL AND address <> '无') + CASE type WHEN 'person' THEN birth_date IS NOT NULL
        WHEN 'organisation' THEN 2 * (uscc IS NOT NULL) ELSE 0 END AS filled FROM (
        SELECT *, CASE WHEN customer_type = 'person' THEN 'person' WHEN customer_type IS NOT NULL
        THEN 'organisation' END AS type FROM customers);
"""

QUERIES: Mapping[str, tuple[str, str]] = {
    "duplicate_score": (
        "int",
        """SELECT customer_id, MAX(score) FROM persons JOIN scored ON customer_id IN (one, two)
        WHERE score >= 60 GROUP BY customer_id""",
    ),
    "completeness": ("int", "SELECT customer_id, (200 * filled + whole) / (2 * whole) FROM shares"),
    "completeness_band": (
        "text",
        """SELECT customer_id, CASE WHEN share >= 90 THEN 'complete' WHEN share >= 70 THEN 'good'
        WHEN share >= 50 THEN 'fair' ELSE 'poor' END
        FROM (SELECT *, (200 * filled + whole) / (2 * whole) AS share FROM shares)""",
    ),
    "area": (
        "text",
        f"""SELECT customer_id, COALESCE(by_province, by_country, '{ABROAD}') FROM homes
        WHERE COALESCE(by_province, by_country) IS NOT NULL OR country <> 'CN'""",  # noqa: S608
    ),
    "sentiment_suggested": (
        "text",
        f"""SELECT feedback_id, CASE WHEN balance > 0 THEN 'positive' WHEN balance < 0 THEN 'negative'
        ELSE 'neutral' END FROM (SELECT feedback_id, content,
        ({PRAISE}) - 2 * ({TURNED}) - ({BLAME}) + 2 * ({count("没有破损")}) AS balance FROM feedback)
        WHERE TRIM(content) <> ''""",  # noqa: S608
    ),
    "due_on": (
        "day",
        """SELECT request_id, CASE COALESCE(law, 'pipl') WHEN 'pipl' THEN DATE(received_on, '+15 days')
        WHEN 'gdpr' THEN MIN(DATE(received_on, '+1 month'),
            DATE(received_on, 'start of month', '+2 months', '-1 day'))
        WHEN 'ccpa' THEN DATE(received_on, '+45 days') END FROM rights_requests
        WHERE received_on IS NOT NULL AND COALESCE(law, 'pipl') IN ('pipl', 'gdpr', 'ccpa')""",
    ),
}
"""What kind of value a rule gives, and the query that gives it: rows of key and value."""

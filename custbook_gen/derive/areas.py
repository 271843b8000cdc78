"""Sales areas (section 4)."""

from __future__ import annotations

from custbook_gen.derive.facts import Facts
from custbook_gen.records import Value


def area(facts: Facts) -> dict[str, Value]:
    """大区: the area of the customer's province, else of the country, else the one for abroad (4).

    The division is a setting; who lives at home in no listed province has none.
    """
    areas = facts.settings.areas
    by_place: dict[Value, str] = {place: code for code, places in areas.members.items() for place in places}
    home = facts.settings.phone_region
    found: dict[str, Value] = {}
    for key, province, country in facts.rows("customers", "customer_id", optional=("province", "country")):
        elsewhere = areas.abroad if country is not None and country != home else None
        code = by_place.get(province) or by_place.get(country) or elsewhere
        if code is not None:
            found[str(key)] = code
    return found

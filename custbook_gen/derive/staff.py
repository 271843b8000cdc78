"""How many customers people look after (section 7)."""

from __future__ import annotations

from collections import Counter

from custbook_gen.derive.classes import key_customer
from custbook_gen.derive.facts import Facts, normal_customers
from custbook_gen.value_objects import value_object


@value_object
class StaffLoad:
    """The customers of one colleague whose records are in normal use."""

    staff: str
    customers: int
    key_customers: int
    most: int | None
    """How many customers the colleague is meant to have at most; nothing where it is not said."""

    @property
    def over(self) -> int:
        """Customers beyond the most, at least 0."""
        return max(0, self.customers - self.most) if self.most is not None else 0


def staff_loads(facts: Facts) -> tuple[StaffLoad, ...]:
    """What every colleague looks after, in the order of the staff sheet."""
    important, normal = facts.once(key_customer), facts.once(normal_customers)
    all_of, keys_of = Counter[str](), Counter[str]()
    for customer, owner in facts.rows("customers", "customer_id", "owner_id"):
        if owner is not None and customer in normal:
            all_of[str(owner)] += 1
            keys_of[str(owner)] += important.get(str(customer)) is True
    rows = ((str(key), most) for key, most in facts.rows("staff", "staff_id", optional=("max_customers",)))
    return tuple(
        StaffLoad(key, all_of[key], keys_of[key], most if isinstance(most, int) else None)
        for key, most in rows
    )

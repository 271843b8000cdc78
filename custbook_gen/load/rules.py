"""Whether a computed field of a book fits the rule that it names."""

from __future__ import annotations

from custbook_gen.derive import RULE_RESULTS, RULES, rule_codes
from custbook_gen.schema import Book, Field
from custbook_gen.schema.faults import remedy
from custbook_gen.texts import Saying


def rule_fault(book: Book, field: Field) -> Saying | None:
    """What is wrong with a field's rule: nobody knows it, or it gives what the field cannot hold."""
    if field.rule is None:
        return None
    if field.rule not in RULES:
        return Saying("schema.rule-unknown", {"name": field.rule, "remedy": remedy(field.rule, RULES)})
    result = RULE_RESULTS[field.rule]
    if field.result != result:
        return Saying("schema.rule-result", {"name": field.rule, "result": result, "field": field.key})
    if field.category is None:
        return None
    known = book.category(field.category).by_code
    missing = [code for code in rule_codes(book.settings).get(field.rule, ()) if code not in known]
    facts = {"name": field.rule, "codes": ", ".join(missing), "category": field.category}
    return Saying("schema.rule-codes", facts) if missing else None

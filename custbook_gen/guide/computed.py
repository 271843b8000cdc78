"""Computed values: what each one means, with the thresholds of the settings in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custbook_gen.document import Block, Box, Grid
from custbook_gen.guide.naming import Told, all_named, listed, named, told
from custbook_gen.schema import Book, Field, Settings, Sheet
from custbook_gen.schema.settings import Term
from custbook_gen.texts import CATALOGUE, Lang, say
from custbook_gen.wording import one_line


def computed_blocks(book: Book, lang: Lang) -> tuple[Block, ...]:
    """A block for each sheet that has computed fields: field, rule in words, when it is renewed."""
    fixed = book.settings.as_of
    day = fixed.isoformat() if fixed is not None else one_line("guide.today", lang)
    found = [_block(book, sheet, lang) for sheet in book.sheets if _computed(sheet)]
    if not found:
        return ()
    note = say("guide.computed-note", lang, as_of=day)
    first = Block(found[0].title, found[0].parts, note=note)
    return (first, *found[1:])


def _computed(sheet: Sheet) -> list[Field]:
    return [field for field in sheet.fields if not field.stored]


def _block(book: Book, sheet: Sheet, lang: Lang) -> Block:
    title = one_line("guide.computed-of", lang, sheet=sheet.label.line(lang))
    head = tuple(one_line(f"guide.head-{name}", lang) for name in ("field", "computed", "renewed"))
    rows = [
        (
            Box(field.label.line(lang), tone="computed"),
            Box(rule_meaning(field, book, lang)),
            Box(one_line("guide.renewed-formula" if field.formula else "guide.renewed-sync", lang)),
        )
        for field in _computed(sheet)
    ]
    return Block(title, (Grid(title, head, tuple(rows)),))


def rule_meaning(field: Field, book: Book, lang: Lang) -> str:
    """How a computed field is found; what the schema says of it where its rule has no words."""
    if field.rule is None or f"rule.{field.rule}" not in CATALOGUE:
        return field.help.text(lang) if field.help is not None else ""
    facts = _facts(book)
    parts = [told(key, **facts) for key in _sentences(field.rule, book.settings)]
    return Told("".join(one.zh for one in parts), " ".join(one.en.strip() for one in parts)).text(lang)


def _sentences(rule: str, settings: Settings) -> Iterator[str]:
    """The sentences that make up a rule with these settings."""
    whole = f"rule.{rule}"
    match rule:
        case "r_score" | "f_score" | "m_score":
            if settings.rfm.mode == "quintile":
                yield "rule.score.quintile"
            yield whole
        case "rfm_segment":
            yield whole
            yield f"{whole}.{settings.rfm.high}"
        case "frequency_class":
            yield f"{whole}.three" if settings.frequency.levels == 3 else whole
        case "value_class":
            yield f"{whole}.pareto" if settings.value.mode == "pareto" else whole
            if settings.value.levels == 2:
                yield f"{whole}.two"
        case "lifecycle":
            yield whole
            yield f"{whole}.{'sleeping' if settings.lifecycle.sleeping else 'awake'}"
        case "next_visit":
            yield whole
            yield f"{whole}.{'weekends' if settings.follow_up.skip_weekends else 'holidays'}"
            yield f"{whole}.{'lost' if settings.follow_up.revisit_lost else 'not-lost'}"
        case _:
            yield whole


def _facts(book: Book) -> Mapping[str, object]:
    """What the sentences name: the settings, and codes of settings by their labels."""
    settings = book.settings
    keys = settings.key_customers
    prefixes = [Told(f"{prefix}…", f"{prefix}…") for prefix in keys.level_prefixes]
    levels = [named(book, "customers.level", level) for level in keys.levels]
    visits = [
        told("guide.level-months", level=named(book, "customers.level", level), count=months)
        for level, months in settings.follow_up.months_by_level.items()
    ]
    return {
        **{name: getattr(settings, name) for name in type(settings).model_fields},
        "counted": all_named(book, "sales.status", settings.purchases.counted_statuses),
        "useless": all_named(book, "interactions.result", settings.follow_up.ineffective_results),
        "closed_deals": all_named(book, "deals.stage", settings.deals.closed_stages),
        "closed_tickets": all_named(book, "tickets.status", settings.service.closed_statuses),
        "key_groups": all_named(book, "customers.groups", keys.groups),
        "key_levels": listed([*prefixes, *levels]),
        "visits": Told("".join(one.zh for one in visits), "".join(one.en for one in visits)),
        "laws": listed(
            told("guide.of", name=named(book, "rights_requests.law", law), value=term_words(term))
            for law, term in settings.rights.terms.items()
        ),
    }


def term_words(term: Term) -> Told:
    """A stretch of time in words."""
    parts = [
        told(f"guide.{unit}", count=count)
        for unit, count in (("months", term.months), ("days", term.days))
        if count
    ]
    return listed(parts)

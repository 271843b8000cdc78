"""What fields must satisfy together: the cross-field rules of a sheet.

A constraint of a sheet is one of a few kinds; which cells it is about is data, never
code.  :mod:`custbook_gen.check` holds them, and the guide tells them.  In YAML::

    constraints:
      - {kind: order, fields: [created_on, verified_on]}
      - {kind: needed, field: lost_reason, when: [{field: stage, is: [lost]}]}
      - {kind: target, field: owner_id, has: {field: status, is: [active]}}
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

import pydantic
from pydantic import model_validator

from custbook_gen.schema.faults import fault
from custbook_gen.schema.fields import Key
from custbook_gen.schema.frozen import Frozen
from custbook_gen.schema.limits import Number

Severity = Literal["error", "warning"]


class When(Frozen):
    """A condition on one field: that it has one of some values, or that it is (not) filled."""

    model_config = pydantic.ConfigDict(serialize_by_alias=True)

    field: Key
    is_: tuple[bool | str, ...] | None = pydantic.Field(default=None, alias="is")
    filled: bool | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if (self.is_ is None) == (self.filled is None):
            raise fault("when-one", ())
        return self


class Ordered(Frozen):
    """The first field's date or number is not after (not more than) the second's; empty ones are free."""

    kind: Literal["order"]
    fields: tuple[Key, Key]
    severity: Severity = "error"


class Needed(Frozen):
    """A field must be filled where every condition holds."""

    kind: Literal["needed"]
    field: Key
    when: Annotated[tuple[When, ...], pydantic.Field(min_length=1)]
    severity: Severity = "error"


class Only(Frozen):
    """A field may be filled only where every condition holds."""

    kind: Literal["only"]
    field: Key
    when: Annotated[tuple[When, ...], pydantic.Field(min_length=1)]
    severity: Severity = "error"


class Linked(Frozen):
    """The record that a field refers to agrees with this one in the field ``by``.

    A ticket's contact, for one, belongs to the ticket's customer.  Where the sheet
    referred to calls the field otherwise, ``theirs`` says how.
    """

    kind: Literal["linked"]
    field: Key
    by: Key
    theirs: Key | None = None
    severity: Severity = "error"


class Target(Frozen):
    """The record that a field refers to meets a condition: an owner still works here.

    It is told of records that meet ``when`` only: of customers who are still dealt with,
    for one.  A record that was right once, and whose target has changed since, is told as
    a warning; only a reference that is made now is an error.
    """

    kind: Literal["target"]
    field: Key
    has: When
    when: tuple[When, ...] = ()
    severity: Severity = "error"


class Acyclic(Frozen):
    """Following a field from record to record of the same sheet never leads back."""

    kind: Literal["acyclic"]
    field: Key
    severity: Severity = "error"


class One(Frozen):
    """Of the records that agree in ``per``, exactly one says yes in ``field``.

    More than one is an error; none is told as a warning.
    """

    kind: Literal["one"]
    field: Key
    per: Key


class Same(Frozen):
    """Records that agree in ``per`` agree in ``fields`` too: the lines of one order."""

    kind: Literal["same"]
    per: Key
    fields: Annotated[tuple[Key, ...], pydantic.Field(min_length=1)]
    severity: Severity = "error"


class Band(Frozen):
    """A number fits the band that was chosen: each choice's ``figure`` is where its band begins."""

    kind: Literal["band"]
    field: Key
    band: Key
    severity: Severity = "error"


class Within(Frozen):
    """A number lies within bounds, both included, where every condition holds.

    A deal that is still open, for one, is neither certain nor hopeless.
    """

    kind: Literal["within"]
    field: Key
    min: Number
    max: Number
    when: Annotated[tuple[When, ...], pydantic.Field(min_length=1)]
    severity: Severity = "error"

    @model_validator(mode="after")
    def _bounds_are_in_order(self) -> Self:
        if self.min > self.max:
            raise fault("bounds-crossed", ("min",), low="min", high="max")
        return self


Constraint = Annotated[
    Ordered | Needed | Only | Linked | Target | Acyclic | One | Same | Band | Within,
    pydantic.Field(discriminator="kind"),
]


def fields_of(constraint: Constraint) -> tuple[str, ...]:
    """The fields of its own sheet that a constraint looks at."""
    match constraint:
        case Ordered():
            return constraint.fields
        case Needed() | Only() | Target() | Within():
            return (constraint.field, *(condition.field for condition in constraint.when))
        case Linked():
            return (constraint.field, constraint.by)
        case Acyclic():
            return (constraint.field,)
        case One():
            return (constraint.field, constraint.per)
        case Same():
            return (constraint.per, *constraint.fields)
        case Band():
            return (constraint.field, constraint.band)

"""The base of every part of a schema."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A part of a schema: it never changes, and unknown options are errors."""

    # put together when it is first needed, which for most parts is never: the book's own is whole
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    def having(self, **changes: object) -> Self:
        """The same with some parts replaced, checked anew (``model_copy`` would keep derived values)."""
        parts = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_validate({**parts, **changes}, by_name=True)

"""The part of Jinja2 that formula templates are written in, worked out step by step.

Every workbook carries the schema that it was made from, so a template may be a stranger's.
There are texts, names with what is under them, calls of given functions, conditions and
loops; there is no arithmetic, no filter and nothing else that makes much of little.  What a
template may do and give is counted, so that its time and memory are bounded whatever it says.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, cast

from jinja2 import StrictUndefined, TemplateError, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment, safe_range

Names = Mapping[str, object]

FAULTS: Final = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a wrong template ends with, besides what the names that it is given raise."""
LONGEST: Final = 16_384
"""Characters of a template."""
EFFORT: Final = 65_536
"""What a template may cost: characters of all texts that it looks at or gives, and its steps."""
STEP: Final = 8
"""What a step costs; a spreadsheet's longest formula has 8,192 characters."""
FUNCTIONS: Final[Names] = {"range": safe_range}
"""Functions that every template has."""
_ENVIRONMENT: Final = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_SEVERAL: Final = (tuple, list, dict, range)
_COMPARED: Final[Mapping[str, Callable[[Any, Any], object]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda one, other: one in other,
    "notin": lambda one, other: one not in other,
}


@lru_cache(maxsize=512)
def parsed(template: str) -> nodes.Template:
    """A template as a tree, which a run asks for several times.

    Raises:
        TemplateSyntaxError: it is too long, no Jinja2, or uses more of it than there is here.
        RecursionError: it is nested too deeply.
    """
    if len(template) > LONGEST:
        raise TemplateSyntaxError(f"a formula template has at most {LONGEST} characters", 1)
    tree = _ENVIRONMENT.parse(template)
    for node in tree.find_all(nodes.Node):
        if not _is_known(node):
            raise TemplateSyntaxError(f"formula templates know no {type(node).__name__}", node.lineno)
    return tree


def _is_known(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Call):
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        return plain and isinstance(node.node, nodes.Name)
    if isinstance(node, nodes.For | nodes.Assign):
        plain = isinstance(node, nodes.Assign) or not node.recursive
        return plain and isinstance(node.target, nodes.Name)
    if isinstance(node, nodes.TemplateData | nodes.Operand):
        return True
    return type(node) in _STATEMENTS or type(node) in _VALUES


def worked_out(template: str, known: Names) -> str:
    """What a template gives.

    Args:
        template: the template.
        known: its names; functions among them can be called.

    Raises:
        TemplateError: it is wrong, uses an unknown name, or takes or gives too much.
        Exception: others of :data:`FAULTS`, and whatever what is known raises.
    """
    return "".join(_Work({**FUNCTIONS, **known}).all_of(parsed(template).body))


class _Work:
    """A template being worked out."""

    def __init__(self, known: Names) -> None:
        self.known = known
        self.names = known
        self._left = EFFORT

    def spend(self, cost: int) -> None:
        """Count what something costs.

        Raises:
            TemplateRuntimeError: that is more than a template may cost.
        """
        self._left -= cost
        if self._left < 0:
            raise TemplateRuntimeError("it takes or gives more than a formula does")

    def all_of(self, body: Sequence[nodes.Node]) -> Iterator[str]:
        """What statements give."""
        for node in body:
            self.spend(STEP)
            yield from _STATEMENTS[type(node)](self, node)

    def value(self, node: nodes.Node) -> Any:
        """What an expression means."""
        found = _VALUES[type(node)](self, node)
        self.spend(STEP + (len(found) if isinstance(found, (str, *_SEVERAL)) else 0))
        return found

    def single(self, node: nodes.Node) -> Any:
        """What an expression means, if that is no list.

        Lists in lists would be long to look at, however few they are made of.

        Raises:
            TemplateRuntimeError: it is one.
        """
        found = self.value(node)
        if isinstance(found, _SEVERAL):
            raise TemplateRuntimeError("a list is no value")
        return found

    def text(self, node: nodes.Node) -> str:
        """What an expression gives, as text."""
        text = node.data if isinstance(node, nodes.TemplateData) else str(self.single(node))
        self.spend(len(text))
        return text


def _output(work: _Work, node: nodes.Output) -> Iterator[str]:
    return map(work.text, node.nodes)


def _if(work: _Work, node: nodes.If) -> Iterator[str]:
    taken = next((one for one in (node, *node.elif_) if work.value(one.test)), None)
    return work.all_of(node.else_ if taken is None else taken.body)


def _for(work: _Work, node: nodes.For) -> Iterator[str]:
    outside, target = work.names, cast(nodes.Name, node.target).name
    found = list(work.value(node.iter))
    items = []
    for item in found:
        work.names = {**outside, target: item}
        if node.test is None or work.value(node.test):
            items.append(item)
    for at, item in enumerate(items):
        place = {"index0": at, "index": at + 1, "first": at == 0, "last": at + 1 == len(items)}
        work.names = {**outside, target: item, "loop": {**place, "length": len(items)}}
        work.spend(STEP)
        yield from work.all_of(node.body)
    work.names = outside
    if not items:
        yield from work.all_of(node.else_)


def _assign(work: _Work, node: nodes.Assign) -> Iterator[str]:
    work.names = {**work.names, cast(nodes.Name, node.target).name: work.value(node.node)}
    return iter(())


def _name(work: _Work, node: nodes.Name) -> object:
    if node.name in work.names:
        return work.names[node.name]
    return _ENVIRONMENT.undefined(name=node.name)


def _called(work: _Work, node: nodes.Call) -> object:
    """A given function's answer; what a template named itself is no function, whatever it is."""
    name = cast(nodes.Name, node.node).name
    function = work.known.get(name)
    if not callable(function) or work.names[name] is not function:
        raise TemplateRuntimeError(f"{name!r} is no function")
    return function(*map(work.single, node.args))


def _compared(work: _Work, node: nodes.Compare) -> bool:
    one = work.single(node.expr)
    for operand in node.ops:
        find = work.value if operand.op.endswith("in") else work.single
        other = find(operand.expr)
        if not _COMPARED[operand.op](one, other):
            return False
        one = other
    return True


def _either(work: _Work, node: nodes.CondExpr) -> object:
    if work.value(node.test):
        return work.value(node.expr1)
    return _ENVIRONMENT.undefined("a condition has no else") if node.expr2 is None else work.value(node.expr2)


def _several(work: _Work, node: nodes.Tuple | nodes.List) -> tuple[object, ...]:
    return tuple(map(work.single, node.items))


_STATEMENTS: Final[Mapping[type[nodes.Node], Callable[[_Work, Any], Iterator[str]]]] = {
    nodes.Output: _output,
    nodes.If: _if,
    nodes.For: _for,
    nodes.Assign: _assign,
}
_VALUES: Final[Mapping[type[nodes.Node], Callable[[_Work, Any], object]]] = {
    nodes.Const: lambda _, node: node.value,
    nodes.Name: _name,
    nodes.Getattr: lambda work, node: _ENVIRONMENT.getattr(work.value(node.node), node.attr),
    nodes.Getitem: lambda work, node: _ENVIRONMENT.getitem(work.value(node.node), work.value(node.arg)),
    nodes.Call: _called,
    nodes.CondExpr: _either,
    nodes.Compare: _compared,
    nodes.Not: lambda work, node: not work.value(node.node),
    nodes.And: lambda work, node: work.value(node.left) and work.value(node.right),
    nodes.Or: lambda work, node: work.value(node.left) or work.value(node.right),
    nodes.Tuple: _several,
    nodes.List: _several,
}

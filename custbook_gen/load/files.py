"""Where the bundled schemas and templates lie, and how a text file is read."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from custbook_gen.errors import SchemaError, reason_of
from custbook_gen.places import data_path
from custbook_gen.schema.faults import remedy


def load_template(name: str, project: Path | None = None) -> str:
    """The text of a template: the project's own of this name, else the bundled one.

    Args:
        name: path under ``templates/``, with forward slashes, as ``template_names`` gives it.
        project: the project's folder.

    Raises:
        SchemaError: there is no such template, or it is not UTF-8 text.
    """
    parts = PurePosixPath(name).parts
    places = [place.joinpath(*parts) for place in _template_places(project)]
    inside = ".." not in parts and not PurePosixPath(name).is_absolute()
    path = next((place for place in places if inside and place.is_file()), None)
    if path is None:
        names = template_names(str(PurePosixPath(name).parent), project) if ".." not in parts else []
        raise SchemaError("template-missing", name=name, remedy=remedy(name, names))
    return read_text(path)


def template_names(folder: str, project: Path | None = None) -> list[str]:
    """The names of the templates right in one folder under ``templates/``, in order; ``"."`` is the top.

    Those of a project come with the bundled ones; hidden files and copies that editors
    leave are none.
    """
    parts = PurePosixPath(folder).parts
    if ".." in parts:
        return []
    places = [place.joinpath(*parts) for place in _template_places(project)]
    found = {
        path.name for place in places if place.is_dir() for path in place.iterdir() if _is_template(path)
    }
    return sorted(str(PurePosixPath(*parts, name)) for name in found)


def own_templates(project: Path) -> list[Path]:
    """The templates in a project's folder, those that take the place of bundled ones among them."""
    own = project / "templates"
    folders = [own, *sorted(own.iterdir())] if own.is_dir() else []
    return [
        path for place in folders if place.is_dir() for path in sorted(place.iterdir()) if _is_template(path)
    ]


def _template_places(project: Path | None) -> list[Path]:
    own = [] if project is None else [project / "templates"]
    return [*own, data_path("templates")]


def _is_template(path: Path) -> bool:
    return path.suffix == ".j2" and not path.name.startswith((".", "~")) and path.is_file()


def digest(content: bytes) -> str:
    """What tells contents of files apart: their SHA-256."""
    return hashlib.sha256(content).hexdigest()


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with or without a byte order mark.

    Raises:
        SchemaError: the file is missing, cannot be read or is in another encoding.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SchemaError("schema-file-missing", file=path.name) from None
    except UnicodeDecodeError as error:
        raise SchemaError("schema-file-encoding", file=path.name, position=error.start) from error
    except OSError as error:
        name = path.name or str(path)
        raise SchemaError("schema-file-unreadable", file=name, reason=reason_of(error)) from error

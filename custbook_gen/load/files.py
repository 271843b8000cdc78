"""Where the bundled schemas and templates lie, and how a text file is read."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from custbook_gen.errors import SchemaError
from custbook_gen.schema.faults import remedy

PACKAGE = Path(__file__).resolve().parents[1]


def data_path(*parts: str) -> Path:
    """The path of bundled data, such as ``data_path("schemas", "customer_book.yaml")``.

    An installed package carries its data inside itself, a checkout has them beside the
    package.  Whether the file exists is for the caller to see.
    """
    inside = PACKAGE / "_data"
    root = inside if inside.is_dir() else PACKAGE.parent
    return root.joinpath(*parts)


def load_template(name: str) -> str:
    """The text of a template.

    Args:
        name: path under ``templates/``, with forward slashes, as ``template_names`` gives it.

    Raises:
        SchemaError: there is no such template, or it is not UTF-8 text.
    """
    parts = PurePosixPath(name).parts
    path = data_path("templates", *parts)
    if ".." in parts or PurePosixPath(name).is_absolute() or not path.is_file():
        names = template_names(str(PurePosixPath(name).parent)) if ".." not in parts else []
        raise SchemaError("template-missing", name=name, remedy=remedy(name, names))
    return read_text(path)


def template_names(folder: str) -> list[str]:
    """The names of the templates right in one folder under ``templates/``, in order; ``"."`` is the top."""
    parts = PurePosixPath(folder).parts
    place = data_path("templates", *parts)
    if ".." in parts or not place.is_dir():
        return []
    return sorted(str(PurePosixPath(*parts, path.name)) for path in place.iterdir() if path.is_file())


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
        raise SchemaError("schema-file-unreadable", file=path.name, reason=error.strerror) from error

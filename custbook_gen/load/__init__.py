"""Schema files, project files and templates, read into books, projects and text."""

from custbook_gen.load.books import load_book
from custbook_gen.load.compiled import keep_tabs, recall_tabs
from custbook_gen.load.files import load_template, template_names
from custbook_gen.load.own_files import project_files
from custbook_gen.load.projects import (
    Project,
    load_project,
    name_store,
    project_book,
    project_reading,
    project_sources,
    write_editor_schema,
    write_project,
)
from custbook_gen.load.written import write_schema
from custbook_gen.places import PRIVATE_FOLDER, PROJECT_FILE, data_path, find_project

__all__ = [
    "PRIVATE_FOLDER",
    "PROJECT_FILE",
    "Project",
    "data_path",
    "find_project",
    "keep_tabs",
    "load_book",
    "load_project",
    "load_template",
    "name_store",
    "project_book",
    "project_files",
    "project_reading",
    "project_sources",
    "recall_tabs",
    "template_names",
    "write_editor_schema",
    "write_project",
    "write_schema",
]

"""What is interrupted: commands on a small book, and what must hold after the next run.

What is expected is written down by hand, edit by edit; nothing of it is asked of the program.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.crash.backups import sound_backup
from tests.crash.looks import MADE, A, custbook, forget_backups, happened, records, standing, whole_workbook
from tests.crash.sync_scenes import (
    SYNC,
    make_seed,
    make_sync,
    meanwhile,
    settled_meanwhile,
    settled_seed,
    settled_sync,
    settled_touched_up,
    touch_up,
)
from tests.lists_book import client, make_lists
from tests.sync_books import free_row, remove, seen, typed

FINE: Final = frozenset({0, 1})
"""Exit codes of a command that did its work."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A command that is interrupted.

    Attributes:
        make: makes its folder.
        words: the command's words; ``@`` before a file's name stands for the folder.
        settled: asserts what must hold after the next run.
        standing: asserts what must hold before it.
        between: what people do before the next run.
        again: the words of the next run, if it is another command.
        refusals: exit codes of the next run that are right as well, where the first one was done.
    """

    make: Callable[[Path], object]
    words: tuple[str, ...]
    settled: Callable[[Path], None]
    standing: Callable[[Path], None] = lambda _: None
    between: Callable[[Path], None] = lambda _: None
    again: tuple[str, ...] = ()
    accepts: frozenset[int] = FINE

    def run(self, folder: Path, *, again: bool = False) -> tuple[int, str]:
        """Run the command."""
        words = (self.again or self.words) if again else self.words
        return custbook(folder, *(word.replace("@", f"{folder}/", 1) for word in words))


# ---------------------------------------------------------------- the other commands


def make_plain(folder: Path) -> None:
    """The small book as it was made."""
    make_lists(folder)
    forget_backups(folder)


def settled_generate(name: str) -> Callable[[Path], None]:
    """A new workbook is there, whole, and can be synced."""

    def settled(folder: Path) -> None:
        whole_workbook(folder / name)
        assert seen(folder / name, "clients").records() == [client(n) for n in range(1, 7)]
        assert custbook(folder, "sync", str(folder / name))[0] == 0
        assert happened(folder, MADE) == []
        standing(folder)

    return settled


def make_undo(folder: Path) -> None:
    """A sync that is to be undone: a change, a new record and a deleted one."""
    desk = make_lists(folder)
    typed(
        desk.a, "clients", K0001={"name": "错的"}, **{f"row{free_row(desk.a, 'clients')}": {"name": "多的"}}
    )
    remove(desk.a, "orders", "D0005")
    desk.sync(desk.a, delete=True, allow_mass_delete=True)
    forget_backups(folder)


def settled_undo(folder: Path) -> None:
    """What was changed is as before, once."""
    assert records(folder, "clients", "name") == {client(n): (f"顾客{n}",) for n in range(1, 7)}
    assert list(records(folder, "orders", "amount")) == [f"D000{n}" for n in range(1, 7)]
    assert happened(folder, MADE + 1) == sorted([
        ("update", "clients", "K0001"), ("delete", "clients", "K0007"), ("insert", "orders", "D0005"),
    ])  # fmt: skip
    standing(folder)


def make_backup(folder: Path) -> None:
    """A book that keeps two backups and has two."""
    make_plain(folder)
    project = folder / "custbook.yaml"
    project.write_text(project.read_text("utf-8") + "settings:\n  backups: {keep: 2}\n", encoding="utf-8")
    for _ in range(2):
        assert custbook(folder, "backup")[0] == 0


def settled_backup(folder: Path) -> None:
    """The newest two are kept."""
    assert len(list((folder / ".custbook" / "backups").glob("*.zip"))) == 2
    standing(folder)


def at_least_two_backups(folder: Path) -> None:
    """Never fewer than are to be kept, all of them sound."""
    assert len(list((folder / ".custbook" / "backups").glob("*.zip"))) >= 2
    standing(folder)


def settled_named_backup(folder: Path) -> None:
    """The backup that was asked for is there."""
    sound_backup(folder / "copy.zip")
    standing(folder)


def make_restore(folder: Path) -> None:
    """A backup, and a later change that a restore takes back."""
    make_plain(folder)
    assert custbook(folder, "backup", str(folder / "copy.zip"))[0] == 0
    typed(folder / A, "clients", K0001={"name": "后来的"})
    assert custbook(folder, "sync", str(folder / A))[0] == 0


def old_or_restored(folder: Path) -> None:
    """The store is what it was, or what the backup holds; nothing between."""
    name = records(folder, "clients", "name")["K0001"][0]
    assert (name, len(happened(folder, MADE))) in {("后来的", 1), ("顾客1", 0)}
    standing(folder)


def settled_restore(folder: Path) -> None:
    """The store is what the backup holds, and what it was before is kept."""
    assert records(folder, "clients", "name")["K0001"] == ("顾客1",)
    assert happened(folder, MADE) == []
    kept = [sound_backup(path) for path in (folder / ".custbook" / "backups").glob("*.zip")]
    assert MADE + 1 in kept, f"backups of revisions {kept}"
    standing(folder)


def make_damaged(folder: Path) -> None:
    """A backup, and a store that is broken."""
    make_restore(folder)
    (folder / "book.db").write_bytes(b"no database at all" * 300)


def settled_damaged(folder: Path) -> None:
    """The store is what the backup holds; the broken one was put aside."""
    assert records(folder, "clients", "name")["K0001"] == ("顾客1",)
    broken = [path.read_bytes() for path in (folder / ".custbook" / "backups").glob("*damaged.db")]
    assert broken == [b"no database at all" * 300]
    standing(folder)


def make_lost(folder: Path) -> None:
    """A backup, and nothing else."""
    make_plain(folder)
    assert custbook(folder, "backup", str(folder / "copy.zip"))[0] == 0
    for name in ("custbook.yaml", "lists.yaml", "book.db"):
        (folder / name).unlink()
    shutil.rmtree(folder / ".custbook")


def settled_lost(folder: Path) -> None:
    """The project is there again and works."""
    assert records(folder, "clients", "name") == {client(n): (f"顾客{n}",) for n in range(1, 7)}
    assert custbook(folder, "sync", str(folder / A))[0] == 0
    standing(folder)


CSV: Final = "号,名称,手机\n1,来客一,13911110001\n2,来客二,139\n3,来客三,\n"
MAP: Final = "id: {column: 号, system: shop}\nfields:\n  name: 名称\n  mobile: 手机\n"


def make_import(folder: Path) -> None:
    """Two rows that are right, and one that is held."""
    make_plain(folder)
    (folder / "new.csv").write_text(CSV, encoding="utf-8")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")


def settled_import(folder: Path) -> None:
    """The right ones are in the store once, the other one in the file of held rows."""
    assert list(records(folder, "clients", "name", "mobile").items())[6:] == [
        ("K0007", ("来客一", "+8613911110001")),
        ("K0008", ("来客三", None)),
    ]
    assert happened(folder, MADE) == [("insert", "clients", "K0007"), ("insert", "clients", "K0008")]
    held = (folder / "held.csv").read_text("utf-8-sig")
    assert "来客二" in held
    assert "来客一" not in held
    standing(folder)


def make_nothing(folder: Path) -> None:
    """A folder with a schema."""
    make_lists(folder.with_name(f"{folder.name}.made"))
    folder.mkdir()
    shutil.copy(folder.with_name(f"{folder.name}.made") / "lists.yaml", folder)


def settled_init(folder: Path) -> None:
    """A project that works."""
    assert custbook(folder, "generate", str(folder / "new.xlsx"))[0] == 0
    typed(folder / "new.xlsx", "clients", **{f"row{3}": {"name": "第一个"}})
    assert custbook(folder, "sync", str(folder / "new.xlsx"))[0] == 0
    assert records(folder, "clients", "name") == {"K0001": ("第一个",)}
    assert len({line[0] for line in happened(folder, 0)}) == 1
    codes = list(records(folder, "dictionary", "category", "code").values())
    assert len(codes) == len(set(codes)) == 15


def named_store(folder: Path) -> str:
    """The file that the project says its store is; it holds everything, at every instant."""
    said = (folder / "custbook.yaml").read_text("utf-8").partition("store:")[2].splitlines()[0]
    name = said.strip().strip('"').removeprefix("sqlite:///")
    with closing(sqlite3.connect(folder / name)) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        clients = store.execute("SELECT client_id, name FROM clients ORDER BY client_id").fetchall()
        assert clients == [(client(n), f"顾客{n}") for n in range(1, 7)]
        assert store.execute("SELECT count(*) FROM _revision").fetchall() == [(MADE,)]
        assert store.execute("SELECT count(*) FROM _moved").fetchall() == [(0,)]
    return name


def old_or_moved(folder: Path) -> None:
    """The project has a whole store, whichever it is."""
    assert named_store(folder) in ("book.db", "other.db")
    standing(folder)


def settled_move(folder: Path) -> None:
    """The project's store is the new one, and a workbook of before can be synced."""
    assert named_store(folder) == "other.db"
    assert custbook(folder, "sync", str(folder / A))[0] == 0
    standing(folder)


SCENES: Final[Mapping[str, Scene]] = {
    "sync": Scene(make_sync, SYNC, settled_sync, standing),
    "sync, touched up": Scene(make_sync, SYNC, settled_touched_up, standing, touch_up),
    "sync, others meanwhile": Scene(make_sync, SYNC, settled_meanwhile, standing, meanwhile),
    "schema": Scene(make_seed, ("sync", "@a.xlsx"), settled_seed, standing),
    "generate": Scene(
        make_plain,
        ("generate", "@new.xlsx"),
        settled_generate("new.xlsx"),
        standing,
        accepts=frozenset({0, 3}),
    ),
    "generate over": Scene(make_plain, ("generate", "@a.xlsx", "--force"), settled_generate(A), standing),
    "undo": Scene(make_undo, ("undo", "3"), settled_undo, standing),
    "backup": Scene(make_backup, ("backup",), settled_backup, at_least_two_backups),
    "backup by name": Scene(
        make_plain, ("backup", "@copy.zip"), settled_named_backup, standing, accepts=frozenset({0, 3})
    ),
    "restore": Scene(make_restore, ("restore", "@copy.zip", "--force"), settled_restore, old_or_restored),
    "restore a damaged store": Scene(make_damaged, ("restore", "@copy.zip"), settled_damaged, standing),
    "restore a lost project": Scene(make_lost, ("restore", "@copy.zip"), settled_lost, standing),
    "import": Scene(
        make_import,
        ("import", "@new.csv", "--sheet", "clients", "--map", "@map.yaml", "--held", "@held.csv"),
        settled_import,
        standing,
    ),
    "move": Scene(
        make_plain, ("move", "sqlite:///other.db"), settled_move, old_or_moved, accepts=frozenset({0, 3})
    ),
    "init": Scene(
        make_nothing, ("init", "@", "--schema", "lists.yaml"), settled_init, accepts=frozenset({0, 3})
    ),
}

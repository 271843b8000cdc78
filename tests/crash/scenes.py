"""What is interrupted: commands on a small book, and what must hold after the next run.

What is expected is written down by hand, edit by edit; nothing of it is asked of the program.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import openpyxl
from openpyxl.comments import Comment

from custbook_gen.cli import main
from tests.crash.backups import sound_backup
from tests.lists_book import client, make_lists
from tests.sync_books import TABS, edited, free_row, page, remove, seen, typed

A, B = "a.xlsx", "b.xlsx"
FINE: Final = frozenset({0, 1})
"""Exit codes of a command that did its work."""
Records = Mapping[str, Mapping[str, object]]


def custbook(folder: Path, *words: str) -> tuple[int, str]:
    """Run a command of the program on a project; its exit code, and what it said."""
    said = io.StringIO()
    place = [] if words[0] == "init" else ["--project", str(folder)]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main([*words, *place])
        except SystemExit as end:
            return int(end.code or 0), said.getvalue()
    raise AssertionError("a command ends with its exit code")


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


# ---------------------------------------------------------------- what is there


def records(folder: Path, sheet: str, *fields: str) -> dict[str, tuple[object, ...]]:
    """Fields of all records of a sheet by key, as SQLite itself tells."""
    key = {"clients": "client_id", "orders": "order_id", "dictionary": "choice_id"}.get(sheet, "client_id")
    with closing(sqlite3.connect(folder / "book.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        lines = store.execute(f"SELECT {key}, {', '.join(fields)} FROM {sheet} ORDER BY {key}")  # noqa: S608
        return {line[0]: tuple(line[1:]) for line in lines}


def happened(folder: Path, after: int) -> list[tuple[str, str, str]]:
    """Kind, sheet and key of everything in the history after a revision."""
    with closing(sqlite3.connect(folder / "book.db")) as store:
        lines = store.execute("SELECT kind, sheet, key FROM _history WHERE revision > ?", (after,))
        return sorted(lines.fetchall())


def names_given(folder: Path, key: str) -> list[str]:
    """The names that a client was given, one after the other."""
    with closing(sqlite3.connect(folder / "book.db")) as store:
        lines = store.execute(
            "SELECT after FROM _history WHERE kind = 'update' AND key = ? ORDER BY revision", (key,)
        )
        return [after["name"] for (text,) in lines for after in [json.loads(text)] if "name" in after]


def no_leftovers(folder: Path) -> None:
    """No draft and no journal lies about."""
    left = [path for path in folder.rglob("*") if path.suffix == ".tmp" or path.name.endswith("-journal")]
    assert not left, f"left behind: {[path.name for path in left]}"


def whole_workbook(path: Path) -> None:
    """A workbook that other programs open; each record stands in it once."""
    openpyxl.load_workbook(path, read_only=True).close()
    for sheet in ("clients", "orders"):
        there = seen(path, sheet).records()
        assert len(there) == len(set(there)), f"{sheet}: {there}"


def whole_backups(folder: Path) -> None:
    """Every backup is one: workbooks open, archives hold what their manifests say."""
    for path in (folder / ".custbook").glob("backups/*"):
        if path.suffix == ".xlsx":
            openpyxl.load_workbook(path, read_only=True).close()
        elif path.suffix == ".zip":
            sound_backup(path)


def standing(folder: Path) -> None:
    """What holds at every instant: the workbooks are whole, and so is every backup."""
    for path in (folder / A, folder / B):
        whole_workbook(path)
    whole_backups(folder)


def forget_backups(folder: Path) -> None:
    """Begin without backups."""
    shutil.rmtree(folder / ".custbook" / "backups", ignore_errors=True)


# ---------------------------------------------------------------- sync

MADE: Final = 2
"""The revision after the book was made: the lists' beginnings, and the records."""


def make_sync(folder: Path) -> None:
    """Two people's edits, one of them synced: changes, new rows, a removed one, a clash, a held row."""
    desk = make_lists(folder)
    typed(desk.b, "clients", K0002={"name": "乙改的"})
    desk.sync(desk.b)
    with edited(desk.a) as book:
        own = book.create_sheet("我的")
        own["A1"] = "=SUM(1,2)"
        own["A1"].comment = Comment("自己算的", "我")
    typed(
        desk.a,
        "clients",
        K0001={"name": "甲改的", "tags": "老客户；团购"},
        K0002={"name": "甲也改了"},
        K0003={"mobile": "139", "name": "等着的"},
        K0006={"source": "展会"},
        **{f"row{free_row(desk.a, 'clients') + n}": {"name": "同名的"} for n in (0, 1)},
        **{f"row{free_row(desk.a, 'clients') + 2}": {"name": "独一的", "source": "门店"}},
    )
    order = {"client_id": "独一的", "amount": 5, "status": "已完成"}
    typed(desk.a, "orders", **{f"row{free_row(desk.a, 'orders')}": order})
    typed(
        desk.a, "dictionary", **{f"row{free_row(desk.a, 'dictionary')}": {"category": "来源", "zh": "展会"}}
    )
    remove(desk.a, "orders", "D0005")
    forget_backups(folder)


def synced_store(folder: Path) -> None:
    """The store holds exactly the edits made, each once."""
    sources = {
        key: line for key, line in records(folder, "dictionary", "zh", "code").items() if line[0] == "展会"
    }
    assert len(sources) == 1, sources
    ((entry, (_, fair)),) = sources.items()
    assert records(folder, "clients", "name", "source", "tags", "mobile") == {
        "K0001": ("甲改的", "referral", '["regular","bulk"]', None),
        "K0002": ("乙改的", "referral", '["regular"]', None),
        **{client(n): (f"顾客{n}", "referral", '["regular"]', None) for n in (3, 4, 5)},
        "K0006": ("顾客6", fair, '["regular"]', None),
        "K0007": ("同名的", "other", None, None),
        "K0008": ("同名的", "other", None, None),
        "K0009": ("独一的", "shop", None, None),
    }
    orders = records(folder, "orders", "client_id")
    assert orders == {**{f"D000{n}": (client(n),) for n in (1, 2, 3, 4, 6)}, "D0007": ("K0009",)}
    assert happened(folder, MADE + 1) == sorted([
        ("update", "clients", "K0001"), ("update", "clients", "K0006"),
        ("insert", "clients", "K0007"), ("insert", "clients", "K0008"), ("insert", "clients", "K0009"),
        ("insert", "orders", "D0007"), ("delete", "orders", "D0005"), ("insert", "dictionary", entry),
    ])  # fmt: skip


def synced_workbook(path: Path) -> None:
    """The workbook shows the store, and still what could not be settled."""
    whole_workbook(path)
    there = seen(path, "clients")
    assert there.records() == [client(n) for n in range(1, 10)]
    names = [there.value(client(n), "name") for n in range(1, 10)]
    assert names == ["甲改的", "甲也改了", "等着的", "顾客4", "顾客5", "顾客6", "同名的", "同名的", "独一的"]
    assert there.value("K0003", "mobile") == "139"
    assert there.value("K0006", "source") == "展会"
    assert all(there.status(key) != "" for key in ("K0002", "K0003"))
    assert all(there.status(client(n)) == "" for n in (1, 4, 5, 6, 7, 8, 9))
    assert seen(path, "orders").records() == ["D0001", "D0002", "D0003", "D0004", "D0006", "D0007"]
    book = openpyxl.load_workbook(path)
    assert (book["我的"]["A1"].value, book["我的"]["A1"].comment.text) == ("=SUM(1,2)", "自己算的")


def settled_sync(folder: Path) -> None:
    """Everything is where it belongs, and another run changes nothing."""
    synced_store(folder)
    synced_workbook(folder / A)
    before = (folder / A).read_bytes(), records(folder, "clients", "name"), happened(folder, 0)
    code, said = custbook(folder, "sync", str(folder / A), "--delete", "--allow-mass-delete")
    assert code == 1, said
    assert ((folder / A).read_bytes(), records(folder, "clients", "name"), happened(folder, 0)) == before
    standing(folder)


SYNC: Final = ("sync", "@a.xlsx", "--delete", "--allow-mass-delete")


def row_of(path: Path, sheet: str, field: str, text: str) -> int:
    """The row in which a text stands."""
    there = seen(path, sheet)
    return next(at for at, row in enumerate(there.rows, 1) if row[there.columns[field]] == text)


def touch_up(folder: Path) -> None:
    """Somebody goes on with rows that may be in the store already without the workbook knowing."""
    path = folder / A
    number = row_of(path, "clients", "name", "独一的")
    typed(path, "clients", **{f"row{number}": {"name": "独一的（改）", "source": "广告"}})
    number = row_of(path, "orders", "amount", 5.0)  # type: ignore[arg-type]
    typed(path, "orders", **{f"row{number}": {"client_id": "独一的（改）", "amount": 6}})
    number = row_of(path, "clients", "name", "同名的")
    typed(path, "clients", **{f"row{number}": {"name": "同名的甲"}})


def settled_touched_up(folder: Path) -> None:
    """What was touched up is one record as before, with what it was touched up to."""
    names = [line[0] for line in records(folder, "clients", "name").values()]
    assert sorted(names[6:]) == ["同名的", "同名的甲", "独一的（改）"], names
    assert len(names) == 9, names
    assert records(folder, "clients", "source")["K0009"] == ("advert",)
    orders = records(folder, "orders", "client_id", "amount")
    assert (len(orders), orders["D0007"][0], float(str(orders["D0007"][1]))) == (6, "K0009", 6)
    assert sorted(seen(folder / A, "clients").records()) == [client(n) for n in range(1, 10)]


def meanwhile(folder: Path) -> None:
    """Somebody else goes on with what the interrupted run stored, if it did."""
    custbook(folder, "sync", str(folder / B))
    typed(folder / B, "clients", K0001={"name": "丙接着改的"})
    custbook(folder, "sync", str(folder / B))


def settled_meanwhile(folder: Path) -> None:
    """The later edit stays; if it came first, the clash is told and both are kept."""
    assert records(folder, "clients", "name")["K0001"] == ("丙接着改的",)
    given, shown = names_given(folder, "K0001"), seen(folder / A, "clients")
    if given == ["甲改的", "丙接着改的"]:  # the other one saw it stored
        assert (shown.value("K0001", "name"), shown.status("K0001")) == ("丙接着改的", "")
    else:
        assert given == ["丙接着改的"]
        assert shown.value("K0001", "name") == "甲改的"
        assert shown.status("K0001") != ""
    assert sorted(shown.records()) == [client(n) for n in range(1, 10)]


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


def make_seed(folder: Path) -> None:
    """A schema that got a new choice, and a workbook with an edit."""
    make_plain(folder)
    schema = folder / "lists.yaml"
    more = "      advert: {zh: 广告, en: Advert}\n      tv: {zh: 电视, en: TV}\n"
    schema.write_text(
        schema.read_text("utf-8").replace("      advert: {zh: 广告, en: Advert}\n", more), "utf-8"
    )
    typed(folder / A, "clients", K0001={"name": "甲改的"})
    forget_backups(folder)


def settled_seed(folder: Path) -> None:
    """The new choice is in the dictionary once, and so is the edit in the store."""
    codes = [
        line[0] for line in records(folder, "dictionary", "code", "category").values() if line[1] == "source"
    ]
    assert sorted(codes) == ["advert", "other", "referral", "search", "shop", "tv"]
    inserted = [
        key for kind, sheet, key in happened(folder, MADE) if (kind, sheet) == ("insert", "dictionary")
    ]
    assert len(inserted) == 1
    assert records(folder, "clients", "name")["K0001"] == ("甲改的",)
    assert happened(folder, MADE).count(("update", "clients", "K0001")) == 1
    with page(folder / A, "clients") as there:
        assert there.value("K0001", "name") == "甲改的"
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
    codes = [line for line in records(folder, "dictionary", "category", "code").values()]
    assert len(codes) == len(set(codes)) == 15


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
    "init": Scene(
        make_nothing, ("init", "@", "--schema", "lists.yaml"), settled_init, accepts=frozenset({0, 3})
    ),
}

"""Texts: errors of stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "error.store-exists": (
        "数据库“{store}”已存在，未作改动；请换一个名称，或直接使用它。",
        "The store “{store}” is there already and was left alone; choose another name, or use that one.",
    ),
    "error.store-missing": (
        "找不到数据库“{store}”；请检查名称和所在文件夹，或用 custbook restore 从备份恢复；还没有过数据库的用 custbook init 新建。",
        "There is no store “{store}”; check its name and folder, bring it back from a backup with custbook restore, "
        "or make the first one with custbook init.",
    ),
    "error.store-foreign": (
        "数据库“{store}”属于另一本客户簿（{found}，不是 {expected}）；请检查项目设置里的数据库地址。",
        "The store “{store}” keeps another book ({found}, not {expected}); check its address in the project.",
    ),
    "error.store-moved": (
        "数据库“{store}”已搬到“{to}”，不再写入；请改用项目现在的 custbook.yaml（其中 store: 写着新地址）。",
        "The store “{store}” was moved to “{to}”, and nothing is written into it any more; take the custbook.yaml "
        "whose store: says so.",
    ),
    "error.store-newer": (
        "数据库“{store}”由更新版本的程序写成（格式 {found}，本程序只识别到 {known}）；请先升级本程序。",
        "The store “{store}” was written by a newer program (format {found}, here {known}); upgrade first.",
    ),
    "error.store-corrupt": (
        "“{store}”不是可用的客户簿数据库，或已损坏（{reason}）；请从备份恢复。",
        "“{store}” is not a store of a book, or is damaged ({reason}); restore it from a backup.",
    ),
    "error.store-unreachable": (
        "无法读写数据库“{store}”（{reason}）；请检查文件夹、权限和磁盘空间。",
        "The store “{store}” cannot be read or written ({reason}); check folder, permissions and free space.",
    ),
    "error.store-server": (
        "数据库“{store}”的服务器没有应答，或拒绝了请求（{reason}）；请检查服务器是否在运行，以及地址、用户和密码。",
        "The server of the store “{store}” does not answer, or refuses ({reason}); check that it runs, and its "
        "address, user and password.",
    ),
    "error.store-encoding": (
        "数据库“{store}”的文字编码是 {found}，保存不了所有文字；请用 createdb -E UTF8 -T template0 新建一个数据库。",
        "The database “{store}” keeps texts as {found}, which cannot hold them all; make one with "
        "createdb -E UTF8 -T template0.",
    ),
    "error.store-locked": (
        "数据库“{store}”正被另一个程序使用；请等它结束后重试。",
        "The store “{store}” is in use by another program; wait until that has finished and try again.",
    ),
    "error.store-schema": (
        "方案与数据库“{store}”不符（{place}）：{why:zh}；请改回，或用 custbook init 在另一个文件夹里新建项目。",
        "The schema no longer fits the store “{store}” ({place}): {why:en}; change that place back, "
        "or begin a new project in another folder with custbook init.",
    ),
    "store.other-book": (
        "这是另一种客户簿（{old} → {new}）",
        "it is that of another book ({old} → {new})",
    ),
    "store.fixed": (
        "它决定已存的值是什么，不能改（{old} → {new}）",
        "it says what the stored values are, and cannot change ({old} → {new})",
    ),
    "store.stricter": (
        "这条规则变严了（{old} → {new}），已存的值可能不合；规则只能放宽或去掉",
        "the rule would be stricter ({old} → {new}), and stored values may break it; a rule may be loosened or dropped",
    ),
    "store.new-required": (
        "已有的记录没有这个新字段的值，它不能是必填；可以写成 recommended",
        "a new field cannot be required, as the records that there are have no value; it can be recommended",
    ),
    "store.choice-lost": (
        "记录可能用着这个值，不能删去；不再提供时请在其代码后写 false",
        "records may hold the value, which cannot go; write false after its code to take it off the list",
    ),
    "error.store-url": (
        "数据库地址“{store}”无法使用；请写成 sqlite:///book.db 或 postgresql://用户@主机/数据库 的形式"
        "（密码中的 @、: 和 / 写成 %40、%3A 和 %2F）。",
        "The store's address “{store}” cannot be used; write it like sqlite:///book.db or "
        "postgresql://user@host/database (@, : and / in a password as %40, %3A and %2F).",
    ),
    "error.store-driver": (
        "没有安装数据库“{store}”所需的驱动（{driver}）；PostgreSQL 请输入 pip install 'custbook-gen[postgresql]'，"
        "或改用 sqlite:///book.db。",
        "The driver ({driver}) for the store “{store}” is not installed; for PostgreSQL type "
        "pip install 'custbook-gen[postgresql]', or use sqlite:///book.db.",
    ),
    "error.store-changed": (
        "“{sheet}”中的记录 {key} 已被他人改动，未写入任何内容；请重新运行。",
        "The record {key} of “{sheet}” was changed by someone else, so nothing was written; run again.",
    ),
    "error.store-value": (
        "字段“{field}”中有数据库无法保存的值，未写入任何内容；请检查该列的内容。",
        "The field “{field}” holds a value that cannot be stored, so nothing was written; check that column.",
    ),
    "error.undo-schema": (
        "修订 {revision} 只是把 schema 自带的取值写进了分类字典，不能撤销；请在字典里停用取值，或修改 schema。",
        "Revision {revision} brought the schema's own values into the dictionary and cannot be undone; "
        "deactivate values there, or change the schema.",
    ),
    "error.revision-unknown": (
        "没有修订 {revision}，最新的是 {latest}；请检查编号，或确认工作簿与数据库是否配套。",
        (
            "There is no revision {revision}, the latest is {latest}; "
            "check the number, and that the workbook belongs to this store."
        ),
    ),
}

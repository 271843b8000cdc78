"""Texts: looking back into the store, undoing, backing up and restoring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "help.history": (
        "库中发生过什么：谁、何时、从哪个文件、改前改后。",
        "What happened to the book: who, when, from which file, before and after.",
    ),
    "help.show": (
        "显示一条记录和与它有关的一切。",
        "Show a record with everything that refers to it.",
    ),
    "help.find": (
        "在库中查找：不论全角半角、大小写和电话号码的写法。",
        "Find records in the store, however case, width and phone numbers were written.",
    ),
    "help.undo": (
        "撤销一次修订（记为新的修订），不动之后的改动。",
        "Undo a revision as a new one; what came later is left alone.",
    ),
    "help.backup": (
        "把库和项目文件备份到一个压缩文件。",
        "Copy the store and the project's files into one archive.",
    ),
    "help.restore": ("从备份恢复库。", "Put the store back to what a backup holds."),
    "help.move": (
        "把库搬到另一个空数据库（地址如 postgresql://li@db.example.com/shop 或 sqlite:///other.db），并改写 custbook.yaml。",
        "Move the store to another, empty database, at an address such as postgresql://li@db.example.com/shop or "
        "sqlite:///other.db, and have custbook.yaml say so.",
    ),
    "option.key": ("只看这条记录，例如 C000012。", "Only this record, such as C000012."),
    "option.only-sheet": ("只看这个表。", "Only this sheet."),
    "option.sync": ("只看这次修订，逐字段列出。", "Only this revision, field by field."),
    "option.limit": ("最多列出多少条（最新的）。", "How many to list, the newest ones."),
    "option.where": (
        "字段的值必须是……；可多次使用，值为空表示未填。",
        "A field must have this value; can be given several times, an empty value means not filled in.",
    ),
    "option.partly": (
        "能撤销的都撤销，其余列出。",
        "Undo what can be undone and report the rest.",
    ),
    "option.project-back": (
        "项目文件夹（默认从当前文件夹向上找）；若其中没有项目，则一并恢复。",
        "Folder of the project (default: searched upwards from the present folder); without a project in it, "
        "that is restored too.",
    ),
    "option.restore-force": (
        "即使库中有备份之后的改动也恢复（现有的库会另存为备份）。",
        "Restore even if the store has changed since the backup (the present store is kept as a backup).",
    ),
    # what happened
    "action.sync": ("同步", "sync"),
    "action.init": ("新建", "init"),
    "action.schema": ("字段定义", "schema"),
    "action.import": ("导入", "import"),
    "action.demo": ("演示", "demo"),
    "action.undo": ("撤销", "undo"),
    "say.revision-number": ("修订 {revision}", "revision {revision}"),
    "say.nothing-there": ("没有找到。", "Nothing found."),
    "say.earlier": (
        "……之前还有 {count} 项改动（--limit 可列出更多）",
        "… and {count} earlier changes (--limit lists more)",
    ),
    "say.more-changes": ("……另有 {count} 项（--json 列出全部）", "… and {count} more (--json lists all)"),
    "say.more-hits": (
        "……另有 {count} 处（请多给几个词，或用 --json 列出全部）",
        "… and {count} more (give more words, or --json for all)",
    ),
    "say.latest": (
        "只列出最近 {shown} 条，共 {count} 条（--json 列出全部）",
        "The latest {shown} of {count} (--json lists all)",
    ),
    "say.undone": (
        "已撤销修订 {revision}：{count} 条记录；库的版本现在是 {now}。工作簿会在下次同步时更正。",
        "Revision {revision} is undone: {count:# record|# records}; the store is at revision {now} now. "
        "Workbooks are corrected when they are synced next.",
    ),
    "say.would-undo": (
        "会撤销修订 {revision} 的 {count} 条记录。",
        "Would undo {count:# record|# records} of revision {revision}.",
    ),
    "say.not-undone": (
        "修订 {revision} 未撤销：见上。--partly 可撤销其余部分。",
        "Revision {revision} is not undone, see above; --partly undoes what can be undone.",
    ),
    "say.all-blocked": (
        "修订 {revision} 的改动都不能撤销：见上。",
        "Nothing of revision {revision} can be undone, see above.",
    ),
    "say.nothing-to-undo": ("修订 {revision} 没有留下改动。", "Revision {revision} left nothing to undo."),
    "undo.changed-later": (
        "之后在修订 {revision} 中被 {user} 改动",
        "was changed later, in revision {revision} by {user}",
    ),
    "undo.deleted-later": (
        "之后在修订 {revision} 中被 {user} 删除",
        "was deleted later, in revision {revision} by {user}",
    ),
    "undo.back-later": (
        "之后在修订 {revision} 中由 {user} 重新加入",
        "was added anew later, in revision {revision} by {user}",
    ),
    "undo.schemas-own": (
        "是 schema 自带的取值，不能删除；不用时请停用",
        "is a value of the schema, which cannot be deleted; deactivate it instead",
    ),
    "undo.referred-to": (
        "还有 {count} 条记录引用它：{others}",
        "{count:# record still refers|# records still refer} to it: {others}",
    ),
    "undo.resting-user": (
        "还有 {count} 条记录引用它，所在的表或字段现在不在方案里，仍留存在数据库中：{others}",
        "{count:# record that rests|# records that rest} in the store, as the schema leaves out the sheet or field, "
        "still {count:refers|refer} to it: {others}",
    ),
    "undo.reference-gone": ("会引用已不存在的 {others}", "would refer to {others}, which is no more"),
    "undo.value-taken": ("原来的值现在属于 {others}", "its former value belongs to {others} now"),
    "undo.rule-broken": (
        "改回后不再符合字段规则",
        "with the former value the record would break a rule of the book",
    ),
    "title.history": ("历史", "History"),
    "title.undone": ("撤销修订 {revision}", "Undoing revision {revision}"),
    "title.blocked": ("无法撤销", "What cannot be undone"),
    "title.linked": ("{sheet}（{field}）：{count} 条", "{sheet} ({field}): {count}"),
    "title.found": ("找到的记录", "What was found"),
    "column.revision": ("修订", "Revision"),
    "column.when": ("时间", "When"),
    "column.user": ("用户", "Who"),
    "column.action": ("操作", "Action"),
    "column.source": ("来源", "Source"),
    "column.inserted": ("新增", "New"),
    "column.updated": ("修改", "Updated"),
    "column.deleted": ("删除", "Deleted"),
    "column.name": ("名称", "Name"),
    "column.value": ("值", "Value"),
    "column.text": ("内容", "Text"),
    # backups
    "say.saved": (
        "已备份到 {path}（修订 {revision}，{count} 条记录）",
        "Backed up to {path} (revision {revision}, {count:# record|# records})",
    ),
    "say.moved": (
        "库现在是“{to}”（版本 {revision}，{count} 条记录），custbook.yaml 已改。“{old}”原样留着，不再写入；"
        "用项目副本的同事请换上新的 custbook.yaml。",
        "The store is “{to}” now (revision {revision}, {count:# record|# records}), and custbook.yaml says so. "
        "“{old}” stays as it is, and nothing is written into it any more; colleagues with a copy of the project "
        "need the new custbook.yaml.",
    ),
    "say.restored": (
        "已从“{file}”恢复“{store}”：库的版本是 {revision}。",
        "Restored “{store}” from “{file}”: the store is at revision {revision}.",
    ),
    "say.kept-store": ("原来的库保存在 {path}", "What the store held before is kept in {path}"),
    "say.set-aside": (
        "有 {count} 次修订不在库中了；显示这些修订的工作簿在同步时会被拒绝，其内容不会丢失。",
        "{count:# revision is|# revisions are} no longer in the store; sync refuses workbooks that show {count:it|them}, "
        "nothing in these is lost.",
    ),
    # errors
    "error.workbook-ahead": (
        "“{file}”显示的是修订 {revision}，库中没有它（库可能已从较早的备份恢复），因此未作任何改动；"
        "请恢复含有它的备份，或用 custbook generate 生成新的工作簿，再把缺少的内容补进去。",
        "“{file}” shows revision {revision}, which the store does not have (it may have been restored from an older "
        "backup), so nothing was changed; restore a backup that has it, or write a new workbook with custbook generate "
        "and bring what is missing over.",
    ),
    "error.sheet-unknown": (
        "没有工作表“{name}”；{remedy:zh}",
        "There is no sheet “{name}”; {remedy:en}",
    ),
    "error.record-unknown": (
        "从未有过编号为“{key}”的记录；请检查编号，或用 custbook find 查找。",
        "There never was a record “{key}”; check its number, or look for it with custbook find.",
    ),
    "error.record-elsewhere": (
        "记录“{key}”在表“{zh}”里；请去掉 --sheet，或写那张表。",
        "The record “{key}” is on the sheet “{en}”; leave --sheet out, or name that one.",
    ),
    "error.record-rests": (
        "记录“{key}”留存在数据库中，但它所在的表“{zh}”现在不在方案里；把该表加回方案，就能再看到它和它的历史。",
        "The record “{key}” rests in the store, as its sheet “{en}” is not in the schema now; "
        "switch that sheet on to see the record and its history.",
    ),
    "error.record-deleted": (
        "记录“{key}”已在修订 {revision} 中被 {user} 删除；custbook history --key {key} 可以看到它。",
        "The record “{key}” was deleted in revision {revision} by {user}; custbook history --key {key} shows it.",
    ),
    "error.find-nothing": (
        "请给出要找的文字，或用 --where 字段=值。",
        "Give a text to look for, or --where FIELD=VALUE.",
    ),
    "error.where-form": (
        "请写成 字段=值，例如 level=vip，而不是“{text}”。",
        "Write FIELD=VALUE, such as level=vip, instead of “{text}”.",
    ),
    "error.field-unknown": ("没有字段“{name}”；{remedy:zh}", "There is no field “{name}”; {remedy:en}"),
    "error.where-value": (
        "“{value}”不是字段“{name}”可能的值；请检查写法。",
        "“{value}” can be no value of the field “{name}”; check its spelling.",
    ),
    "error.store-no-file": (
        "数据库“{store}”不是 SQLite 文件；请用该数据库自己的备份工具。",
        "The store “{store}” is no SQLite file; back it up with the database's own tools.",
    ),
    "error.backup-exists": (
        "文件“{file}”已存在，未作改动；请换一个文件名。",
        "The file “{file}” already exists and was left alone; choose another name.",
    ),
    "error.backup-unwritable": (
        "无法写入备份“{file}”（{reason}）；请检查文件夹、权限和磁盘空间。",
        "The backup “{file}” cannot be written ({reason}); check folder, permissions and free space.",
    ),
    "error.backup-outgrown": (
        "备份“{file}”会超过 {most:,} 个文件，或含有超过 {size} MB 的文件（{part}），以后无法恢复；请把不属于项目的模板和映射移出项目文件夹。",
        "The backup “{file}” would hold more than {most:,} files, or one of more than {size} MB ({part}), and could not be "
        "restored; move templates and maps that are not the project's out of its folder.",
    ),
    "error.backup-missing": (
        "无法读取备份“{file}”（{reason}）；请检查文件名和所在文件夹。",
        "The backup “{file}” cannot be read ({reason}); check its name and folder.",
    ),
    "error.backup-damaged": (
        "“{file}”不是 custbook 的备份，或已损坏（问题出在 {part}），未恢复任何内容；请改用另一个备份。",
        "“{file}” is no backup of ours, or is damaged (in {part}), so nothing was restored; use another backup.",
    ),
    "error.backup-newer": (
        "“{file}”由更新版本的 custbook 备份（格式 {found}，本程序只认到 {known}）；请先升级 custbook。",
        "“{file}” was made by a newer custbook (format {found}, this one knows up to {known}); upgrade custbook first.",
    ),
    "error.backup-too-large": (
        "磁盘空间不足以恢复“{file}”（{part}），未作任何改动；请清理磁盘后重试。",
        "The disk has no room for what “{file}” holds ({part}), so nothing was changed; free some space and try again.",
    ),
    "error.backup-foreign": (
        "“{file}”是另一本客户簿的备份，不属于项目“{project}”；请用 --project 指明它所属的文件夹。",
        "“{file}” is a backup of another book than that of the project “{project}”; "
        "name its own project's folder with --project.",
    ),
    "error.restore-behind": (
        "库“{store}”里有 {count} 次修订不在这个备份中，未作任何改动；确实要恢复请加 --force（现有的库会另存为备份）。",
        "The store “{store}” has {count:# revision|# revisions} that the backup has not, so nothing was changed; "
        "if it is meant, add --force (the present store is kept as a backup).",
    ),
    "error.restore-unwritable": (
        "文件夹“{folder}”无法写入（{reason}），未恢复任何内容；请检查权限和磁盘空间。",
        "The folder “{folder}” cannot be written to ({reason}), so nothing was restored; "
        "check its permissions and free space.",
    ),
}

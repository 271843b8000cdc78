"""Words of the command line: help, headings and closing lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "help.main": (
        "让客户管理簿可信：由 schema 生成工作簿，检查并同步大家的修改。",
        "Customer books you can trust: generate a workbook from a schema, check it, sync people's edits.",
    ),
    "error.no-command": ("没有命令“{name}”。", "There is no command “{name}”."),
    "error.command-unknown": (
        "没有命令“{name}”；像它的有：{near}。",
        "There is no command “{name}”; did you mean {near}?",
    ),
    "error.nothing-given": ("什么都没写；请写出名称或位置。", "nothing is given; write a name or a place."),
    "error.names-no-file": (
        "“{name}”不是文件名；请写出文件名。",
        "“{name}” names no file; write its name too.",
    ),
    "error.number-large": (
        "{number} 太大，没有这么多；请写小一些的数。",
        "{number} is more than there can be; give a smaller number.",
    ),
    "error.no-day": (
        "没有“{text}”这一天；请写成 2024-12-31 这样。",
        "there is no day “{text}”; write it like 2024-12-31.",
    ),
    "help.commands": ("命令", "Commands"),
    "help.demo": (
        "生成一个带演示数据的项目，像同事一样修改工作簿，再同步并报告。",
        "Make a project with demo data, edit its workbook as a colleague would, sync it and report.",
    ),
    "help.init": (
        "在文件夹里新建一个项目（custbook.yaml 和数据库）。",
        "Start a project in a folder: custbook.yaml and the store.",
    ),
    "help.generate": ("把库中的记录写成新的工作簿。", "Write a new workbook that shows the store's records."),
    "help.check": (
        "读回工作簿并检查每个单元格，不作任何改动。",
        "Read a workbook back and check every cell; nothing is changed.",
    ),
    "help.sync": (
        "检查工作簿，把合格的修改合并入库，再刷新工作簿。",
        "Check workbooks, merge their valid edits into the store, refresh the workbooks.",
    ),
    "help.import": (
        "按映射文件把 CSV 中的行导入库中。",
        "Put the rows of a CSV file into the store by a map.",
    ),
    "help.schema": (
        "说明 schema：全部工作表、一张表的字段，或一个 JSON 文档。",
        "Tell what the schema says: all sheets, one sheet's fields, or a JSON document.",
    ),
    "help.summary": (
        "把汇总页单独写成一个工作簿（数值）或一个 HTML 页面。",
        "Write the summary tabs alone: as a workbook of values, or as one HTML page.",
    ),
    "help.guide": (
        "操作手册：怎样使用、每个字段怎样填、规则、设置和信息保护；由 schema 写成。",
        "The manual, written from the schema: how to use the book, every field, rules, settings, data protection.",
    ),
    "option.output-summary": (
        "写到哪个文件；.html 写成页面（默认 summary.xlsx）。",
        "The file to write; .html makes a page (default: summary.xlsx).",
    ),
    "option.output-guide": ("写到哪个文件（默认 guide.html）。", "The file to write (default: guide.html)."),
    "option.html": ("写成一个 HTML 页面，不需要网络。", "Write one HTML page that needs no network."),
    "option.as-of": (
        "按哪一天计算，如 2024-12-31（默认今天）。",
        "The day to compute for, such as 2024-12-31 (default: today).",
    ),
    "option.tabs": (
        "只要这些汇总页，用逗号隔开，如 overview,trend。",
        "Only these tabs, separated by commas, such as overview,trend.",
    ),
    "option.lang-page": ("语言：zh、en 或 zh+en。", "The language: zh, en or zh+en."),
    "say.summarised": (
        "已写出 {path}：截止 {day}，{count} 个汇总页",
        "Wrote {path}: {count:# summary tab|# summary tabs} as of {day}",
    ),
    "say.guide-html": ("完整的手册：custbook guide --html", "The whole manual: custbook guide --html"),
    "option.project-above": (
        "项目文件夹（默认从当前文件夹向上找）。",
        "Folder of the project (default: searched upwards from the present folder).",
    ),
    "option.project-here": (
        "项目文件夹（默认从当前文件夹向上找；没有项目时用内置的 schema）。",
        "Folder of the project (default: searched upwards from here; the bundled schema if there is none).",
    ),
    "option.preset-shown": (
        "以哪个 preset 为准（默认为项目的，否则为 standard）。",
        "The preset to tell about (default: the project's, else standard).",
    ),
    "option.json-book": ("以 JSON 打印整本簿的 schema。", "Print the whole book's schema as JSON."),
    "option.json-schema": (
        "打印 schema 文件的 JSON Schema，供编辑器补全和检查。",
        "Print the JSON Schema of schema files, for editors to complete and check them.",
    ),
    "option.project-file": (
        "与 --json-schema 一起用：项目文件 custbook.yaml 的 JSON Schema。",
        "With --json-schema: that of project files (custbook.yaml).",
    ),
    "option.records": (
        "打印某张表的记录的 JSON Schema。",
        "Print the JSON Schema of a sheet's records.",
    ),
    "option.folder": ("项目文件夹。", "The project's folder."),
    "option.project": (
        "工作簿所属的项目文件夹（默认从文件所在处向上找）。",
        "Folder of the project (default: searched upwards from the file).",
    ),
    "option.lang": ("工作簿的语言：zh、en 或 zh+en。", "Language of the workbook: zh, en or zh+en."),
    "option.schema": ("内置 schema 的名字，或 YAML 文件。", "A bundled schema's name, or a YAML file."),
    "option.preset": (
        "簿的大小：basic（基本）、standard（标准）、full（全部）。",
        "How much of the schema: basic, standard or full.",
    ),
    "option.store": ("库的地址（SQLAlchemy URL）。", "Address of the store (SQLAlchemy URL)."),
    "option.force": ("覆盖已有文件（先备份）。", "Replace an existing file (a backup is kept)."),
    "option.json": (
        "在标准输出上只打印一个 JSON 文档。",
        "Print one JSON document on standard output and nothing else.",
    ),
    "option.dry-run": ("只显示会改动什么，不写入。", "Show what would change and write nothing."),
    "option.strict": ("只要有一行不合格，就什么都不入库。", "Store nothing at all if any row has an error."),
    "option.delete": ("删除工作簿中已被删去的行。", "Delete the records whose rows were removed."),
    "option.restore": ("把被删去的行放回工作簿。", "Bring removed rows back into the workbook."),
    "option.mass-delete": ("允许一次删除超过 5% 的行。", "Allow a run to delete more than 5 % of a sheet."),
    "option.prefer": (
        "冲突时以谁为准：file（工作簿）或 store（库）。",
        "Who wins a conflict: file (the workbook) or store.",
    ),
    "option.sheet": ("导入到哪个表。", "The sheet that the rows belong to."),
    "option.map": ("映射文件（YAML）。", "The map (YAML)."),
    "option.held": (
        "把未导入的行写到这个 CSV 文件。",
        "Write the rows that were not imported to this CSV file.",
    ),
    "option.version": ("显示版本。", "Show the version."),
    "option.only": (
        "只写入某字段为某值的记录以及属于它们的记录，例如 owner_id=E001。",
        "Only the records with this value and what belongs to them, such as owner_id=E001.",
    ),
    "option.each": (
        "按某字段的每个值各写一本工作簿到 TARGET 文件夹，例如 owner_id（每位负责人一本）。",
        "One workbook per value of this field into the folder TARGET, such as owner_id: one per owner.",
    ),
    "say.generated": ("已生成 {path}", "Wrote {path}"),
    "say.generated-of": ("已生成 {path}（{label}：{value}）", "Wrote {path} ({label}: {value})"),
    "say.replaced": (
        "被覆盖的工作簿（{count} 个）备份在 {folder}",
        "{count:# replaced workbook is|# replaced workbooks are} kept in {folder}",
    ),
    "say.replaced-edited": (
        "被覆盖的工作簿里有尚未入库的修改：改动 {edited} 行，新增 {new} 行，删去 {gone} 行；它备份为 {path}",
        "The replaced workbook held edits that are not in the store: {edited:# row|# rows} edited, {new} new, {gone} gone; "
        "it is kept as {path}",
    ),
    "say.initialised": ("已建立项目：{folder}", "Started a project in {folder}"),
    "say.next-generate": ("下一步：custbook generate {file}", "Next: custbook generate {file}"),
    "say.records": ("{sheet}：{count} 条", "{sheet}: {count}"),
    "say.clean": ("没有发现问题。", "Nothing to complain about."),
    "say.strict": (
        "有行暂缓，按 --strict 什么都没有入库；改好后再同步，或不加 --strict。",
        "Rows are held, so --strict stored nothing at all; mend them and sync again, or sync without --strict.",
    ),
    "say.dry-run": ("试运行：没有写入任何内容。", "Dry run: nothing was written."),
    "say.conflicts": (
        "请在工作簿的冲突页上逐条选择，再同步一次；或用 sync --prefer file（以工作簿为准）、--prefer store（以库为准）一次定下。",
        "Choose on the workbook's tab of conflicts and sync again, or settle all of them: sync --prefer file (the workbook wins) "
        "or --prefer store.",
    ),
    "say.nothing": ("没有改动。", "No changes."),
    "say.totals": (
        "共 {rows} 行：新增 {inserted}，修改 {updated}，删除 {deleted}；暂缓 {held}，冲突 {conflicts}；"
        "错误 {errors}，警告 {warnings}，提示 {infos}。",
        "{rows:# row|# rows}: {inserted} inserted, {updated} updated, {deleted} deleted; {held} held, {conflicts:# conflict|# conflicts}; "
        "{errors:# error|# errors}, {warnings:# warning|# warnings}, {infos:# note|# notes}.",
    ),
    "say.checked": (
        "共 {rows} 行；等待同步：改过 {edited}，新增 {new}，少了 {gone}；暂缓 {held}；错误 {errors}，警告 {warnings}，提示 {infos}。",
        "{rows:# row|# rows}; waiting for a sync: {edited} edited, {new} new, {gone} gone; {held} held; "
        "{errors:# error|# errors}, {warnings:# warning|# warnings}, {infos:# note|# notes}.",
    ),
    "say.revision": ("库的版本：{base} → {now}", "Revision of the store: {base} → {now}"),
    "say.without-store": (
        "没有找到所属项目，仅按工作簿自带的 schema 检查。",
        "Its project was not found; checked against the schema in the workbook alone.",
    ),
    "say.more": ("……另有 {count} 处同类问题，从 {cell} 起", "… and {count} more of the same, from {cell} on"),
    "say.schema-more": (
        "括号里的字段不在所选的 preset 之内；custbook schema SHEET 说明一张表。",
        "Fields in brackets are not part of the preset; custbook schema SHEET tells about one sheet.",
    ),
    "say.held": ("未导入的行已写到 {file}", "The rows that were not imported are in {file}"),
    "say.demo-edited": (
        "已像同事一样改了 {count} 处：",
        "Edited {count:# cell|# cells} as a colleague would:",
    ),
    "say.demo-typed": ("{cell} {label}：{text}", "{cell} {label}: {text}"),
    "say.demo-done": ("工作簿在这里：{path}", "The workbook lies here: {path}"),
    "say.interrupted": (
        "已中断；没有留下写了一半的内容，再运行一次即可。",
        "Interrupted; nothing is left half done, just run it again.",
    ),
    "progress.read": ("读取工作簿", "Reading the workbook"),
    "progress.check": ("检查并合并", "Checking and merging"),
    "progress.make": ("生成工作簿", "Making the workbook"),
    "progress.copy": ("复制数据库", "Copying the store"),
    "progress.rows": ("{count} 行/秒", "{count} rows/s"),
    "progress.write": ("写入工作簿", "Writing the workbook"),
    "progress.wait": (
        "Google 暂时没有应答，等一会儿再试",
        "Google does not answer yet; waiting to try again",
    ),
    "progress.verify": ("核对写入结果", "Verifying what was written"),
    "title.issues": ("发现的问题", "What was found"),
    "title.changes": ("改动", "Changes"),
    "title.conflicts": ("冲突（库中保留原值）", "Conflicts (the store keeps its value)"),
    "column.severity": ("级别", "Level"),
    "column.cell": ("位置", "Where"),
    "column.message": ("说明", "What"),
    "column.suggestion": ("建议", "Suggestion"),
    "column.kind": ("类型", "Kind"),
    "column.key": ("编号", "Number"),
    "column.field": ("字段", "Field"),
    "column.before": ("原值", "Before"),
    "column.after": ("新值", "After"),
    "column.base": ("原值", "Base"),
    "column.edited": ("工作簿中", "In the workbook"),
    "column.stored": ("库中", "In the store"),
    "column.sheet": ("工作表", "Sheet"),
    "column.label": ("名称", "Label"),
    "column.preset": ("preset", "Preset"),
    "column.count": ("字段数", "In use"),
    "column.fields": ("字段", "Fields"),
    "column.type": ("类型", "Type"),
    "column.need": ("填写", "Need"),
    "column.rule": ("规则", "Rule"),
    "severity.error": ("错误", "error"),
    "severity.warning": ("警告", "warning"),
    "severity.info": ("提示", "note"),
    "kind.insert": ("新增", "new"),
    "kind.update": ("修改", "update"),
    "kind.delete": ("删除", "delete"),
    # Google Sheets
    "option.into": (
        "填写一个已有的空 Google 表格（地址），先把它共享给服务账号。",
        "Fill an empty Google spreadsheet that exists (its address), shared with the service account.",
    ),
    "option.share": (
        "给某人访问权，可多次：邮箱:viewer|commenter|editor|manager（manager 也可改受保护的单元格）。",
        "Give somebody access, repeatable: address:viewer|commenter|editor|manager (a manager may change protected cells too).",
    ),
    "say.not-carried": (
        "Google 表格里有 {count} 处与 Excel 不同，见“使用说明”末尾或 --json。",
        "{count:# thing differs|# things differ} from Excel in Google Sheets; see the end of the guide tab, or --json.",
    ),
}

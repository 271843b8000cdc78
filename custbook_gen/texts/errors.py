"""Texts: errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # which book a workbook belongs to
    "error.not-a-book": (
        "“{file}”不是 custbook 生成的客户管理簿（没有身份信息）；请用 custbook generate 生成工作簿，再把内容贴进去。",
        "“{file}” is no customer book of ours (it carries no identity); write one with custbook generate "
        "and copy the content into it.",
    ),
    "error.days-from-1904": (
        "“{file}”改成了从 1904 年起计算日期，其中的日期都晚了四年零一天；请在 Excel 的“选项 → 高级”里取消“使用 1904 日期系统”，"
        "看看这期间填写的日期对不对，然后重试。",
        "“{file}” counts its days from 1904 now, so its dates are four years and a day late; switch off “Use 1904 date "
        "system” in Excel's advanced options, look whether dates that were typed meanwhile are right, and try again.",
    ),
    "error.format-newer": (
        "“{file}”由更新版本的 custbook 生成（格式 {found}，本程序只认到 {known}）；请先升级 custbook。",
        "“{file}” was written by a newer custbook (format {found}, this one knows up to {known}); upgrade custbook first.",
    ),
    "error.schema-newer": (
        "“{file}”用的字段定义比项目“{project}”的新；请先更新该项目的 schema。",
        "“{file}” was made from a newer version of the schema than the project “{project}” has; update the project first.",
    ),
    "error.foreign-book": (
        "“{file}”属于另一本客户管理簿，不属于项目“{project}”；请用 --project 指明它所属的文件夹。",
        "“{file}” belongs to another customer book than the project “{project}”; name its folder with --project.",
    ),
    "error.own-schema": (
        "“{file}”所带的字段定义有误，无法据此检查；请用 --project 指明它所属的文件夹。",
        "The schema that “{file}” carries is wrong, it cannot be checked by it; name the folder of its project with --project.",
    ),
    "error.no-project": (
        "找不到“{file}”所属的项目（custbook.yaml）；请把它放回项目文件夹，或用 --project 指明文件夹。",
        "No project (custbook.yaml) was found for “{file}”; put it into its project's folder, "
        "or name the folder with --project.",
    ),
    "error.schema-one": (
        "一次只能要一样：SHEET、--json、--json-schema 或 --records。",
        "Ask for one thing at a time: SHEET, --json, --json-schema or --records.",
    ),
    "error.project-file-alone": (
        "--project-file 要与 --json-schema 一起用。",
        "--project-file goes with --json-schema; add that.",
    ),
    "error.delete-and-restore": (
        "--delete 和 --restore 只能选一个。",
        "--delete and --restore exclude each other; give one of them.",
    ),
    "error.mass-delete": (
        "这次会从“{sheet}”删除 {count} 行（共 {total} 行），超过 5%，未作任何改动；确实要删请加 --allow-mass-delete。",
        "This would delete {count} of {total} rows of “{sheet}”, more than 5 %; nothing was changed. "
        "If it is meant, add --allow-mass-delete.",
    ),
    "error.formula-template": (
        "“{sheet}”表的公式模板有误：{reason}（{template}）；请在 schema 中更正。",
        "A formula template of sheet “{sheet}” is wrong: {reason} ({template}); correct it in the schema.",
    ),
    # workbook files
    "error.cell-not-writable": (
        "单元格 {cell} 的内容无法写入：文字超过 32,767 个字符，或数字超出范围；请缩短或更正后重试。",
        "The content of cell {cell} cannot be written: its text is over 32,767 characters, or its number out of range; "
        "shorten or correct it and try again.",
    ),
    "error.sheet-too-long": (
        "工作表“{sheet}”的行数超过 {limit:,}，Excel 无法容纳；请减少记录或预留的空行。",
        "Sheet “{sheet}” has more than {limit:,} rows, which no workbook holds; write fewer records or blank rows.",
    ),
    "error.file-missing": (
        "找不到文件“{file}”；请检查文件名和所在文件夹。",
        "There is no file “{file}”; check its name and folder.",
    ),
    "error.folder-missing": (
        "找不到“{file}”所在的文件夹“{folder}”；请检查文件夹名，网络位置请检查连接。",
        "The folder “{folder}” of “{file}” is not there; check its name, and the connection if it is on a network.",
    ),
    "error.file-unreachable": (
        "“{file}”所在的磁盘或网络位置读写出错（{reason}）；请检查磁盘或网络连接后重新运行，不会丢失或重复。",
        "The disk or network place of “{file}” fails ({reason}); check the disk or the connection and run the command "
        "again, nothing is lost or stored twice.",
    ),
    "error.file-exists": (
        "文件“{file}”已存在，未作改动；请换一个文件名，或用 --force 覆盖它。",
        "The file “{file}” already exists and was left alone; choose another name, or replace it with --force.",
    ),
    "error.place-is-folder": (
        "“{file}”是文件夹；请写出要保存的文件的名称，例如“{file}”里的 {example}。",
        "“{file}” is a folder; write the name of a file to save, such as {example} in “{file}”.",
    ),
    "error.file-ending": (
        "“{file}”的扩展名 {ending} 是另一种格式的；请改用 {own}。",
        "The name “{file}” ends like another format ({ending}); end it with {own}.",
    ),
    "error.file-changed": (
        "文件“{file}”在读取之后又被改动，未写入；请重新运行。",
        "The file “{file}” was changed after it had been read, so nothing was written; run the command again.",
    ),
    "error.not-refreshed": (
        "“{file}”的修改已入库，但它未能刷新：{reason:zh} 之后再运行一次 sync，不会丢失或重复。",
        "The edits of “{file}” are stored, but it could not be refreshed: {reason:en} Then run sync again, "
        "nothing is lost or stored twice.",
    ),
    "error.not-a-workbook": (
        "“{file}”不是 .xlsx 工作簿（内容：{found}）；请在 Excel 或 WPS 中打开，另存为 .xlsx 后重试。",
        "“{file}” is not an .xlsx workbook (its content is {found}); "
        "open it in Excel or WPS, save it as .xlsx and try again.",
    ),
    "error.file-is-folder": (
        "“{file}”是文件夹；请写出其中的工作簿，可以一次写多个。",
        "“{file}” is a folder; name the workbooks in it, as many at once as you like.",
    ),
    "error.workbook-encrypted": (
        "“{file}”设有打开密码，无法读取；请在 Excel 中取消密码并保存后重试。",
        "“{file}” is encrypted with a password; remove the password in Excel, save it and try again.",
    ),
    "error.workbook-corrupt": (
        "“{file}”已损坏（问题出在 {part}）；请用 Excel 打开并修复，或改用备份。",
        "“{file}” is damaged (in {part}); open and repair it in Excel, or use a backup.",
    ),
    "error.workbook-unsafe": (
        "“{file}”的 {part} 含有文档类型声明（DTD），正常的工作簿不会有，已拒绝读取；请向来源方索取正常的文件。",
        "“{file}” declares a document type (DTD) in {part}, which no real workbook does, so it was not read; "
        "ask its sender for a proper file.",
    ),
    "error.workbook-part-name": (
        "“{file}”的压缩包里有名称越出包外或无法使用的部件（{part}），正常的工作簿不会有，已拒绝读取；请向来源方索取正常的文件。",
        "“{file}” holds a part whose name leads out of the package or cannot be used ({part}), which no real workbook "
        "does, so it was not read; ask its sender for a proper file.",
    ),
    "error.workbook-part-twice": (
        "“{file}”里有两个同名的部件（{part}），各程序会读到不同的内容，已拒绝读取；请用 Excel 打开并另存后重试。",
        "“{file}” holds two parts of one name ({part}), of which programs would read different ones, so it was not "
        "read; open it in Excel, save it anew and try again.",
    ),
    "error.workbook-untyped": (
        "“{file}”没有说明部件 {part} 的类型；请用 Excel 打开并另存为“Excel 工作簿 (.xlsx)”后重试。",
        "“{file}” does not say what its part {part} is; open it in Excel, save it as an “Excel Workbook (.xlsx)” "
        "and try again.",
    ),
    "error.workbook-signed": (
        "“{file}”带有数字签名，刷新会使签名失效，未作改动；请在 Excel 的“文件-信息”中删除签名并保存后重试。",
        "“{file}” is digitally signed, which a refresh would break, so it was left alone; "
        "remove the signature in Excel (File, Info), save it and try again.",
    ),
    "error.workbook-shared": (
        "“{file}”是旧式“共享工作簿”，带有修订记录，刷新会使记录不符，未作改动；请在 Excel 中取消共享并保存后重试。",
        "“{file}” is a legacy shared workbook with a log of changes, which a refresh would contradict, so it was left "
        "alone; stop sharing it in Excel (Review), save it and try again.",
    ),
    "error.workbook-data-model": (
        "“{file}”含有 Power Pivot 数据模型，其中存有单元格的副本，刷新会使两者不符，未作改动；请移除数据模型后重试。",
        "“{file}” has a Power Pivot data model, which keeps copies of cells that a refresh would contradict, so it was "
        "left alone; remove the model, or move it to a workbook of its own, and try again.",
    ),
    "error.scope-lost": (
        "“{file}”只显示字段 {field} 为某个值的记录，而簿中已没有这个字段；请先从它复制出改动，再重新生成。",
        "“{file}” shows the records with a certain value in {field} alone, and the book no longer has that field; "
        "copy your edits out of it and generate it anew.",
    ),
    "error.each-folder": (
        "--each 要写多本工作簿：“{name}”应是一个文件夹，而不是文件。",
        "--each writes several workbooks: “{name}” has to be a folder, not a file.",
    ),
    "error.each-or-only": (
        "--each 和 --only 只能用一个。",
        "Use either --each or --only.",
    ),
    "error.each-nothing": (
        "没有记录在字段“{name}”中有值，所以没有可写的工作簿。",
        "No record has a value in the field “{name}”, so there is no workbook to write.",
    ),
    "error.scope-field": (
        "字段“{name}”不能用来划分工作簿：请用录入的下拉、引用或文本字段（例如 owner_id）。",
        "The field “{name}” cannot tell workbooks apart: take a field with a list, a reference or a text that people "
        "enter (such as owner_id).",
    ),
    "error.workbook-outgrown": (
        "“{file}”会超出工作簿的上限（{cells:,} 个单元格，单个部件 {part} MiB，共 {total} MiB），未写入；请减少记录或预留的空行。",
        "“{file}” would be larger than a workbook may be ({cells:,} cells, {part} MiB in a part, {total} MiB in all), "
        "so it was not written; put fewer records or blank rows into it.",
    ),
    "error.patch-unfaithful": (
        "刷新“{file}”会改动不属于本程序的内容（{part}），已放弃，原文件未动；请把该文件的副本交给维护者查看。",
        "Refreshing “{file}” would have changed something that is not ours ({part}), so it was given up and the file "
        "left as it was; show a copy of the file to the maintainers.",
    ),
    "error.workbook-strict": (
        "“{file}”是“Strict Open XML”格式；请在 Excel 中另存为普通的“Excel 工作簿 (.xlsx)”后重试。",
        "“{file}” is a “Strict Open XML” workbook; save it in Excel as an ordinary “Excel Workbook (.xlsx)” "
        "and try again.",
    ),
    "error.workbook-too-large": (
        "“{file}”解压后过大（{part}），已拒绝读取；请删去多余内容后重试。",
        "“{file}” unpacks to far too much data ({part}), so it was not read; remove what is not needed and try again.",
    ),
    "error.workbook-open": (
        "“{file}”正被其他程序使用（{owner}）；请先在那里关闭它再运行，若并没有打开，请删除文件“{lock}”。",
        "“{file}” is in use by another program ({owner}); close it there and run again, "
        "or delete “{lock}” if it is open nowhere.",
    ),
    "error.workbook-refused": (
        "系统不允许读写“{file}”：它可能正被其他程序打开，或没有权限；请关闭它或检查权限后重试。",
        "The system refuses access to “{file}”: it may be open in another program, or you may lack permission; "
        "close it or check its permissions and try again.",
    ),
    "error.workbook-read-only": (
        "“{file}”是只读文件，未作改动；请去掉它的只读属性后重试，或换一个文件。",
        "“{file}” is marked as read-only, so it was left alone; remove that mark and try again, or use another file.",
    ),
    "error.folder-read-only": (
        "文件夹“{folder}”不可写，“{file}”无法保存；请换一个文件夹，或取得写入权限。",
        "The folder “{folder}” cannot be written to, so “{file}” cannot be saved; "
        "choose another folder or get permission to write there.",
    ),
    "error.page-unwritable": (
        "“{file}”无法保存（{reason}），未作改动；请换一个文件夹，或检查权限和磁盘空间。",
        "“{file}” cannot be saved ({reason}) and was left as it was; choose another folder, or check permissions and disk space.",
    ),
    "error.page-template": (
        "HTML 页面的模板有误（第 {line} 行）：{reason}；请修改项目 templates/html 里的文件，或删掉它以使用内置模板。",
        "The template of the HTML page is wrong (line {line}): {reason}; mend the file in the project's templates/html, "
        "or remove it to use the bundled one.",
    ),
    "error.as-of-range": (
        "--as-of 应当在 {first} 到 {last} 之间。",
        "--as-of takes a day from {first} to {last}.",
    ),
    "error.summary-unknown": (
        "没有汇总页“{name}”；可选：{known}。",
        "There is no summary tab “{name}”; there are: {known}.",
    ),
    "error.summary-none": (
        "这个簿没有汇总页；请在项目的 templates/summary 里写一个（见 docs/summaries.md）。",
        "This book has no summary tabs; write one in the project's templates/summary (docs/summaries.md shows how).",
    ),
    "error.disk-full": (
        "磁盘空间不足，“{file}”无法保存，原文件未动；请清理磁盘后重试。",
        "The disk is full, so “{file}” cannot be saved and was left as it was; free some space and try again.",
    ),
    "kind.nothing": ("空", "nothing"),
    "kind.binary": ("二进制数据", "binary data"),
    "kind.text": ("纯文本", "plain text"),
    "error.sheet-missing": (
        "“{file}”里没有工作表“{title}”；请重新运行，以按现状读取。",
        "“{file}” has no sheet “{title}”; run again to read it as it is now.",
    ),
    # files to import
    "error.import-not-text": (
        "“{file}”不是文本文件（内容：{found}）；请在 Excel 或 WPS 中打开，另存为 CSV 后重试。",
        "“{file}” is no text file (its content is {found}); open it in Excel or WPS, save it as CSV and try again.",
    ),
    "error.import-encoding": (
        "“{file}”不是文本，或编码无法识别；请另存为 UTF-8 编码的 CSV，或在映射文件里写明 encoding。",
        "“{file}” is no text, or in an encoding that cannot be told; save it as CSV in UTF-8, "
        "or state its encoding in the map.",
    ),
    "error.import-unreadable": (
        "无法读取“{file}”（{reason}）；请检查它是否是文件，以及读取权限。",
        "“{file}” cannot be read ({reason}); check that it is a file and that you may read it.",
    ),
    "error.import-empty": (
        "“{file}”是空的；第一行应当是列名。",
        "“{file}” is empty; its first line must name the columns.",
    ),
    "error.import-header-twice": (
        "“{file}”第 {line} 行有两列都叫“{column}”；请改掉其中一个列名。",
        "Two columns in line {line} of “{file}” are called “{column}”; rename one of them.",
    ),
    "error.import-quotes": (
        "“{file}”从第 {line} 行开始的一行引号不成对，未导入任何内容；请改正后重试。",
        "The row of “{file}” that starts in line {line} has an unmatched quotation mark, "
        "so nothing was imported; mend it and try again.",
    ),
    "error.import-cell": (
        "“{file}”从第 {line} 行开始的一行里有一格超过一百万个字符，未导入任何内容；请缩短它，或补上缺失的引号后重试。",
        "A cell of the row of “{file}” that starts in line {line} has over a million characters, so nothing was "
        "imported; shorten it, or close the quotation mark that is open there, and try again.",
    ),
    "error.import-line": (
        "“{file}”第 {line} 行超过一百万个字符，不像表格，未导入任何内容；请检查这个文件。",
        "Line {line} of “{file}” has over a million characters, which no table has, so nothing was imported; "
        "check that file.",
    ),
    "error.held-unwritable": (
        "无法写入“{file}”（{reason}），未导入任何内容；请换一个文件夹或文件名。",
        "“{file}” cannot be written ({reason}), so nothing was imported; choose another folder or name.",
    ),
    "error.held-astray": (
        "能导入的内容已入库（版本 {revision}），但未导入的行的清单无法写到“{file}”（{reason}）；清单在它旁边的“{kept}”里：请关闭打开着“{file}”的程序，再给清单改名。",
        "What could be imported is stored (revision {revision}), but the list of rows that were not could not be put into "
        "“{file}” ({reason}); it is in “{kept}” beside it: close the program that has “{file}” open and rename the list.",
    ),
    "error.held-taken": (
        "“{file}”已存在，而且不是以前导出的暂缓行，未作改动；请给 --held 换一个文件名。",
        "“{file}” is there already and holds no rows of an earlier import, so it was left alone; "
        "give --held another name.",
    ),
    # schemas, templates and projects
    "error.schema-wrong-at": (
        "{file} 第 {line} 行第 {column} 列：{problem:zh}{more:zh}",
        "{file}, line {line}, column {column}: {problem:en}{more:en}",
    ),
    "error.schema-wrong": ("{file}：{problem:zh}{more:zh}", "{file}: {problem:en}{more:en}"),
    "error.schema-unknown": (
        "没有名为“{name}”的方案；{remedy:zh}也可以写出 YAML 文件的路径。",
        "There is no schema named “{name}”; {remedy:en} You can also give the path of a YAML file.",
    ),
    "error.schema-file-missing": (
        "找不到文件“{file}”；请检查路径。",
        "The file “{file}” is not there; check its path.",
    ),
    "error.schema-file-encoding": (
        "“{file}”不是 UTF-8 编码（从第 {position} 字节起）；请用编辑器另存为 UTF-8。",
        "“{file}” is not in UTF-8 (from byte {position} on); save it as UTF-8 in your editor.",
    ),
    "error.schema-file-unreadable": (
        "无法读取“{file}”（{reason}）；请检查它是否是文件，以及读取权限。",
        "“{file}” cannot be read ({reason}); check that it is a file and that you may read it.",
    ),
    "error.template-missing": ("没有模板“{name}”；{remedy:zh}", "There is no template “{name}”; {remedy:en}"),
    "error.project-missing": (
        "文件夹“{folder}”中没有 {file}；请先运行 custbook init，或换到项目的文件夹。",
        "There is no {file} in the folder “{folder}”; run custbook init, or go to your project's folder.",
    ),
    "error.project-exists": (
        "文件夹“{folder}”中已有 {file}，未作改动；请换一个文件夹。",
        "The folder “{folder}” has a {file} already, which was left alone; choose another folder.",
    ),
    "error.project-unwritable": (
        "无法在文件夹“{folder}”中保存项目（{reason}）；请换一个文件夹，或取得写入权限。",
        "The project cannot be saved in the folder “{folder}” ({reason}); choose another or get permission.",
    ),
    "error.schema-exists": (
        "文件“{file}”已经存在，未作改动；请另取文件名，或写明可以替换（replace=True）。",
        "The file “{file}” exists already and was left alone; choose another name, or allow it (replace=True).",
    ),
    "error.schema-unwritable": (
        "无法保存“{file}”（{reason}）；请换一个位置，或取得写入权限。",
        "“{file}” cannot be saved ({reason}); choose another place or get permission.",
    ),
    # books written as classes
    "error.class-type": (
        "{model}.{field}：没有与 {type} 对应的字段类型；请换一种类型，或用 Option(type=…) 指明。",
        "{model}.{field}: no field type stands for {type}; use another type or state Option(type=…).",
    ),
    "error.class-constraint": (
        "{model}.{field}：表格中无法表达 {constraint}；请改用 ge、le、长度或 pattern。",
        "{model}.{field}: a sheet cannot express {constraint}; use ge, le, a length or a pattern instead.",
    ),
    "error.class-key": (
        "类 {model} 没有键；请给一个属性加上 Option(key=True)，或 Option(prefix=…, digits=…)。",
        "The class {model} has no key; give one attribute Option(key=True), or Option(prefix=…, digits=…).",
    ),
    "error.class-category": (
        "{model}.{field}：分类 {category} 在别处有不同的取值；请统一，或另起一个名称。",
        "{model}.{field}: category {category} has other values elsewhere; make them alike or name it differently.",
    ),
    "error.class-place": (
        "{model}.{field}：after 和 before 只能写一个；请删去其一。",
        "{model}.{field}: after and before exclude each other; remove one of them.",
    ),
    "error.class-beside": (
        "{model}.{field}：工作表 {sheet} 没有另一个字段 {beside}，无法排在它旁边；请改正 after 或 before。",
        "{model}.{field}: sheet {sheet} has no other field {beside} to go beside; correct after or before.",
    ),
    # summary templates
    "error.tab-template": (
        "汇总模板“{file}”第 {line} 行有误：{reason}；请检查 Jinja2 写法和所用的名称。",
        "The summary template “{file}” is wrong at line {line}: {reason}; check its Jinja2 and the names in it.",
    ),
    "error.tab-twice": (
        "汇总模板“{file}”和“{other}”的 key 都是“{key}”；请改其中一个的 key，或让两个文件同名，由项目里的代替自带的。",
        "The summary templates “{file}” and “{other}” both have the key “{key}”; give one of them another key, or "
        "give both files the same name so that the project's replaces the bundled one.",
    ),
    "error.tab-yaml": (
        "汇总模板“{file}”生成的内容不是正确的 YAML（第 {line} 行：{reason}）；请检查缩进和引号。",
        "The summary template “{file}” does not give valid YAML (line {line}: {reason}); check indents and quotes.",
    ),
    "error.tab-wrong": (
        "汇总模板“{file}”的 {place} 有误：{reason}；请改正后重试。",
        "The summary template “{file}” is wrong at {place}: {reason}; correct it and try again.",
    ),
    "error.tab-unknown": (
        "汇总模板“{file}”的 {place} 用了不存在的“{name}”；可用的有：{known}。",
        "The summary template “{file}” names “{name}” at {place}, which does not exist; there are: {known}.",
    ),
}

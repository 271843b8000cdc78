"""Messages about a filled-in book: what was found, what is wanted, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # rows and files
    "issue.row-missing": (
        "“{key}”这一行不在工作表“{title}”里了；库中仍保留。同步会把它列在问题页上，请在那里选择删除或恢复；"
        "全部删除用 sync --delete，全部找回用 sync --restore。",
        "The row of {key} is no longer on the sheet “{title}”; the store keeps it. Sync lists it on the tab of issues: "
        "choose delete or restore there, or run sync --delete or sync --restore for all such rows.",
    ),
    "issue.row-restored": (
        "“{key}”这一行曾从工作表“{title}”里移走，已按库中的内容找回。",
        "The row of {key}, which had been removed from the sheet “{title}”, is back as the store has it.",
    ),
    "issue.copy-beside": (
        "同一文件夹里的“{copy}”是这本工作簿的副本（多半是网盘因两人同时保存而另存的）；别人的修改可能在其中："
        "请也同步它，等其中没有待处理的事情后再删除。",
        "“{copy}” in the same folder is a copy of this workbook (most likely made by a service that syncs folders, as two "
        "people saved at once); somebody's edits may be in it: sync it too, and delete it once "
        "nothing is left to do in it.",
    ),
    "issue.row-left": (
        "“{key}”不再属于这本工作簿的范围（例如换了负责人），已从这里移走；库中仍保留。",
        "{key} is no longer among the records that this workbook is for (it has another owner, say), so its row leaves "
        "it; the store keeps it.",
    ),
    "issue.row-known": (
        "这一行与本工作簿另一份副本带来的一行逐格相同，库中已是“{key}”，没有再存一次；如果确实是另一条，请同步后再录一行。",
        "This row is the same, cell for cell, as one that another copy of this workbook brought: it is {key} already and "
        "was not stored again. If it is one more, please enter it once more after this sync.",
    ),
    "issue.row-known-gone": (
        "这一行与本工作簿另一份副本带来的一行逐格相同：那是“{key}”，后来被人删除，没有再存一次；如果确实要有，请同步后再录一行。",
        "This row is the same, cell for cell, as one that another copy of this workbook brought: that was {key}, which "
        "somebody deleted since, and it was not stored again. If it is wanted, please enter it once more after this sync.",
    ),
    "issue.values-torn": (
        "“{title}”有 {count} 行只是互换了彼此的值（{labels}）：是不是只排序了部分列，把行拆散了？"
        "如非本意，同步前请撤销排序，已同步的请用 custbook undo 撤销。",
        "{count} rows on “{title}” have only traded values with each other ({labels}): were some columns sorted alone, so that "
        "rows were torn apart? If it was not meant, take the sorting back before a sync, or the sync back with custbook undo.",
    ),
    "issue.edits-undone": (
        "“{title}”中 {records} 条记录共 {count} 格改回了别人修改之前的值（最近一次是 {user} 的第 {revision} 版）；"
        "是不是把旧表粘贴到了新表上？如非本意，请用 custbook history 查出本次版本，再用 custbook undo 撤销。",
        "{count:# cell|# cells} of {records:# record|# records} on “{title}” got back what they held before others changed them (last {user}, "
        "in revision {revision}): was an older copy pasted over this one? If it was not meant, find this sync with custbook "
        "history and take it back with custbook undo.",
    ),
    "issue.delete-refused": (
        "“{key}”没有删除：{other} 还在引用它；请先处理那里，或用 sync --restore 找回这一行。",
        "{key} was not deleted: other records refer to it ({other}); see to that first, or bring the row back with sync --restore.",
    ),
    "issue.delete-resting": (
        "“{key}”没有删除：{other} 还在引用它，它们所在的表或字段现在不在方案里，仍留存在数据库中；请先把它加回方案处理，或用 sync --restore 找回这一行。",
        "{key} was not deleted: records that rest in the store, as the schema leaves out their sheet or field, refer to it "
        "({other}); switch that on and see to it first, or bring the row back with sync --restore.",
    ),
    "issue.delete-changed": (
        "“{key}”没有删除：它在此期间被别人改过，或本表有行丢了编号；请用 sync --restore 找回后再看。",
        "{key} was not deleted: somebody changed it meanwhile, or rows of this sheet lost their numbers; "
        "bring the row back with sync --restore and look again.",
    ),
    "issue.choice-in-use": (
        "取值“{choice}”没有删除：{user:zh}；不再使用的值请停用（“启用”填“否”），这一行用 sync --restore 找回。",
        "The value “{choice}” was not deleted: {user:en}; deactivate it instead (Active: No), "
        "and bring its row back with sync --restore.",
    ),
    "issue.choice-user": ("{key} 用着它", "{key} holds it"),
    "issue.choice-resting": (
        "{key} 用着它，其所在的表或字段现在不在方案里，仍留存在数据库中",
        "{key} holds it, and rests in the store as the schema leaves out its sheet or field",
    ),
    "issue.choice-of-schema": ("它是表结构自带的", "it comes with the schema"),
    # keys and references
    "issue.key-unknown": (
        "编号“{value}”在本簿中不存在；新增行请把编号留空，由同步分配。",
        "There is no record {value} in this book; for a new row leave the number empty, sync gives it one.",
    ),
    "issue.key-duplicate": (
        "编号“{value}”出现在第 {first} 行和本行；{remedy:zh}。",
        "The number {value} stands in row {first} and here; {remedy:en}.",
    ),
    "issue.copy-given": (
        "如为复制的新行，请清空本行编号",
        "if this row is a copy meant as new, clear its number",
    ),
    "issue.copy-typed": (
        "如为另一条记录，请给本行填别的编号",
        "if this row is another record, type another number here",
    ),
    "issue.key-respelled": (
        "编号“{value}”读作“{usual}”：仅大小写、全半角或空格不同的编号视为同一编号。",
        "The number {value} is read as {usual}: numbers that differ in case, width or blanks alone are one.",
    ),
    "issue.ref-unknown": (
        "“{label}”填的“{value}”在“{target}”中找不到；请从下拉列表中选择，新记录请先填在“{target}”表。",
        "“{value}” in “{label}” is not found in “{target}”; choose from the dropdown, or enter it in “{target}” first.",
    ),
    "issue.ref-ambiguous": (
        "“{label}”填的“{value}”在“{target}”中有多条：{candidates}；请从下拉列表中选择其一。",
        "“{value}” in “{label}” fits several records of “{target}”: {candidates}; choose one from the dropdown.",
    ),
    "imported.ref-unknown": (
        "“{label}”的“{value}”在“{target}”中找不到；请改正，或先把该记录放进“{target}”再导入。",
        "“{value}” in “{label}” is not found in “{target}”; correct it, or bring that record into “{target}” first.",
    ),
    "imported.ref-ambiguous": (
        "“{label}”的“{value}”在“{target}”中有多条：{candidates}；请写明编号。",
        "“{value}” in “{label}” fits several records of “{target}”: {candidates}; write the number of the one meant.",
    ),
    "issue.ref-held": (
        "“{label}”指向的“{value}”那一行本身有错误，未能入库；先改好那一行。",
        "“{label}” points to {value}, whose own row has errors and was held; mend that row first.",
    ),
    "issue.ref-lost": (
        "“{label}”所指的“{value}”已不在“{target}”中；请改选其他记录。",
        "“{label}” refers to {value}, which is no longer in “{target}”; choose another record.",
    ),
    # values
    "issue.required-missing": (
        "“{label}”必填，现在是空的；请填写。",
        "“{label}” is required and empty; fill it in.",
    ),
    "issue.one-of-missing": (
        "{fields} 中至少要填一项。",
        "At least one of {fields} must be filled.",
    ),
    "issue.not-a-number": (
        "“{label}”应是数字，现在是“{value}”。",
        "“{label}” must be a number, not “{value}”.",
    ),
    "issue.not-whole": (
        "“{label}”应是整数，现在是“{value}”。",
        "“{label}” must be a whole number, not “{value}”.",
    ),
    "issue.not-a-date": (
        "“{label}”应是日期（如 {example}），现在是“{value}”。",
        "“{label}” must be a date such as {example}, not “{value}”.",
    ),
    "issue.date-ambiguous": (
        "“{label}”的“{value}”分不清月和日；请写成 {example} 的形式。",
        "The date “{value}” in “{label}” may mean two days; write it like {example}.",
    ),
    "imported.date-ambiguous": (
        "“{label}”的“{value}”分不清月和日；请在映射文件中用“date_format”写明日期的写法（如 %d/%m/%Y），"
        "或写成 {example} 的形式。",
        "The date “{value}” in “{label}” may mean two days; let “date_format” in the map say how dates are written "
        "(such as %d/%m/%Y), or write it like {example}.",
    ),
    "issue.not-yes-no": (
        "“{label}”应填“是”或“否”，现在是“{value}”。",
        "“{label}” must be Yes or No, not “{value}”.",
    ),
    "issue.not-in-list": (
        "“{label}”的“{value}”不在可选值中；请从下拉列表中选择。",
        "“{value}” is not one of the values of “{label}”; choose from the dropdown.",
    ),
    "issue.out-of-use": (
        "“{label}”的“{value}”已停用，不能再新选；请改选其他值。",
        "“{value}” in “{label}” is out of use and cannot be chosen any more; choose another value.",
    ),
    "imported.not-in-list": (
        "“{label}”的“{value}”不在可选值中；请改正，或在映射文件中用“values”写明它对应哪个值。",
        "“{value}” is not one of the values of “{label}”; correct it, or let “values” in the map say what it stands for.",
    ),
    "issue.not-under-parent": (
        "“{label}”的“{value}”不属于“{parent}”；请重新选择。",
        "“{value}” in “{label}” does not belong to “{parent}”; choose again.",
    ),
    "issue.parent-missing": (
        "“{label}”填了“{value}”，但“{parent}”是空的；请先选“{parent}”。",
        "“{label}” holds “{value}” while “{parent}” is empty; choose “{parent}” first.",
    ),
    "issue.phone-impossible": (
        "“{label}”的“{value}”不是可用的电话号码；请检查位数，如 {example}。",
        "“{value}” in “{label}” cannot be a phone number; check its digits, for example {example}.",
    ),
    "issue.phone-doubtful": (
        "“{label}”的“{value}”不符合号码规则，已按原样保存；请核实。",
        "“{value}” in “{label}” fits no numbering plan; it is kept as typed, please verify it.",
    ),
    "issue.email-invalid": (
        "“{label}”的“{value}”不是有效的邮箱地址；请检查，如 name@example.com。",
        "“{value}” in “{label}” is not an e-mail address; check it, for example name@example.com.",
    ),
    "issue.url-invalid": (
        "“{label}”的“{value}”不是网址；应写成 https://www.example.com 的形式。",
        "“{value}” in “{label}” is not a web address; write it like https://www.example.com.",
    ),
    "issue.too-long": (
        "“{label}”太长：有 {length} 个字符，最多 {limit} 个；请缩短。",
        "“{label}” is too long: {length} characters where at most {limit} fit; shorten it.",
    ),
    "issue.too-short": (
        "“{label}”太短：只有 {length} 个字符，至少 {limit} 个；请写完整。",
        "“{label}” is too short: {length} of at least {limit} characters; write it in full.",
    ),
    "issue.too-small": (
        "“{label}”的“{value}”小于下限 {limit}。",
        "“{value}” in “{label}” is below the limit {limit}.",
    ),
    "issue.too-large": (
        "“{label}”的“{value}”超过上限 {limit}。",
        "“{value}” in “{label}” is above the limit {limit}.",
    ),
    "issue.pattern-mismatch": (
        "“{label}”的“{value}”格式不对；请按该列的说明填写{hint:zh}。",
        "“{value}” in “{label}” does not have the right form; fill it in as the column's note says{hint:en}.",
    ),
    "issue.hint": ("，如 {example}", ", for example {example}"),
    "issue.no-hint": ("", ""),
    "issue.not-unique": (
        "“{label}”的“{value}”已用于{other:zh}；此项不能重复，请核对。",
        "“{value}” in “{label}” is already used by {other:en}; it must be unique, check both.",
    ),
    "issue.record": (" {key}", "{key}"),
    "issue.row": ("第 {row} 行", "row {row}"),
    "issue.digits-lost": (
        "“{label}”的“{value}”被表格软件当成数字，尾部数字已丢失；请按文本重新输入。",
        "“{value}” in “{label}” was turned into a number and lost digits; type it again as text.",
    ),
    "issue.cell-error": (
        "“{label}”里是错误值 {value}；请重新填写。",
        "“{label}” holds the error value {value}; enter it again.",
    ),
    "issue.formula-no-value": (
        "“{label}”里的公式没有计算结果；请用表格软件打开并保存一次，或直接填写内容。",
        "“{label}” holds a formula without a result; open and save the file in a spreadsheet program, "
        "or enter the value itself.",
    ),
    # put right
    "issue.blanks-removed": (
        "“{label}”首尾或中间多余的空格已去掉。",
        "Stray blanks in “{label}” were removed.",
    ),
    "issue.width-normalised": (
        "“{label}”里的全角字母或数字已改为半角。",
        "Full-width letters or digits in “{label}” were made half-width.",
    ),
    "issue.number-was-text": (
        "“{label}”的数字存成了文本，已读作 {read}。",
        "The number in “{label}” was stored as text; it was read as {read}.",
    ),
    "issue.text-was-number": (
        "“{label}”应是文本却存成了数字，已转为文本；请核对开头的 0 是否还在。",
        "The text in “{label}” was stored as a number; it was turned into text. Check for lost leading zeros.",
    ),
    "issue.date-was-text": (
        "“{label}”的日期存成了文本或普通数字，已读作 {read}。",
        "The date in “{label}” was stored as text or a plain number; it was read as {read}.",
    ),
    "issue.rounded": (
        "“{label}”的小数位多于 {places} 位，已四舍五入为 {read}。",
        "“{label}” had more than {places:# decimal|# decimals}; it was rounded to {read}.",
    ),
    "issue.recognised": (
        "“{label}”的“{value}”已认作“{read}”。",
        "“{value}” in “{label}” was taken to mean “{read}”.",
    ),
    "issue.formula-in-entry": (
        "“{label}”里是公式，已按其结果“{value}”读取。",
        "“{label}” holds a formula; its result “{value}” was read.",
    ),
    "issue.moved-to-notes": (
        "“{label}”的“{value}”不符合要求，已放入“{notes}”。",
        "“{value}” does not fit “{label}” and was moved to “{notes}”.",
    ),
    # the dictionary
    "issue.choice-fixed": (
        "“{label}”在取值建立后不能改；请改回“{before}”，需要别的值请另加一行，旧的停用。",
        "“{label}” stays as it was when the value was made; put “{before}” back. "
        "For another value add a row, and deactivate this one.",
    ),
    "issue.choice-label": (
        "“{label}”的“{value}”里不能有分号，它用来隔开多个值；请换个写法。",
        "“{value}” in “{label}” cannot hold a semicolon, which stands between several values; write it otherwise.",
    ),
    "issue.choice-taken": (
        "“{value}”在同一分类中已是{other:zh}的名称、代码或别名；请换一个，或只留一行。",
        "“{value}” is already a label, code or alias of {other:en} in the same category; change one of the two.",
    ),
    "issue.choice-color": (
        "“{label}”的“{value}”不是可用的颜色；请填 {colors}，或六位十六进制代码如 F8D7DA。",
        "“{value}” in “{label}” is no colour; write {colors}, or six hex digits such as F8D7DA.",
    ),
    "issue.choice-parent": (
        "“{label}”应填“{parent}”中的一个值（名称或代码），现在是“{value}”。",
        "“{label}” must be a value of “{parent}”, by name or code, not “{value}”.",
    ),
    "issue.choice-no-parent": (
        "这个分类没有上级分类，“{label}”请清空。",
        "This category hangs from no other; clear “{label}”.",
    ),
    # imported files
    "issue.row-ragged": (
        "这一行有 {found} 格，列名有 {expected} 个，未导入；请检查分隔符和引号。",
        "This row has {found:# cell|# cells} under {expected:# header|# headers} and was held; check delimiters and quotes.",
    ),
    "issue.row-damaged": (
        "这一行含有空字符（NUL），可能已损坏，未导入；请改正这一行。",
        "This row holds NUL characters, so it is damaged and was held; mend it.",
    ),
    "issue.row-unmapped": (
        "这一行只有未映射的列有内容，未导入；请检查映射文件。",
        "Only columns that the map does not use are filled in this row, so it was held; check the map.",
    ),
    "issue.id-missing": (
        "“{column}”是空的；没有它，再次导入时认不出这一行。",
        "“{column}” is empty; without it the row would not be recognised when it is imported again.",
    ),
    "issue.id-duplicate": (
        "“{column}”的“{value}”已出现在第 {first} 行；每行应当不同，本行未导入。",
        "“{value}” in “{column}” stands in line {first} already; ids must differ, so this row was held.",
    ),
    "issue.join-missing": (
        "在“{file}”里找不到 {column} 为“{value}”的行，本行未导入。",
        "“{file}” has no row with “{value}” in {column}, so this row was held.",
    ),
    "issue.join-ambiguous": (
        "“{file}”里有 {count} 行的 {column} 都是“{value}”，不知该取哪一行，本行未导入。",
        "“{file}” has {count} rows with “{value}” in {column}; which one is meant cannot be told, "
        "so this row was held.",
    ),
    "issue.template-failed": (
        "“{label}”的模板用在这一行上出错（{reason}）；请改映射文件或这一行。",
        "The template of “{label}” fails for this row ({reason}); change the map or the row.",
    ),
    "issue.columns-unused": (
        "映射文件没有用到这些列，未导入：{columns}；确实不需要的，请写进 ignore。",
        "The map does not use these columns, so they were not imported: {columns}. "
        "List those that are not wanted under ignore.",
    ),
    "issue.rows-skipped": (
        "按映射文件的 skip 跳过了 {count} 行。",
        "{count:# row was|# rows were} skipped, as the map says under skip.",
    ),
    "issue.encoding-guessed": (
        "文件不是 UTF-8，已按 {encoding} 读取；如有乱码，请在映射文件里写明 encoding。",
        "The file is not in UTF-8 and was read as {encoding}; if that looks wrong, state encoding in the map.",
    ),
    "issue.computed-changed": (
        "“{label}”由系统填写，内容被手工改动；同步时会恢复。",
        "“{label}” is filled automatically and was changed by hand; sync restores it.",
    ),
}

"""Messages about what became of a workbook: its tabs, columns, rules, formats, guards, names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "issue.sheet-missing": (
        "工作表“{title}”不见了；库中的记录不受影响，同步时会按库中的内容放回一张新表。"
        "上次同步之后填在旧表里的内容，请从备份中找回。其他工作表照常处理。",
        "The sheet “{title}” is missing; its stored records are safe, and sync puts a new sheet with them back. "
        "What was typed there since the last sync must come from a copy. The other sheets are processed as usual.",
    ),
    "issue.sheet-headless": (
        "认不出工作表“{title}”：标题行和隐藏的键行都不见了。它原样留着，不读取；库中的记录不受影响，同步时会按库中的内容加上一张新表。"
        "上次同步之后填在这里的内容，请抄到新表中。",
        "The sheet “{title}” cannot be read: its headers and the hidden machine keys above them are gone. It stays as it is; "
        "its stored records are safe, and sync adds a new sheet with them. Please copy what was typed here since the last "
        "sync into the new sheet.",
    ),
    "issue.sheet-new": (
        "工作表“{title}”是客户簿新增的；同步时会加到本工作簿。",
        "The sheet “{title}” is new in the book; sync adds it to this workbook.",
    ),
    "issue.sheet-renamed": (
        "工作表“{expected}”已改名为“{title}”，仍按原表处理。",
        "The sheet “{expected}” is now called “{title}”; it keeps that name and is known as before.",
    ),
    "issue.sheet-twice": (
        "工作表“{title}”是“{kept}”的副本（多半是复制整张表造成的），不会被读取：填在这里的内容不会入库，请填到“{kept}”。"
        "如果是有意留作参考，确认这条提醒即可。",
        "The sheet “{title}” is a copy of “{kept}” and is not read: what is typed there is not stored, so please type it "
        "into “{kept}”. If you keep the copy on purpose, confirm this warning.",
    ),
    "issue.tab-missing": (
        "系统工作表“{title}”不见了（或认不出来）；同步时会在最后重新加上。",
        "The automatic sheet “{title}” is gone or cannot be recognised; sync adds it again behind all others.",
    ),
    "issue.key-missing": (
        "列“{label}”不见了，认不出各行是哪条记录，整张工作表“{title}”没有读取；请从备份中恢复该列，或重新生成工作簿。",
        "The column “{label}” is missing, so nobody can tell which record a row is, and the sheet “{title}” was not "
        "read; bring the column back from a copy or generate the workbook anew.",
    ),
    "issue.column-missing": (
        "列“{label}”不见了；库中的值保持不变，同步时会把该列连同库中的值放到表的最右边。",
        "The column “{label}” is missing; the stored values stay as they are, and sync puts the column back with "
        "them, to the right of all others.",
    ),
    "issue.column-new": (
        "列“{label}”是客户簿新增的；同步时会加到表的最右边。",
        "The column “{label}” is new in the book; sync adds it to the right of all others.",
    ),
    "issue.column-twice": (
        "列“{label}”有两份（多半是复制整列造成的）；读的是第 {kept} 列，这里的一份留给您自己用。",
        "The column “{label}” is there twice, most likely as a copy; column {kept} is read, the one here is left to you.",
    ),
    "issue.column-resting": (
        "列“{label}”的字段已不在客户簿中：列里的内容既不读取也不入库，原样留在表中；字段重新启用后才会读取。",
        "The field of the column “{label}” is no longer part of the book: what stands in the column stays there, but is "
        "neither read nor stored until the field is switched on again.",
    ),
    "issue.sheet-resting": (
        "工作表“{title}”所属的表已不在客户簿中：表里的内容既不读取也不入库，原样留在那里；该表重新启用后才会读取。",
        "The sheet “{title}” is no longer part of the book: what stands there stays there, but is neither read nor stored "
        "until the sheet is switched on again.",
    ),
    "issue.header-contradicts": (
        "列“{label}”的标题与另一列对调了，而隐藏的键行没有：分不清哪列是哪列，两列都不读也不写。"
        "请把标题（或内容）换回原位再同步。",
        "The header of “{label}” stands over another column, while the hidden row of machine keys says otherwise: "
        "which is which cannot be told, so neither is read nor written. Put headers or contents back and sync again.",
    ),
    "issue.key-row-damaged": (
        "列“{label}”上方隐藏的键被改动或清掉了；已按标题认出该列，同步时会恢复。",
        "The hidden machine key above “{label}” was changed or lost; the column is known by its header, and sync "
        "puts the key back.",
    ),
    "issue.key-row-gone": (
        "工作表“{title}”隐藏的键行被删掉了；各列按标题识别，请不要再改标题。重新生成工作簿可恢复键行。",
        "The hidden row of machine keys of “{title}” was deleted; columns are known by their headers, so please do "
        "not rename those. A newly generated workbook has the row again.",
    ),
    "issue.header-row-gone": (
        "工作表“{title}”的标题行被删掉了；各列按上方隐藏的键行识别，数据照常读取。"
        "要恢复标题，请在第 {row} 行上方插入一个空行，再同步一次。",
        "The row of headers of “{title}” was deleted; columns are known by the hidden machine keys above them and read "
        "as usual. To have the headers back, insert an empty row above row {row} and sync again.",
    ),
    "issue.column-moved": (
        "列“{label}”从第 {expected} 列移到了第 {found} 列，按新位置读取。",
        "The column “{label}” moved from {expected} to {found}; it is read at its new place.",
    ),
    "issue.header-changed": (
        "列“{label}”的标题改成了“{value}”，仍按原字段读取。",
        "The header of “{label}” now reads “{value}”; the column is still read as before.",
    ),
    "issue.rule-missing": (
        "列“{label}”的输入规则（下拉列表）不见了；同步时会恢复。",
        "The input rule (dropdown) of “{label}” is missing; sync puts it back.",
    ),
    "issue.rule-altered": (
        "列“{label}”的输入规则被改动；同步时会恢复。",
        "The input rule of “{label}” was changed; sync puts it back.",
    ),
    "issue.format-lost": (
        "列“{label}”的单元格格式（文本、日期、数字）被改动；同步时会恢复，颜色和字体不动。",
        "Cells of “{label}” lost their number format (text, date, number); sync puts it back and leaves "
        "colours and fonts alone.",
    ),
    "issue.lock-altered": (
        "列“{label}”的锁定状态被改动（多半是粘贴带来的）；同步时会恢复。",
        "Cells of “{label}” are locked or unlocked as they should not be, most likely by pasting; sync puts that right.",
    ),
    "issue.head-unlocked": (
        "工作表“{title}”的表头或隐藏的键行有 {count} 个单元格没有锁定，容易被误改；同步时会重新锁定。",
        "{count:# cell|# cells} of the headers or of the hidden machine keys of “{title}” {count:is|are} not locked and easily "
        "typed over; sync locks them again.",
    ),
    "issue.columns-locked": (
        "工作表“{title}”右侧留给您自己用的列被锁住了；同步时会重新放开。",
        "The columns beside the table of “{title}”, which are yours to use, are locked; sync opens them again.",
    ),
    "issue.highlight-altered": (
        "工作表“{title}”的标色规则（条件格式）不全或被拆碎；同步时会重新铺好，您自己的条件格式不动。",
        "The coloured marks (conditional formats) of “{title}” are incomplete or broken up; sync draws them anew "
        "and leaves your own alone.",
    ),
    "issue.guard-lost": (
        "工作表“{title}”的保护被取消或改动；同步时会恢复（无密码，仍可排序、筛选、增删行）。",
        "The protection of “{title}” was lifted or changed; sync puts it back (no password; sorting, filtering, "
        "adding and deleting rows stay possible).",
    ),
    "issue.tab-unguarded": (
        "系统工作表“{title}”的保护被取消或改动；同步时会恢复（无密码，该填写的格子仍可填写）。",
        "The protection of the automatic sheet “{title}” was lifted or changed; sync puts it back (no password; what is to be "
        "filled in stays open).",
    ),
    "issue.freeze-lost": (
        "工作表“{title}”的冻结窗格不见了；同步时会恢复。",
        "The frozen header of “{title}” is gone; sync puts it back.",
    ),
    "issue.filter-lost": (
        "工作表“{title}”的筛选按钮不见了，或没有覆盖全部列（那样排序会打乱各行）；同步时会恢复。",
        "The filter of “{title}” is gone or does not span all columns (sorting by it would tear rows apart); "
        "sync puts it back.",
    ),
    "issue.key-row-shown": (
        "工作表“{title}”的隐藏键行显示出来了；同步时会重新隐藏，请勿改动或删除该行。",
        "The hidden row of machine keys of “{title}” is showing; sync hides it again. Please do not change or delete it.",
    ),
    "issue.cells-merged": (
        "工作表“{title}”的数据区有合并单元格；被并掉的格子里看不出填了什么，已有记录按库中的值保留，新行请逐行填写。"
        "同步时会拆开（盖住了待处理行的编号的除外）。",
        "Cells among the records of “{title}” are merged; what the covered cells held cannot be told: records keep "
        "their stored values, new rows must be filled in one by one. Sync takes the cells apart, but "
        "for those over the number of a row that waits.",
    ),
    "issue.number-covered": (
        "这一行的编号被合并单元格盖住了，认不出是哪条记录。请取消合并，再填回这一行的编号；如果是新行，取消合并、编号留空即可。",
        "The number of this row is covered by merged cells, so nobody can tell which record it is. Take the cells apart and "
        "type its number again; for a new row, take them apart and leave the number empty.",
    ),
    "issue.rows-filtered": (
        "工作表“{title}”的筛选还开着，有 {count} 行看不到；这些行照常读取，筛选保持不变。",
        "A filter of “{title}” is on and hides {count:# row|# rows}; {count:it is|they are} read like all others, and the filter stays.",
    ),
    "issue.rows-hidden": (
        "工作表“{title}”有 {count} 行被隐藏；这些行照常读取，仍保持隐藏。",
        "{count:# row|# rows} of “{title}” {count:is hidden; it is|are hidden; they are} read like all others and {count:stays|stay} hidden.",
    ),
    "issue.columns-hidden": (
        "工作表“{title}”有隐藏的列（{columns}）；这些列照常读取，仍保持隐藏。",
        "Columns of “{title}” are hidden ({columns}); they are read like all others and stay hidden.",
    ),
    "issue.name-altered": (
        "公式用的名称“{name}”被改动或不见了（现在指向“{value}”）；同步时会恢复。",
        "The name “{name}” that formulas use was changed or lost (now “{value}”); sync puts it back.",
    ),
    "issue.name-shadowed": (
        "工作表“{title}”带有 {count} 个自己的名称（如“{name}”，多半是复制工作表带来的），挡住了公式用的同名名称；"
        "同步时会去掉。",
        "“{title}” has {count:# name|# names} of its own (such as “{name}”, most likely from copying the sheet) that {count:goes|go} before "
        "those which formulas use; sync takes {count:it|them} away.",
    ),
}

"""Words inside the workbook: tabs, status, prompts and the guide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "book.status": ("同步状态", "Sync status"),
    "book.tab_lists": ("_列表", "_Lists"),
    "book.tab_guide": ("使用说明", "Guide"),
    "book.category": ("分类", "Category"),
    "book.yes": ("是", "Yes"),
    "book.no": ("否", "No"),
    "book.as_of": ("截止日期", "As of"),
    # how a field is to be filled
    "need.required": ("必填", "Required"),
    "need.one-of": ("至少填一项", "One of several"),
    "need.recommended": ("建议填写", "Recommended"),
    "need.optional": ("选填", "Optional"),
    "need.auto": ("自动编号", "Given by sync"),
    "need.computed": ("自动计算", "Computed"),
    "prompt.status": (
        "由同步填写：这里说明本行哪些内容需要修改。",
        "Written by sync: says what has to be mended in this row.",
    ),
    "prompt.multi": ("可填多项，用；或、隔开。", "Several values, separated by ；or a comma"),
    "prompt.example": ("例：{example}", "Example: {example}"),
    # what the spreadsheet says when it refuses an entry
    "refuse.locked": (
        "此格由系统填写，请勿修改。按 Esc 取消。",
        "This cell is filled automatically. Press Esc.",
    ),
    "refuse.list": ("请从下拉列表中选择。", "Choose a value from the dropdown list."),
    "refuse.ref": (
        "请从下拉列表中选择。刚加的记录，同步后才在列表里。",
        "Choose from the dropdown list. Records that were just added are in it after the next sync.",
    ),
    "refuse.child": (
        "请从下拉列表中选择；列表随左边的上级而定，请先填好上级。",
        "Choose from the dropdown list. It depends on the columns to the left: fill them in first.",
    ),
    "refuse.whole": ("请输入整数，范围：{low} 到 {high}。", "Enter a whole number from {low} to {high}."),
    "refuse.decimal": ("请输入数字，范围：{low} 到 {high}。", "Enter a number from {low} to {high}."),
    "refuse.date": (
        "请输入日期（如 2024-01-31），范围：{low} 到 {high}。",
        "Enter a date such as 2024-01-31, from {low} to {high}.",
    ),
    "refuse.text_length": (
        "长度应为 {shortest} 到 {longest} 个字符。",
        "The text must have {shortest} to {longest} characters.",
    ),
    "refuse.pattern": (
        "请按规定的格式填写{hint:zh}，字母区分大小写。",
        "Fill it in as the note says{hint:en}; capital letters matter.",
    ),
    "refuse.unique": ("不能与别的行相同。", "No two rows may have the same."),
    "refuse.email": (
        "请输入邮箱地址，如 name@example.com。",
        "Enter an e-mail address such as name@example.com.",
    ),
    "refuse.url": (
        "网址应以 http:// 或 https:// 开头，中间没有空格。",
        "The address must begin with http:// or https:// and hold no blanks.",
    ),
    "refuse.phone": (
        "请输入电话号码，如 13800138000 或 021-62345678。",
        "Enter a phone number such as 13800138000 or 021-62345678.",
    ),
    # lists
    "list.empty-sheet": ("（请先填写“{sheet}”表并同步）", "(fill in “{sheet}” first, then sync)"),
    "list.no-children": (
        "（请先选好“{parent}”；该项可能没有下级）",
        "(choose “{parent}” first; some have none below)",
    ),
    "list.empty-category": ("（“{category}”还没有可选值）", "(“{category}” has no values yet)"),
    # status column
    "status.held": ("⚠ {fields}有误，本行未入库", "⚠ {fields} wrong: row not stored"),
    "status.conflict": ("⇄ {fields}与库中不一致", "⇄ {fields} differs from the store"),
    # the guide
    "guide.intro": (
        "这本客户管理簿由系统生成：下拉列表、检查和统计都已备好。请在各表中填写和修改，"
        "然后同步（custbook sync）：合格的内容写入库，有问题的行会标出来等您修改，别人的修改会合并进来，什么都不会丢。",
        "This customer book comes with dropdowns, checks and summaries. Fill in and change the sheets, then run "
        "custbook sync: what is right goes into the store, rows with problems are marked and wait for you, "
        "other people's changes are merged in, and nothing is lost.",
    ),
    "guide.steps": ("怎样使用", "How to use it"),
    "guide.step1": (
        "新增：在表格最后一条记录下面的空行填写；编号留空，同步时自动分配。",
        "To add a record, fill in the next empty row; leave its number empty, sync gives it one.",
    ),
    "guide.step2": (
        "修改：直接改单元格。有下拉箭头的请从列表中选；灰色列由系统计算，不用填。",
        "To change a record, change its cells. Where there is a dropdown choose from it; grey columns are computed.",
    ),
    "guide.step3": (
        "引用客户、产品或人员时，请选“名称 · 编号”；新记录同步一次后才会出现在列表里。",
        "To refer to a customer, product or person choose “name · number”; new records appear in the lists after a sync.",
    ),
    "guide.step4": (
        "可以排序、筛选、插入行、改列宽，也可以在右边加自己的列、加自己的工作表，同步都会保留。",
        "You may sort, filter, insert rows, widen columns, and add your own columns to the right and your own sheets: "
        "sync keeps them.",
    ),
    "guide.step4-strict": (
        "可以筛选、插入行、改列宽，也可以在右边加自己的列、加自己的工作表，同步都会保留。系统填写的列已锁定，"
        "所以不能排序；需要排序时，请管理者把设置 protection 改为 guarded。",
        "You may filter, insert rows, widen columns, and add your own columns to the right and your own sheets: sync "
        "keeps them. Columns filled in by the tool are locked, so sorting is refused; the setting protection: guarded "
        "allows it.",
    ),
    "guide.step5": (
        "删除：删掉的行不会自动从库中消失；同步后请在“问题”表里选择“删除”或“恢复”，下次同步照办。",
        "To delete, remove the row: the store keeps it. After a sync choose delete or restore on the tab Issues; the next "
        "sync obeys.",
    ),
    "guide.step6": (
        "同步后请看“问题”和“冲突”两张表：前者列出错误和警告，点单元格可跳到原处，也可选“采用建议”或“已确认，不再提示”；"
        "后者列出您和别人改得不同的地方，请选“我的”“他们的”或“以后”。",
        "After a sync look at the tabs Issues and Conflicts. The first lists errors and warnings with links to their cells; "
        "there you can apply a suggestion or confirm a warning. The second lists what you and somebody else changed "
        "differently: choose mine, theirs or later.",
    ),
    "guide.step7": (
        "工作表保护只是防误改，不是加密；请把含有客户信息的文件当作机密保管。",
        "Sheet protection only prevents slips, it is no encryption: treat files with customers' data as confidential.",
    ),
    "guide.colours": ("颜色的意思", "What the colours mean"),
    "guide.colour-required": ("深蓝标题", "Dark blue header"),
    "guide.colour-required-means": (
        "必填列（或几列中至少填一项）",
        "Required (or one of several must be filled)",
    ),
    "guide.colour-optional": ("浅蓝标题", "Light blue header"),
    "guide.colour-optional-means": ("建议填写或选填的列", "Recommended or optional"),
    "guide.colour-computed": ("灰色标题", "Grey header"),
    "guide.colour-computed-means": (
        "由系统填写的列：编号、同步状态、计算结果",
        "Filled automatically: numbers, sync status, computed values",
    ),
    "guide.colour-held": ("红底单元格", "Red cell"),
    "guide.colour-held-means": (
        "同步时发现问题，本行还没有入库；看“同步状态”，改好后再同步",
        "Sync found a problem and held the row back; see the sync status, mend it and sync again",
    ),
    "guide.colour-missing": ("黄底单元格", "Yellow cell"),
    "guide.colour-missing-means": ("必填但还空着", "Required and still empty"),
    "guide.open": ("打开", "Open"),
    "guide.head-field": ("字段", "Field"),
    "guide.head-need": ("要求", "Need"),
    "guide.head-meaning": ("怎样填", "How to fill it in"),
    "guide.head-example": ("例子", "Example"),
    "guide.head-rule": ("规则", "Rule"),
    "guide.no-limit": ("不限", "any"),
    "guide.range": ("范围：{low} 到 {high}", "from {low} to {high}"),
    "guide.shortest": ("至少 {shortest} 个字符", "at least {shortest:# character|# characters}"),
    "guide.unique": ("不能重复", "unique"),
    "guide.person-only": ("只用于个人客户", "for persons only"),
    "guide.organisation-only": ("只用于单位客户", "for organisations only"),
    "guide.not-before": ("不早于“{other}”", "not before “{other}”"),
    "guide.not-less": ("不小于“{other}”", "not less than “{other}”"),
    "guide.needed": ("{condition}时必填", "needed where {condition}"),
    "guide.only": ("只在{condition}时填", "only where {condition}"),
    "guide.within": ("{condition}时应在 {low} 到 {high} 之间", "from {low} to {high} where {condition}"),
    "guide.exactly": ("{condition}时应为 {low}", "{low} where {condition}"),
    "guide.linked": ("与本行的“{by}”一致", "must go with “{by}”"),
    "guide.target": ("所选记录应是{condition}", "must be one whose {condition}"),
    "guide.acyclic": ("不能绕一圈回到自己", "must not lead back to itself"),
    "guide.one": ("每个“{per}”恰有一行选“是”", "Yes in exactly one row per “{per}”"),
    "guide.same": ("“{per}”相同的各行应相同", "the same in all rows with one “{per}”"),
    "guide.band": ("与“{band}”相符", "must fit “{band}”"),
    "guide.advice": ("{rule}（不符只提醒）", "{rule} (advice)"),
    "guide.and": ("且", " and "),
    "guide.either": ("或", ", or where "),
    "guide.sync-only": ("同步时才查：{rules}", "checked at sync only: {rules}"),
    "guide.computed-by": ("{words}：{rule}", "{words}: {rule}"),
    "guide.join": ("；", "; "),
    "type.text": ("文本，最多 {longest} 字", "text of up to {longest} characters"),
    "type.long": ("长文本，最多 {longest} 字", "long text of up to {longest} characters"),
    "type.int": ("整数", "whole number"),
    "type.dec": ("数字，最多 {places} 位小数", "number with up to {places:# decimal|# decimals}"),
    "type.money": ("金额，最多 {places} 位小数", "amount with up to {places:# decimal|# decimals}"),
    "type.pct": ("百分比", "percentage"),
    "type.date": ("日期", "date"),
    "type.datetime": ("日期和时间", "date and time"),
    "type.bool": ("是或否", "yes or no"),
    "type.enum": ("从“{category}”中选一项", "one value of “{category}”"),
    "type.multi": ("从“{category}”中选，可多项，用；隔开", "values of “{category}”, separated by ；"),
    "type.phone": ("电话号码", "phone number"),
    "type.email": ("邮箱地址", "e-mail address"),
    "type.url": ("网址", "web address"),
    "type.ref": ("从“{sheet}”中选一条", "one record of “{sheet}”"),
    "type.auto": ("{prefix} 加 {digits} 位数字", "{prefix} and {digits:# digit|# digits}"),
    "type.calc": ("由系统计算", "computed"),
    # summaries
    "summary.remark": (
        "金额单位：{currency}。能用公式算的数字随登记表即时更新；名单和其余数字是截止日期的结果，同步时更新。",
        "Amounts in {currency}. Numbers that a formula can find follow the sheets of this book at once; lists and the "
        "other numbers are those of the evaluation date, renewed by sync.",
    ),
    "summary.month": ("月份", "Month"),
    "summary.year": ("年份", "Year"),
    "summary.band": ("区间", "Band"),
    "summary.months": (
        "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    ),
    "summary.cut": ("共 {all} 条，列出前 {shown} 条", "The first {shown} of {all}"),
    "summary.total": ("合计", "Total"),
    "summary.rest": ("其余", "All others"),
    "summary.unfilled": ("（未填）", "(not filled in)"),
    "summary.no-rows": ("暂无数据", "No data yet"),
}

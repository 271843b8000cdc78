"""Texts: what is wrong in a schema, map or project file; parts of an error's sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "schema.more": ("（另有 {count} 处）", " (and {count} more)"),
    "schema.no-more": ("", ""),
    "schema.meant": ("是否想写 {name}？", "did you mean {name}?"),
    "schema.allowed": ("可用的有：{names}。", "possible are: {names}."),
    # the file's form
    "schema.yaml": (
        "这里不是正确的 YAML（{problem}）；请检查缩进、冒号和引号。",
        "this is not correct YAML ({problem}); check indentation, colons and quotes.",
    ),
    "schema.option-twice": (
        "{name} 写了两次；请删去一处。",
        "{name} is written twice; remove one of the two.",
    ),
    "schema.option-unknown": (
        "没有 {name} 这个选项；{remedy:zh}",
        "there is no option {name}; {remedy:en}",
    ),
    "schema.option-missing": ("缺少 {name}；请补上。", "{name} is missing; add it."),
    "schema.not-block": (
        "{name} 应当是若干行“名称: 值”；请照样改写。",
        "{name} must be a block of lines “name: value”; write it like that.",
    ),
    "schema.not-list": (
        "{name} 应当是方括号里的一列值；请照样改写。",
        "{name} must be a list of values in square brackets; write it like that.",
    ),
    "schema.label-form": (
        "{name} 应当有中文和英文，例如 [客户, Customer]；请照样改写。",
        "{name} must be given in Chinese and English, such as [客户, Customer]; write it like that.",
    ),
    "schema.recursive": (
        "这一段引用了它自身；请去掉这个锚点。",
        "this part refers to itself; remove the anchor.",
    ),
    "schema.too-deep": (
        "这里的方括号或缩进套了 {most} 层以上；请检查括号和缩进。",
        "brackets or indentation go more than {most} levels deep here; check them.",
    ),
    "schema.too-many": (
        "连同锚点重复的内容，本文件有 {most} 个以上的值；请少用锚点，长列表请放进 CSV 文件（choices_from）。",
        "with what its anchors repeat, this file has more than {most} values; use fewer anchors, and put long "
        "lists into CSV files (choices_from).",
    ),
    "schema.choices-file": (
        "找不到取值文件 {name}；请检查路径，路径从本文件所在的文件夹算起，自带的列表从 schemas 算起。",
        "the file of choices {name} is not there; check the path, which starts from this file's folder, or for bundled lists from “schemas”.",
    ),
    "schema.extends-unknown": (
        "没有名为 {name} 的内置 schema 可供 extends；{remedy:zh}也可以写文件路径。",
        "there is no schema {name} to extend; {remedy:en} You can also give the path of a YAML file.",
    ),
    "schema.extends-missing": (
        "extends 所指的文件 {name} 不存在；请检查路径，路径从本文件所在的文件夹算起。",
        "the file {name} that is to be extended is not there; check the path, which starts from this file's folder.",
    ),
    "schema.extends-cycle": (
        "extends {name} 绕了一圈又回到起点；请去掉其中一个 extends。",
        "extending {name} leads back to where it began; take one of the extends away.",
    ),
    "schema.place-both": (
        "after 和 before 只能写一个；请删去其一。",
        "after and before exclude each other; remove one of them.",
    ),
    "schema.switch-needed": (
        "字段 {name} 是工作表 {sheet} 的 {role}，不能关掉；请先让另一个字段担任 {role}，或关掉整张表。",
        "the field {name} is the {role} of sheet {sheet} and cannot be switched off; "
        "make another field its {role}, or switch the whole sheet off.",
    ),
    "schema.field-lost": (
        "字段 {name} 在工作表 {sheet} 里留不住：它所依赖的部分不在 {preset} 之内；请打开那一部分（true），或选更大的 preset。",
        "the field {name} would be missing from sheet {sheet}, as what it hangs from is not part of {preset}; "
        "switch that on (true) or choose a larger preset.",
    ),
    "schema.no-sheets": (
        "sheets 里一张工作表也没有；请至少写一张。",
        "there is no sheet under sheets; add at least one.",
    ),
    "schema.preset-empty": (
        "{preset} 里一张工作表也没有；请打开一张（true），或选更大的 preset。",
        "no sheet is part of {preset}; switch one on (true) or choose a larger preset.",
    ),
    "schema.code-twice": (
        "这个取值的代码已写在它前面；请去掉 code。",
        "the code of this value stands before it already; take code away.",
    ),
    "schema.choices-both": (
        "choices 和 choices_from 只能写一个；请删去其一。",
        "choices and choices_from exclude each other; remove one of them.",
    ),
    "schema.csv-row": (
        "这一行有 {found} 格而不是 {expected} 格；请检查逗号和引号。",
        "this row has {found:# cell|# cells} instead of {expected}; check commas and quotes.",
    ),
    # single values
    "schema.value-unknown": (
        "{name} 不能是 {value}；{remedy:zh}",
        "{name} cannot be {value}; {remedy:en}",
    ),
    "schema.key-form": (
        "{value} 不能作键名；键名以小写英文字母开头，只含小写字母、数字和 _。",
        "{value} cannot be a key; start with a small letter and use only small letters, digits and _.",
    ),
    "schema.form": (
        "{name} 不能是 {value}；它要符合 {pattern}。",
        "{name} cannot be {value}; it must match {pattern}.",
    ),
    "schema.not-text": (
        "{name} 应当是文字；数字等请加引号。",
        "{name} must be text; put numbers and the like in quotes.",
    ),
    "schema.not-plain": (
        "{name} 应当是一个数字或一段文字；请改正。",
        "{name} must be a single number or text; correct it.",
    ),
    "schema.not-number": ("{name} 应当是数字；请改正。", "{name} must be a number; correct it."),
    "schema.not-whole": ("{name} 应当是整数；请改正。", "{name} must be a whole number; correct it."),
    "schema.not-yes-no": (
        "{name} 应当是 true 或 false；请改正。",
        "{name} must be true or false; correct it.",
    ),
    "schema.not-date": (
        "{name} 应当是日期，例如 2025-01-31；请改正。",
        "{name} must be a date such as 2025-01-31; correct it.",
    ),
    "schema.as-of-range": (
        "截止日期应当在 {first} 到 {last} 之间；请改正。",
        "the evaluation date must be from {first} to {last}; correct it.",
    ),
    "schema.value-wrong": (
        "{name} 的值不对：{problem}；请改正。",
        "the value of {name} is wrong: {problem}; correct it.",
    ),
    # parts that do not fit each other
    "schema.defined-twice": (
        "{name} 定义了两次；请改名或删去一处。",
        "{name} is defined twice; rename or remove one of the two.",
    ),
    "schema.name-twice": (
        "取值 {code} 和 {other} 都叫 {name}；请改掉其中一个名称或别名。",
        "the values {code} and {other} are both called {name}; change a label or alias of one of them.",
    ),
    "schema.label-twice": (
        "{name} 和 {other} 都叫“{label}”；请给其中一个另取 label。",
        "{name} and {other} are both called “{label}”; give one of them another label.",
    ),
    "schema.label-blank": (
        "{name} 的 {option} 是空的；请中文和英文都写上。",
        "the {option} of {name} is blank; give it in Chinese and in English.",
    ),
    "schema.name-blank": (
        "{name} 有一个空的代码或别名；请补上或删去。",
        "{name} has a blank code or alias; fill it in or remove it.",
    ),
    "schema.label-ours": (
        "每张表都有一列叫“{label}”，由同步填写；请给 {name} 另取 label。",
        "every sheet has a column called “{label}”, which sync fills in; give {name} another label.",
    ),
    "schema.parent-on-both": (
        "取值 {code} 与分类 {category} 要么都有 parent，要么都没有；请补上或删去。",
        "the value {code} and its category {category} must both have a parent, or neither; add or remove it.",
    ),
    "schema.parent-value": (
        "取值 {code} 的上级 {parent} 不在分类 {category} 中；请改正代码。",
        "the value {code} names the parent {parent}, which is not in category {category}; correct the code.",
    ),
    "schema.category-unknown": (
        "没有分类 {name}；{remedy:zh}",
        "there is no category {name}; {remedy:en}",
    ),
    "schema.sheet-unknown": (
        "没有工作表 {name}；{remedy:zh}",
        "there is no sheet {name}; {remedy:en}",
    ),
    "schema.purpose-unknown": (
        "没有用途 {name}；{remedy:zh}",
        "there is no purpose {name}; {remedy:en}",
    ),
    "schema.category-reserved": (
        "分类键名 {name} 由系统使用；请另取键名。",
        "the key {name} is reserved for the list of categories itself; choose another key.",
    ),
    "schema.key-ours": (
        "字段的键名不能是 {name}，程序自己要用；请另取键名。",
        "no field can have the key {name}, which programs keep to themselves; choose another key.",
    ),
    "schema.key-reserved": (
        "键名 {name} 由统计表使用；请另取键名。",
        "the key {name} is used by the summaries; choose another key.",
    ),
    "schema.key-store": (
        "表的键名不能是 {name}：以 sqlite_ 开头的名称由 SQLite 自己使用；请另取键名。",
        "no sheet can have the key {name}, for SQLite keeps names that begin with sqlite_ to itself; choose another key.",
    ),
    "schema.keys-alike": (
        "{name} 与 {other} 的键名连在一起是一样的，工作簿分不清这两列；请改其中一个键名。",
        "the keys of {name} and {other} are the same when joined by _, and a workbook could not tell the two columns "
        "apart; choose another key for one of them.",
    ),
    "schema.key-list": (
        "分类键名 {name} 由是/否列表使用；请另取键名。",
        "the key {name} is that of the list of yes and no; choose another key.",
    ),
    "schema.dictionary-one": (
        "{sheet} 和 {other} 都写了 holds: choices；只能有一张分类字典，请删去一处。",
        "{sheet} and {other} both say holds: choices; a book has one dictionary, remove one of the two.",
    ),
    "schema.dictionary-field": (
        "分类字典 {sheet} 的字段 {name} 应当是 type: {type}；请补上或改正。",
        "the dictionary {sheet} needs the field {name} with type: {type}; add or correct it.",
    ),
    "schema.result-category": (
        "计算字段 {name} 的结果为 enum 时必须写明 category，为 text 时可以写，其他结果不能写；请改正。",
        "the computed field {name} needs a category if its result is enum, may have one if it is text, and has none otherwise; correct it.",
    ),
    "schema.when-one": (
        "条件只能写 is 或 filled 之一；请保留一个。",
        "a condition has exactly one of is and filled; keep one of them.",
    ),
    "schema.when-value": (
        "字段 {name} 没有取值 {value}；{remedy:zh}",
        "the field {name} has no value {value}; {remedy:en}",
    ),
    "schema.not-reference": (
        "字段 {name} 不指向其他工作表；此规则只用于 ref 类型的字段。",
        "the field {name} refers to no sheet; this constraint is for fields of type ref.",
    ),
    "schema.band-category": (
        "字段 {name} 没有分类；band 要写一个从分类中选择的字段。",
        "the field {name} has no category; band names a field that is chosen from one.",
    ),
    "schema.one-bool": (
        "字段 {name} 不是“是/否”类型；此规则只用于 bool 类型的字段。",
        "the field {name} is not of type bool; this constraint is for yes/no fields.",
    ),
    "schema.field-unknown": (
        "工作表 {sheet} 没有字段 {name}；{remedy:zh}",
        "sheet {sheet} has no field {name}; {remedy:en}",
    ),
    "schema.rule-unknown": (
        "没有名为 {name} 的计算规则；{remedy:zh}",
        "there is no rule {name}; {remedy:en}",
    ),
    "schema.rule-result": (
        "规则 {name} 的结果是 {result}；请把 {field} 的 result 改成它。",
        "the rule {name} gives {result}; make that the result of {field}.",
    ),
    "schema.rule-codes": (
        "规则 {name} 会得出 {codes}，而类别 {category} 里没有；请补上。",
        "the rule {name} can give {codes}, which category {category} does not have; add them.",
    ),
    "schema.formula": (
        "公式模板有误（{problem}）；请检查花括号和名称。",
        "the formula template is wrong ({problem}); check its braces and names.",
    ),
    "schema.option-type": (
        "{option} 不能用于 {type} 类型的字段；请删去，或改用其他类型。",
        "{option} does not go with a field of type {type}; remove it or change the type.",
    ),
    "schema.option-needed": (
        "{type} 类型的字段需要 {option}；请补上。",
        "a field of type {type} needs {option}; add it.",
    ),
    "schema.required-recommended": (
        "required 和 recommended 只能用一个；请删去其一。",
        "required and recommended exclude each other; remove one of them.",
    ),
    "schema.bound-type": (
        "{type} 类型的字段不能以 {value} 为界；请用数字，或 2025-01-31 这样的日期。",
        "a field of type {type} cannot have the bound {value}; use a number, or a date such as 2025-01-31.",
    ),
    "schema.bounds-crossed": (
        "{low} 大于 {high}；请对调或改正。",
        "{low} is larger than {high}; swap or correct them.",
    ),
    "schema.limits-order": (
        "{name} 和相邻的界限次序不对；请按从高到低（天数按从近到远）改正，必要时两个界限都写。",
        "{name} and the limit next to it are out of order; give limits from high to low (days from near to far), both if need be.",
    ),
    "schema.setting-code": (
        "设置 {name} 里的 {value} 不是分类 {category} 的代码；{remedy:zh}",
        "{value}, in the setting {name}, is no code of {category}; {remedy:en}",
    ),
    "schema.law-unknown": (
        "权利请求的期限里没有法律 {name}；{remedy:zh}",
        "there is no term for requests under the law {name}; {remedy:en}",
    ),
    "schema.default-type": (
        "{type} 类型的字段不能以 {value} 为默认值；请改正或删去。",
        "a field of type {type} cannot have the default {value}; correct or remove it.",
    ),
    "schema.sample-refused": (
        "{name} 的 {option} 不合字段自己的规则（{problem:zh}）；请改正其中之一。",
        "the {option} of {name} breaks the field's own rules ({problem:en}); correct one of them.",
    ),
    "schema.number-range": (
        "{name} 应在 {low} 到 {high} 之间，不能是 {value}；请改正。",
        "{name} must be from {low} to {high}, not {value}; correct it.",
    ),
    "schema.default-code": (
        "默认值 {value} 不是分类 {category} 的代码；{remedy:zh}",
        "the default {value} is no code of category {category}; {remedy:en}",
    ),
    "schema.pattern-form": (
        "pattern {value} 不是正确的正则表达式（{problem}）；请改正。",
        "the pattern {value} is no regular expression ({problem}); correct it.",
    ),
    "schema.cell-number": (
        "单元格放不下 {value}；小数点前后最多各 {digits} 位，请改正。",
        "no cell can hold {value}; it has at most {digits} digits before and after its point, correct it.",
    ),
    "schema.pattern-large": (
        "pattern {value} 展开后太大，不能用于最多 {longest} 个字符的文字；请减少重复次数、用 max_length 限制长度，"
        "或把 \\d、\\w 写成 [0-9]、[A-Za-z0-9_]。",
        "the pattern {value} is too large, spelled out, for texts of up to {longest} characters; repeat less, bound the text "
        "by max_length, or write \\d and \\w as [0-9] and [A-Za-z0-9_].",
    ),
    "schema.key-field": (
        "工作表 {sheet} 的键 {name} 应当是 auto 类型，或必填的 text；请改正。",
        "the key {name} of sheet {sheet} must be of type auto, or a required text; change it.",
    ),
    "schema.parent-before": (
        "字段 {name} 的上级 {parent} 应当排在它前面；请调整次序。",
        "field {name} needs its parent {parent} before it; move one of them.",
    ),
    "schema.multi-parent": (
        "{name} 可填多项，其类别 {category} 不能再从属于别的类别；请改用 enum，或去掉 parent",
        "{name} takes several values, so its category {category} cannot hang from another one; "
        "make it an enum, or take the parent away",
    ),
    "schema.multi-label": (
        "类别 {category} 用于可填多项的字段，“{code}”的名称里不能有分号",
        "category {category} is used where several values share a cell, so the label of {code} cannot hold a semicolon",
    ),
    "schema.parent-category": (
        "字段 {name} 的上级字段应当属于分类 {wanted}，而不是 {given}；请改正 parent。",
        "the parent field of {name} must be of category {wanted}, not {given}; correct parent.",
    ),
    # maps of files to be imported
    "schema.source-one": (
        "{name} 应当写 column、value、template 三者之一；请改正。",
        "{name} needs exactly one of column, value and template; correct it.",
    ),
    "schema.region-one": (
        "region 应当写 column 或 value 之一；请改正。",
        "region needs either column or value; correct it.",
    ),
    "schema.needs-column": (
        "{option} 只能与 column 一起用；请补上 column 或删去它。",
        "{option} goes with column only; add column or remove it.",
    ),
    "schema.field-computed": (
        "{name} 是自动计算的，不能导入；请删去这一行。",
        "{name} is computed and cannot be imported; remove this line.",
    ),
    "schema.otherwise-text": (
        "otherwise 应当是同一工作表的另一个文字字段，{value} 不是；请改正。",
        "otherwise must be another field of the sheet that holds text, which {value} is not; change it.",
    ),
    "schema.map-key": (
        "工作表 {sheet} 的记录以 {name} 为键；请在 fields 里写明它来自哪一列。",
        "the records of sheet {sheet} are told apart by {name}; say under fields which column it comes from.",
    ),
    "schema.map-constant": (
        "{name} 不能是 {value}（{problem:zh}）；请改正。",
        "{name} cannot be {value} ({problem:en}); correct it.",
    ),
    "schema.join-beside": (
        "“{name}”不是文件名；join 的文件要放在导入文件旁边，只写它的名字。",
        "“{name}” is no name of a file; a joined file lies beside the imported one and is given by its name alone.",
    ),
    "schema.date-format": (
        "{value} 不是完整的日期格式；请写成 %d/%m/%Y 这样。",
        "{value} is no complete date format; write it like %d/%m/%Y.",
    ),
    "schema.template": (
        "模板有误（{problem}）；请检查花括号和名称。",
        "the template is wrong ({problem}); check its braces and names.",
    ),
    "schema.encoding-unknown": (
        "没有名为 {value} 的文字编码；请写 utf-8、gb18030、big5、utf-16 或 cp1252 等。",
        "there is no encoding of text called {value}; write utf-8, gb18030, big5, utf-16, cp1252 or the like.",
    ),
    "schema.column-unknown": (
        "“{file}”没有列 {name}；{remedy:zh}",
        "“{file}” has no column {name}; {remedy:en}",
    ),
    "schema.column-ambiguous": (
        "列 {name} 在 {files} 里都有；请在前面写上文件名，如 {example}。",
        "{files} all have a column {name}; put the file's name before it, as in {example}.",
    ),
}

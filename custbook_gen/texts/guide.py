"""The manual: how to register, what sync does, computed values, settings, protection of data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "book.tab_settings": ("设置", "Settings"),
    "book.tab_protection": ("信息保护", "Data protection"),
    # registration
    "guide.register": ("登记一位客户", "Registering a customer"),
    "guide.register1": (
        "先查重：按名称、电话或信用代码在客户档案里筛选，或用 custbook find 查找；已有的就补充，不要再建一条。",
        "Look for duplicates first: filter the customers by name, phone or registration number, or use custbook find; "
        "complete a record that is there instead of making a second one.",
    ),
    "guide.register2": (
        "填深蓝标题的必填项，再填建议项；名称写全称，电话、邮箱当场核对。",
        "Fill in what is required (dark blue headers), then what is recommended; write names in full, read phones and "
        "e-mail addresses back.",
    ),
    "guide.register3": (
        "有下拉的从列表里选；列表里没有的值，请管理分类字典的人添加，不要写成近似的。",
        "Choose from the lists; ask whoever keeps the dictionary for a value that is missing instead of taking one like it.",
    ),
    "guide.register4": (
        "写明来源和负责人；每位客户只有一位负责人。",
        "Say where the customer came from and who looks after them: one person per customer.",
    ),
    "guide.register5": (
        "收集个人信息要告知用途；需要同意的，把客户的表示记在同意记录里，拒绝也记。",
        "Tell people what their data is for; where consent is needed, note what they said in the sheet of consents, "
        "refusals too.",
    ),
    "guide.register6": (
        "当天同步，再看“同步状态”列：有字就改，改好再同步；没有字就是已入库。",
        "Sync on the same day and look at the sync status: if it says something, mend it and sync again; if it is empty, "
        "the record is stored.",
    ),
    # what sync does
    "guide.sync": ("同步会做什么", "What sync does"),
    "guide.sync-what": ("您做了什么", "What you did"),
    "guide.sync-does": ("同步怎么处理", "What sync does"),
    "guide.sync-new": ("改了单元格，加了行", "changed cells, added rows"),
    "guide.sync-new-does": (
        "检查后合并入库；新行得到编号，别人的修改也合并进来。",
        "checks and stores them; new rows get their numbers, and what others changed comes in.",
    ),
    "guide.sync-wrong": ("填错了（电话不对、不在列表里……）", "typed something invalid"),
    "guide.sync-wrong-does": (
        "整行先不入库，内容原样留着，单元格变红，“同步状态”说明原因。",
        "keeps the whole row out of the store, leaves what you typed, turns the cell red and says why in the status column.",
    ),
    "guide.sync-tidy": ("全角数字、多余空格、写成文字的日期", "full-width digits, blanks, dates as text"),
    "guide.sync-tidy-does": ("自动改正并告知。", "puts them right and says so."),
    "guide.sync-broken": ("盖住了公式，贴掉了下拉", "overwrote a formula, pasted over a dropdown"),
    "guide.sync-broken-does": ("恢复原样。", "restores it."),
    "guide.sync-clash": ("改了别人同时改的单元格", "changed a cell that somebody else changed, too"),
    "guide.sync-clash-does": (
        "两边的内容都留着，并列在“冲突”表里；请在那里选“我的”或“他们的”。",
        "keeps both, and lists them on the tab Conflicts: choose mine or theirs there.",
    ),
    "guide.sync-removed": ("删掉了行", "removed a row"),
    "guide.sync-removed-does": (
        "不会自动删除；列在“问题”表里，请在那里选“删除”或“恢复”。",
        "deletes nothing by itself; lists the record on the tab Issues: choose delete or restore there.",
    ),
    "guide.sync-own": ("加了自己的列、表、图", "added columns, sheets, charts of your own"),
    "guide.sync-own-does": ("原样保留。", "keeps them as they are."),
    "guide.sync-only-note": (
        "单元格的规则只管键盘输入，粘贴会绕过它：同步时全部重新检查。规则栏写着“同步时才查”的，表格本身拦不住。单元格只收标准写法"
        "（列表里的值、数字、日期）；别的写法（代码、别名、1,200元、2024年1月5日）粘贴进来，同步也认得。新加的记录和字典值，同步后才出现在下拉列表里。",
        "The rules of cells watch what is typed; pasting passes them by, so sync checks everything again. What is marked “checked at "
        "sync only” no spreadsheet can refuse. Cells take the plain form (a value of the list, a number, a date); other spellings "
        "(codes, other names, 1,200元, dates in words) are understood by sync where they were pasted. New records and values are "
        "in the dropdowns after the next sync.",
    ),
    "sync-only.check-digit-wrong": ("校验码", "the check digit"),
    "sync-only.consent-missing": ("营销分组须有同意", "consent for marketing groups"),
    "sync-only.cycle": ("不成环", "that it leads in no circle"),
    "sync-only.email-invalid": ("完整的邮箱格式", "the whole form of an address"),
    "sync-only.key-duplicate": ("与全部编号不重复", "that no record has the same"),
    "sync-only.link-mismatch": ("与所属记录一致", "that records belong together"),
    "sync-only.needed-missing": ("该填时已填", "that it is filled where needed"),
    "sync-only.not-allowed-here": ("不该填时留空", "that it is empty elsewhere"),
    "sync-only.not-in-list": ("各项都在列表里", "that every value is in the list"),
    "sync-only.not-same": ("同组各行一致", "that rows of one group agree"),
    "sync-only.not-unique": ("与全部记录不重复", "that no record has the same"),
    "sync-only.one-of-missing": ("几项中至少填一项", "that one of several is filled"),
    "sync-only.out-of-band": ("与所选档次相符", "that it fits the band"),
    "sync-only.out-of-bounds": ("视其他列而定的范围", "the range that depends on other columns"),
    "sync-only.out-of-order": ("先后顺序", "the order of the two"),
    "sync-only.not-under-parent": ("上级改了之后仍相符", "that it still belongs to what it hangs from"),
    "sync-only.parent-missing": ("上级已填", "that what it hangs from is filled"),
    "sync-only.pattern-mismatch": ("格式", "the form"),
    "sync-only.phone-impossible": ("号码是否可能", "whether the number is possible"),
    "sync-only.required-missing": ("必填", "that it is filled"),
    "sync-only.returned-too-much": ("退货不超过售出", "that no more came back than was sold"),
    "sync-only.several-chosen": ("只有一个“是”", "that only one says yes"),
    "sync-only.target-unfit": ("所选记录可用", "that the chosen record is fit"),
    "sync-only.too-short": ("最少字数（空格不算）", "the least length (blanks do not count)"),
    "sync-only.url-invalid": ("完整的网址格式", "the whole form of an address"),
    "guide.fields": ("各表怎么填", "The sheets, field by field"),
    # computed values and settings
    "guide.computed-of": ("{sheet}：自动计算的字段", "{sheet}: computed values"),
    "guide.computed-note": (
        "按现在的设置，以统计日（{as_of}）为准。“即时”的随表格内容变化，其余在同步时更新。",
        "With the present settings, as of the evaluation date ({as_of}). “At once” follows the sheets, the others are "
        "renewed by sync.",
    ),
    "guide.today": ("打开当天", "the present day"),
    "guide.head-computed": ("怎样得出", "How it is found"),
    "guide.head-renewed": ("更新", "Renewed"),
    "guide.renewed-formula": ("即时", "at once"),
    "guide.renewed-sync": ("同步时", "by sync"),
    "guide.settings": ("设置", "Settings"),
    "guide.settings-note": (
        "这里只能看：要改，请在项目文件 custbook.yaml 的 settings 下写上右栏的名字和新值，再同步。",
        "For reading only: to change one, write its name (right) and the new value under settings in custbook.yaml, then sync.",
    ),
    "guide.head-meaning-of": ("含义", "Meaning"),
    "guide.head-value": ("现在的值", "Present value"),
    "guide.head-name": ("名字", "Name"),
    "guide.nothing": ("（空）", "(empty)"),
    "guide.more": ("{some:zh} 等 {count} 项", "{some:en} and more ({count} in all)"),
    "guide.of": ("{name:zh}：{value:zh}", "{name:en}: {value:en}"),
    "guide.listed": ("、", ", "),
    "guide.mapped": ("；", "; "),
    "guide.months": ("{count} 个月", "{count:# month|# months}"),
    "guide.days": ("{count} 天", "{count:# day|# days}"),
    "guide.level-months": ("{level:zh}隔 {count} 个月，", "{count} for level {level:en}, "),
    "code.pipl": ("个人信息保护法", "PIPL (China)"),
    "code.gdpr": ("欧盟 GDPR", "GDPR (EU)"),
    "code.ccpa": ("美国加州 CCPA", "CCPA (California)"),
    "guide.categories": ("可选的值", "Values to choose from"),
    "guide.head-category": ("分类", "List"),
    "guide.head-values": ("可选值", "Values"),
    "guide.many-values": ("共 {count} 项，见下拉列表", "{count:# value|# values}, see the dropdown"),
    "guide.categories-note": (
        "可在“{sheet}”表中修改的分类标有 *。",
        "Lists marked * can be changed in the sheet “{sheet}”.",
    ),
    # protection of data
    "protection.not": ("保护不是加密", "What protection is not"),
    "protection.not1": (
        "工作表保护没有密码，谁都能取消；它只防手误。",
        "Sheet protection has no password, anybody can take it off; it only prevents slips.",
    ),
    "protection.not2": (
        "隐藏的列、行和工作表谁都能显示出来。",
        "Hidden columns, rows and sheets can be shown by anybody.",
    ),
    "protection.not3": (
        "要防别人看，请加密：放在加密的磁盘或有权限控制的文件夹里；要传送时设打开密码（密码另行告知），同步前先去掉密码。",
        "To keep others from reading it, encrypt: keep it on an encrypted disk or in a folder with access rights; to send it, "
        "set a password for opening (and tell it by another way); take it off before sync.",
    ),
    "protection.not4": (
        "库（book.db）、备份（.custbook/backups、custbook backup 的压缩包）和汇总报告里是同样的信息，要同样保管。",
        "The store (book.db), backups (.custbook/backups, the archives of custbook backup) and reports hold the same data: "
        "treat them alike.",
    ),
    "protection.not5": (
        "在表里删掉的内容仍在库的历史和备份里；依法要彻底删除的，连同这些一起处理。",
        "What is deleted in a sheet stays in the store's history and in backups; where it must be erased, think of these too.",
    ),
    "protection.how": ("怎样对待个人信息", "How to treat personal data"),
    "protection.how1": (
        "只收集用得着的；没有用处的字段空着，敏感信息没有单独同意不填。",
        "Collect only what is used; leave the rest empty, and sensitive data without a separate consent.",
    ),
    "protection.how2": (
        "证件号、银行账号、健康状况不要写进备注、互动内容等自由文本。",
        "No identity numbers, bank accounts or health data in notes and other free text.",
    ),
    "protection.how3": (
        "工作簿只给工作需要的人；给领导和合作方，用 custbook summary --tabs 选出的汇总页代替整本；同事离岗当天收回。",
        "Give the workbook only to those who need it; for others choose summary tabs with custbook summary --tabs; take it back on the day "
        "somebody leaves.",
    ),
    "protection.how4": (
        "不用私人邮箱、网盘、聊天软件传送；打印件用完粉碎。",
        "No private mail, cloud drives or chats; shred printouts.",
    ),
    "protection.how5": (
        "客户要求查阅、更正、删除、撤回同意：当天登记，按期限答复。",
        "When a customer asks to see, correct, delete or withdraw: note it on the same day and answer within the term.",
    ),
    "protection.how6": (
        "发现丢失、误发、被盗：立即报告负责人，记下时间、范围和涉及的客户，按规定告知。",
        "If something is lost, sent to the wrong person or stolen: tell whoever is responsible at once, note when, what and "
        "whose, and inform as the law requires.",
    ),
    "protection.training": ("培训要点", "Training"),
    "protection.training1": (
        "新同事先用演示簿练习（custbook demo）：新增、修改、看懂红格、同步、查历史。",
        "New colleagues practise with the demo book (custbook demo): add, change, understand red cells, sync, look back.",
    ),
    "protection.training2": (
        "上岗前学完本页和“使用说明”，知道哪些是敏感信息、遇到请求和泄露找谁。",
        "Before starting they read this page and the guide, and know what is sensitive and whom to tell of requests and leaks.",
    ),
    "protection.training3": (
        "每年复训一次；按“数据质量”里的错误和空缺补课，并留下培训记录。",
        "Repeat it every year; let the faults and gaps of the data quality tab say what to repeat, and keep a record of it.",
    ),
    "protection.record": ("处理活动记录", "Record of processing"),
    "protection.record-note": (
        "由各字段的设定得出；保存天数从最后一次需要（联系或购买）算起。标“由本单位填写”的，本簿不知道。",
        "From what the schema says of each field; days are counted from when the data was last needed (contact or purchase). "
        "What the book cannot know is to be filled in by you.",
    ),
    "protection.own": ("由本单位填写", "to be filled in by you"),
    "protection.controller": ("处理者及联系方式", "Controller and contact"),
    "protection.officer": ("个人信息保护负责人", "Data protection officer"),
    "protection.recipients": ("接收方、受托方", "Recipients and processors"),
    "protection.abroad": ("是否向境外提供", "Transfers abroad"),
    "protection.subjects": ("涉及的个人", "People concerned"),
    "protection.subjects-are": (
        "客户及其联系人，本单位的销售和服务人员",
        "customers and their contacts, staff who look after them",
    ),
    "protection.measures": ("安全措施", "Security measures"),
    "protection.measures-are": (
        "每次修改都有记录（谁、何时、哪个文件、改前改后）；覆盖前自动备份；变更日志中个人信息打码；访问权限和加密由本单位落实",
        "every change is on record (who, when, from which file, before and after); backups before anything is replaced; "
        "personal values are masked in the change log; access rights and encryption are up to you",
    ),
    "protection.head-purpose": ("用途", "Purpose"),
    "protection.head-sheet": ("工作表", "Sheet"),
    "protection.head-fields": ("个人信息", "Personal data"),
    "protection.head-sensitive": ("其中敏感", "Sensitive"),
    "protection.head-days": ("保存天数", "Days kept"),
    "protection.no-purpose": ("（没有说明）", "(not stated)"),
    "protection.by-field": ("逐字段清单", "Field by field"),
    "protection.head-class": ("分级", "Class"),
    "protection.class-personal": ("个人信息", "personal"),
    "protection.class-sensitive": ("敏感个人信息", "sensitive"),
    "changelog.at-least": ("至少 {count} 条记录", "{count:# record|# records} or more"),
    "changelog.records": ("{count} 条记录", "{count:# record|# records}"),
    # the page itself
    "page.skip": ("跳到正文", "Skip to the content"),
    "page.contents": ("目录", "Contents"),
    "page.manual": ("{book}：操作手册", "{book}: manual"),
    "page.summary": ("{book}：汇总", "{book}: summary"),
    "page.confidential": (
        "含有客户信息，请当作机密保管。",
        "Contains customers' data: treat it as confidential.",
    ),
    "page.as-of": ("截止日期：{day}", "As of {day}"),
    "page.chart-bar": ("条形图", "Bar chart"),
    "page.chart-column": ("柱形图", "Column chart"),
    "page.chart-stacked": ("堆积柱形图", "Stacked columns"),
    "page.chart-line": ("折线图", "Line chart"),
    "page.chart-pie": ("环形图", "Ring chart"),
    "page.chart-of": (
        "{kind}：{series}；{first} 至 {last}，共 {count} 项",
        "{kind}: {series}; {count} items, {first} to {last}",
    ),
    "page.chart-empty": ("暂无数据", "No data yet"),
    "page.others": ("其余", "Others"),
    "summary.remark-values": (
        "金额单位：{currency}。全部数字都是截止日期的结果。",
        "Amounts in {currency}. All numbers are those of the evaluation date.",
    ),
}

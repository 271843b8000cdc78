"""Texts: the tabs of issues and conflicts, and the decisions made on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "book.tab_issues": ("问题", "Issues"),
    "book.tab_conflicts": ("冲突", "Conflicts"),
    # what can be chosen
    "decide.mine": ("我的", "mine"),
    "decide.theirs": ("他们的", "theirs"),
    "decide.later": ("以后", "later"),
    "decide.delete": ("删除", "delete"),
    "decide.restore": ("恢复", "restore"),
    "decide.accept": ("采用建议", "apply suggestion"),
    "decide.confirmed": ("已确认，不再提示", "confirmed, do not show again"),
    # heads of columns
    "review.severity": ("级别", "Severity"),
    "review.sheet": ("工作表", "Sheet"),
    "review.record": ("记录", "Record"),
    "review.field": ("字段", "Field"),
    "review.cell": ("单元格", "Cell"),
    "review.value": ("填写的内容", "What was typed"),
    "review.message": ("问题和改法", "What is wrong, what is allowed"),
    "review.suggestion": ("建议", "Suggestion"),
    "review.decision": ("您的决定", "Your decision"),
    "review.note": ("备注", "Note"),
    "review.base": ("原来的值", "Before"),
    "review.mine": ("我的（本工作簿）", "Mine (this workbook)"),
    "review.theirs": ("他们的（库中）", "Theirs (the store)"),
    "review.who": ("谁改的", "Changed by"),
    "review.when": ("何时改的", "Changed at"),
    # what the tabs say above their rows
    "review.no-issues": (
        "没有问题。同步发现的错误和警告会列在这里；点单元格可跳到原处。",
        "All is well. Errors and warnings that sync finds are listed here, each with a link to its cell.",
    ),
    "review.issues": (
        "{errors} 个错误（所在行未入库），{warnings} 个警告，{missing} 行被删除等待决定。可点单元格跳到原处修改，"
        "或在“您的决定”里选择；下次同步照办，并从这里消去。",
        "{errors:# error|# errors} (their rows are not stored), {warnings:# warning|# warnings}, {missing:# removed row|# removed rows} to be decided. "
        "Follow the link and mend the cell, or choose under “Your decision”: the next sync obeys and clears the row.",
    ),
    "review.no-conflicts": (
        "没有冲突。您和别人把同一内容改得不同时，会列在这里由您决定。",
        "No conflicts. Where you and somebody else changed the same field differently, it is listed here for you "
        "to decide.",
    ),
    "review.conflicts": (
        "{count} 处改动与别人的不同；库中暂时保留别人的值，本工作簿保留您的。请在“您的决定”里选“我的”“他们的”或“以后”；"
        "下次同步照办，并从这里消去。省、市、区等合在一起的字段，选一处即可。",
        "{count:# change differs|# changes differ} from other people's; the store keeps theirs for now, this workbook yours. Choose mine, "
        "theirs or later under “Your decision”: the next sync obeys and clears the row. Of fields that go together, "
        "such as province and city, one decision is enough.",
    ),
    "review.more": (
        "这里只列出前 {shown} 条，另有 {more} 条；全部请用 custbook check --json 查看。",
        "Only the first {shown} are listed here, {more:# more is|# more are} not; custbook check --json tells them all.",
    ),
    "review.all": (
        "可以排序和筛选；其他格由同步填写。",
        "You may sort and filter; all other cells are sync's.",
    ),
    # what stands in cells
    "review.new-row": ("第 {row} 行（新）", "row {row} (new)"),
    "review.gone": ("（记录已删除）", "(record deleted)"),
    "review.blank": ("（空）", "(empty)"),
    "review.missing": (
        "这一行不在工作表里了，库中仍保留。请选择删除或恢复。",
        "This row is no longer on its sheet; the store keeps it. Choose delete or restore.",
    ),
    "refuse.decision": ("请从下拉列表中选择。", "Choose from the dropdown list."),
    "prompt.decision": ("从列表中选择；下次同步照办。", "Choose from the list; the next sync obeys."),
    # about decisions
    "issue.decision-unknown": (
        "“{value}”不是这里可选的决定；可选：{options}。",
        "“{value}” is no decision that can be made here; choose one of: {options}.",
    ),
    "decide.about-record": ("{key}", "{key}"),
    "decide.about-field": ("{key}“{label}”", "{key} “{label}”"),
    "issue.decision-twice": (
        "对 {about}有几个不同的决定，一个也没有执行；请重新选择。",
        "There are different decisions about {about}, so none was obeyed; choose again.",
    ),
    "issue.decision-stale": (
        "对 {about}的决定“{value}”没有执行：此后内容变了；还列着的请再决定，不再列着的请直接改单元格。",
        "The decision “{value}” about {about} was not obeyed: things changed since; decide anew if it is still listed, else change the cell itself.",
    ),
    "issue.decision-contradicted": (
        "对 {about}的决定“{value}”没有执行：{user} 已在 {when} 选了“{other:zh}”；仍要这样做请再选一次。",
        "The decision “{value}” about {about} was not obeyed: {user} chose “{other:en}” at {when}; "
        "choose once more if you still want it.",
    ),
    "issue.delete-many": (
        "“{title}”中有 {count} 条记录选了删除，一次太多，都没有删除；确实要删，请用 sync --allow-mass-delete。",
        "{count} records of “{title}” were chosen to be deleted, too many at once; none was. "
        "If that is meant, run sync --allow-mass-delete.",
    ),
    "say.confirmed": (
        "另有 {count} 个警告已确认，不再显示。",
        "{count:# more warning was|# more warnings were} confirmed earlier and {count:is|are} not shown.",
    ),
    "title.decisions": ("决定", "Decisions"),
    "column.decision": ("决定", "decision"),
    "column.outcome": ("结果", "outcome"),
    "decided.obeyed": ("已执行", "obeyed"),
    "decided.open": ("未执行", "not obeyed"),
}

"""Texts: workbooks that live in Google Sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # which spreadsheet
    "error.not-a-sheets-address": (
        "“{address}”不是 Google 表格的地址；请从浏览器复制整个地址（https://docs.google.com/spreadsheets/d/…），或写 gsheets:new。",
        "“{address}” is no address of a Google spreadsheet; copy the whole address from the browser "
        "(https://docs.google.com/spreadsheets/d/…), or write gsheets:new.",
    ),
    "error.share-of-file": (
        "“{file}”是文件，不能用 --share 共享；--share 只用于 Google 表格。",
        "“{file}” is a file and cannot be shared with --share; that is for Google spreadsheets.",
    ),
    "error.share-words": (
        "看不懂 --share {words}；请写成“邮箱:角色”，角色是 {roles} 之一。",
        "--share {words} is not understood; write address:role, the role being one of {roles}.",
    ),
    "error.into-or-target": (
        "请只给一个目标：要么是文件或 gsheets:new，要么用 --into 给出已有的 Google 表格。",
        "Give one target: a file or gsheets:new, or an existing Google spreadsheet with --into.",
    ),
    "error.online-not-yet-made": (
        "“{file}”还没有建立，只能用于 generate；check 和 sync 请给出表格的地址。",
        "“{file}” does not exist yet and is for generate only; give check and sync the address of a spreadsheet.",
    ),
    # who we are
    "error.online-no-credentials": (
        "没有找到 Google 的登录信息；请把服务账号的密钥存为 {folder}/service_account.json，步骤见 docs/google-sheets.md。",
        "There are no credentials for Google; put a service account's key at {folder}/service_account.json "
        "(docs/google-sheets.md, step by step).",
    ),
    "error.online-bad-credentials": (
        "Google 登录文件“{file}”无法读取或不完整；请重新下载密钥并替换它。",
        "The credentials file “{file}” cannot be read or is incomplete; download the key again and replace it.",
    ),
    "error.online-login-needed": (
        "要用“{file}”登录一次，请在能打开浏览器的终端里运行同一条命令。",
        "Somebody has to log in once with “{file}”; run the same command in a terminal that can open a browser.",
    ),
    "error.online-login-expired": (
        "Google 不再接受这份登录（密钥已停用、授权已撤销或过期）；请换上有效的密钥，或删除 authorized_user.json 后重新登录。",
        "Google does not accept this login any more (key disabled, consent withdrawn or expired); put a valid key in place, "
        "or delete authorized_user.json and log in again.",
    ),
    "error.online-scope": (
        "这份登录没有所需的权限范围；请删除 authorized_user.json 后重新运行并同意访问。",
        "This login was not given the access that is needed; delete authorized_user.json, run again and agree.",
    ),
    # what we may
    "error.online-not-shared": (
        "没有权限打开或修改“{file}”；请在表格里点“共享”，把它以“编辑者”共享给 {account}。",
        "“{file}” may not be opened or changed; share it (button Share) as an editor with {account}.",
    ),
    "error.online-missing": (
        "Google 找不到“{file}”；请核对地址，并确认它没有被删除。",
        "Google does not know “{file}”; check the address, and that it was not deleted.",
    ),
    "error.online-api-disabled": (
        "这个 Google Cloud 项目还没有启用 Google Sheets API（或 Drive API）；请在控制台启用后等一两分钟再试。",
        "The Google Sheets API (or the Drive API) is not enabled in this Google Cloud project; enable it in the console, "
        "wait a minute or two and try again.",
    ),
    "error.online-no-storage": (
        "服务账号没有存储空间，不能自己建表格；请自己新建一个空表格，共享给 {account}，再用 custbook generate --into 地址。",
        "Service accounts own no storage and cannot make spreadsheets; make an empty one yourself, share it with {account}, "
        "then custbook generate --into ADDRESS.",
    ),
    "error.online-protected": (
        "“{file}”里有受保护的单元格不让 {account} 修改；请表格所有者在“数据 › 保护工作表和范围”中允许它。",
        "“{file}” protects cells from {account}; ask its owner to allow it under Data › Protect sheets and ranges.",
    ),
    "error.online-not-native": (
        "“{file}”是上传的 .xlsx 文件，不是 Google 表格；请在其中选“文件 › 另存为 Google 表格”，用新地址再试。",
        "“{file}” is an uploaded .xlsx file, not a Google spreadsheet; choose File › Save as Google Sheets in it "
        "and use the new address.",
    ),
    # what is there
    "error.online-not-empty": (
        "“{file}”里已有内容，未作改动；请用一个空的表格，或写 gsheets:new。",
        "“{file}” holds something and was left alone; use an empty spreadsheet, or gsheets:new.",
    ),
    "error.online-book-there": (
        "“{file}”里已有一本客户管理簿，未作改动；确实要换成新的请加 --force（其中尚未同步的修改会丢失）。",
        "“{file}” holds a customer book and was left alone; if it is to be replaced add --force "
        "(edits in it that were not synced are lost).",
    ),
    "error.online-made-perhaps": (
        "Google 没有回答，不知道“{title}”是否已建立；请在云端硬盘里看一看：有就用 --into 填写它，没有就再运行一次。",
        "Google gave no answer, so it is not known whether “{title}” was made; look in Drive: if it is there fill it "
        "with --into, if not run the command again.",
    ),
    # limits and the net
    "error.online-cell-limit": (
        "“{file}”会超过 Google 表格 {limit:,} 个单元格的上限，未作改动；请删去不用的工作表或空行空列。",
        "“{file}” would have more than the {limit:,} cells that Google allows and was left alone; "
        "remove tabs, rows or columns that are not used.",
    ),
    "error.online-cell-too-long": (
        "单元格 {cell} 的文字超过 Google 表格的上限 {limit:,} 个字符；请缩短后重试。",
        "The text of cell {cell} is longer than the {limit:,} characters that Google allows; shorten it and try again.",
    ),
    "error.online-body-too-large": (
        "“{file}”有一项内容大到 Google 不接受，未写入；请减少该表的文字后重试。",
        "“{file}” has a part that is larger than Google accepts, so it was not written; shorten its texts and try again.",
    ),
    "error.online-busy": (
        "Google 一直繁忙（{status}），多次重试后放弃“{file}”；请过几分钟再运行，不会丢失或重复。",
        "Google stayed busy ({status}); “{file}” was given up after several attempts. Run the command again in a few minutes, "
        "nothing is lost or stored twice.",
    ),
    "error.online-unreachable": (
        "连接不上 Google，无法读写“{file}”；请检查网络或代理后再运行，不会丢失或重复。",
        "Google cannot be reached, so “{file}” could not be read or written; check network or proxy and run again, "
        "nothing is lost or stored twice.",
    ),
    "error.online-refused": (
        "Google 拒绝了对“{file}”的请求（{status}：{reason}）；未作改动。",
        "Google refused a request for “{file}” ({status}: {reason}); nothing was changed by it.",
    ),
    # what a sheet cannot carry
    "guide.losses": ("在 Google 表格里有所不同", "What is different in Google Sheets"),
    "guide.losses-where": ("哪里", "Where"),
    "guide.losses-what": ("怎样", "How"),
    "loss.cascade": (
        "下拉列表不能随同一行的上级变化：列出这一级的全部选项，不属于上级的会标色，sync 时检查。",
        "A dropdown cannot depend on its row: it offers every value of the level; those that do not belong are coloured, "
        "and sync checks them.",
    ),
    "loss.refusal": (
        "被拒绝的输入只显示提示文字，没有单独的错误标题和说明。",
        "A refused entry shows the prompt's text; there is no title and text of its own.",
    ),
    "loss.prompt-note": (
        "没有输入限制的列，提示写在表头的备注里。",
        "Where anything may be typed, the prompt is a note on the header.",
    ),
    "loss.insert-rows": (
        "只保护表头：Google 不允许在受保护的工作表里插入或删除行；其余由输入规则和 sync 把关。",
        "Only the header is protected: Google lets nobody insert or delete rows on a protected tab; "
        "rules and sync guard the rest.",
    ),
    "loss.rules-sampled": (
        "check 只看第一行和最后一行的输入规则；中间被粘贴覆盖的规则不会报告，值仍逐格检查。",
        "check looks at the input rules of the first and the last row; one pasted over in between is not told, "
        "values are checked cell by cell all the same.",
    ),
    "loss.paper": (
        "纸张方向、打印标题行和分页要在打印时自己设定。",
        "Paper orientation, repeated rows and page breaks are set when printing.",
    ),
    "loss.very-hidden": (
        "身份表是隐藏并受保护的，编辑者可以把它显示出来；请不要改动。",
        "The tab of the book's identity is hidden and protected; editors can show it, and should leave it alone.",
    ),
    "loss.series-names": (
        "图中系列的名字无法取自单元格（不在数值正上方）。",
        "The names of these charts' series cannot be taken from cells (they do not stand right above the values).",
    ),
    "loss.chart-axes": (
        "图表坐标轴的数字格式和颜色由 Google 决定。",
        "Number formats of axes and the colours of charts are Google's own.",
    ),
    "loss.zoom": ("显示比例由各人自己决定。", "The zoom is everybody's own."),
    "issue.rows-moved": (
        "有 {count} 行在同步时被别人移动过；已按编号重新找到并写入。",
        "Somebody moved {count} rows during the sync; they were found again by their keys and written.",
    ),
}

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
    "error.address-of-other": (
        "“{address}”是另一种 Google 文件（文档、幻灯片、表单等）的地址，不是表格；请打开表格并复制它的地址。",
        "“{address}” is the address of another kind of Google file (a document, slides, a form …), not of a spreadsheet; "
        "open the spreadsheet and copy its address.",
    ),
    "error.address-of-copy": (
        "“{address}”是发布到网上的只读副本；请打开表格本身并复制它的地址。",
        "“{address}” is a copy that was published to the web and cannot be written to; open the spreadsheet itself "
        "and copy its address.",
    ),
    "error.each-online": (
        "--each 生成一批文件，不能用于 Google 表格；请给出一个文件夹，或用 --only 逐个生成。",
        "--each makes files in a folder, not Google spreadsheets; give a folder, or make one spreadsheet at a time with --only.",
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
    "error.online-named-missing": (
        "{variable} 指向的文件“{file}”不存在；请改正这个环境变量，或删除它。",
        "{variable} names the file “{file}”, which is not there; correct the variable, or remove it.",
    ),
    "error.online-bad-credentials": (
        "Google 登录文件“{file}”无法读取或不完整；请重新下载并替换它。",
        "The credentials file “{file}” cannot be read or is incomplete; download it again and replace it.",
    ),
    "error.online-misplaced-credentials": (
        "“{file}”里是另一种登录文件；请把它存为 {place}，或在这里放服务账号的密钥（控制台：服务账号 › 密钥 › 添加密钥 › JSON）。",
        "“{file}” holds another kind of credentials; save it as {place}, or put a service account's key here "
        "(console: Service accounts › Keys › Add key › JSON).",
    ),
    "error.online-client-kind": (
        "“{file}”是网页应用的 OAuth 客户端；请在控制台新建一个“桌面应用”类型的客户端，下载后替换它。",
        "“{file}” is an OAuth client of the kind Web application; make one of the kind Desktop app in the console, "
        "download it and replace the file.",
    ),
    "error.online-login-needed": (
        "要用“{file}”登录一次，请在能打开浏览器的终端里运行同一条命令。",
        "Somebody has to log in once with “{file}”; run the same command in a terminal that can open a browser.",
    ),
    "error.online-login-refused": (
        "浏览器里的登录没有完成，或没有同意全部所需的访问；请再运行一次，勾选并同意列出的各项。",
        "The login in the browser was not completed, or not everything that is needed was agreed to; run the command again, "
        "tick everything that is listed and agree.",
    ),
    "error.online-login-expired": (
        "Google 不再接受这份登录（密钥已停用、授权已撤销或过期）；{remedy:zh}。",
        "Google does not accept this login any more (key disabled, consent withdrawn or expired); {remedy:en}.",
    ),
    "error.online-scope": (
        "这份登录没有所需的权限范围；{remedy:zh}。",
        "This login was not given the access that is needed; {remedy:en}.",
    ),
    "error.online-clock": (
        "这台电脑的时钟不准，Google 因此拒绝登录；请校准日期和时间后再运行。",
        "The clock of this computer is wrong, so Google refuses the login; set date and time right and run again.",
    ),
    "error.online-policy": (
        "贵单位的 Google 管理员不允许 {account:zh} 这样访问；请联系管理员，或换一个帐号。",
        "Your organisation's Google administrators do not allow this access for {account:en}; ask them, or use another account.",
    ),
    "online.who-service": ("{email}", "{email}"),
    "online.who-person": ("你登录用的帐号", "the account that you log in with"),
    "online.renew-key": (
        "请在控制台为 {email} 新建密钥，替换“{file}”",
        "make a new key for {email} in the console and put it in the place of “{file}”",
    ),
    "online.renew-kept": (
        "请删除“{file}”，再运行一次并重新登录",
        "delete “{file}”, run the command again and log in",
    ),
    "online.renew-default": (
        "请重新运行 gcloud auth application-default login",
        "run gcloud auth application-default login again",
    ),
    "online.widen-key": (
        "请在控制台新建服务账号的密钥，替换“{file}”",
        "make a new key of the service account in the console and put it in the place of “{file}”",
    ),
    "online.widen-kept": (
        "请删除“{file}”，再运行一次并同意列出的各项访问",
        "delete “{file}”, run the command again and agree to everything that is listed",
    ),
    "online.widen-default": (
        "请运行 gcloud auth application-default login --scopes={scopes}，或改用服务账号的密钥",
        "run gcloud auth application-default login --scopes={scopes}, or use a service account's key",
    ),
    # what we may
    "error.online-not-shared": (
        "没有权限打开或修改“{file}”；请在表格里点“共享”，把它以“编辑者”共享给 {account:zh}。",
        "“{file}” may not be opened or changed; share it (button Share) as an editor with {account:en}.",
    ),
    "error.online-missing": (
        "Google 找不到“{file}”；请核对地址是否完整、是不是表格的地址，并确认它没有被删除。",
        "Google does not know “{file}”; check that the address is whole and that of a spreadsheet, and that it was not deleted.",
    ),
    "error.online-share-refused": (
        "Google 不让 {account:zh} 把“{file}”共享给 {email}（可能不许编辑者再共享，或这个邮箱没有 Google 帐号）；"
        "请去掉 --share 再运行，然后自己共享。",
        "Google did not let {account:en} share “{file}” with {email} (editors may not share it, or the address has no Google "
        "account); run again without --share and share it yourself.",
    ),
    "error.online-api-disabled": (
        "这个 Google Cloud 项目还没有启用 {api}；请在 https://console.cloud.google.com/apis/library 启用，等一两分钟再试。",
        "The {api} is not enabled in this Google Cloud project; enable it at https://console.cloud.google.com/apis/library, "
        "wait a minute or two and try again.",
    ),
    "error.online-project": (
        "这份登录所属的 Google Cloud 项目不能用（没有指定、已停用或未开通结算）；请在控制台检查项目，"
        "用 gcloud 登录的请运行 gcloud auth application-default set-quota-project 项目。",
        "The Google Cloud project of this login cannot be used (none named, suspended, or without billing); look at it in the "
        "console, or after a login with gcloud run gcloud auth application-default set-quota-project PROJECT.",
    ),
    "error.online-no-storage": (
        "服务账号没有存储空间，不能自己建表格；请自己新建一个空表格，共享给 {account:zh}，再用 custbook generate --into 地址。",
        "Service accounts own no storage and cannot make spreadsheets; make an empty one yourself, share it with {account:en}, "
        "then custbook generate --into ADDRESS.",
    ),
    "error.online-storage-full": (
        "{account:zh}的云端硬盘已满，不能建表格；请腾出空间，或用 custbook generate --into 填写已有的空表格。",
        "The Drive of {account:en} is full, so no spreadsheet can be made; make room in it, or fill an empty spreadsheet "
        "with custbook generate --into.",
    ),
    "error.online-protected": (
        "“{file}”里有受保护的单元格不让 {account:zh} 修改；请表格所有者在“数据 › 保护工作表和范围”中允许它。",
        "“{file}” protects cells from {account:en}; ask its owner to allow it under Data › Protect sheets and ranges.",
    ),
    "error.online-no-spreadsheet": (
        "“{file}”不是 Google 表格（可能是上传的文件或文件夹）；请打开表格并复制它的地址。",
        "“{file}” is no Google spreadsheet (perhaps an uploaded file or a folder); open the spreadsheet and copy its address.",
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
    "error.online-made-unfinished": (
        "已建立“{address}”，但没有写完：{reason:zh}解决后请运行 custbook generate --into {address}。",
        "“{address}” was made, but not finished: {reason:en} Once that is mended run custbook generate --into {address}.",
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
    "error.online-quota": (
        "每分钟的请求次数一直超过 Google 的限额，多次等待后放弃“{file}”；可能有别的程序在用同一个帐号，请过几分钟再运行，"
        "不会丢失或重复。",
        "Google's limit of requests per minute stayed exceeded, so “{file}” was given up after several waits; perhaps another "
        "program uses the same account. Run the command again in a few minutes, nothing is lost or stored twice.",
    ),
    "error.online-quota-day": (
        "今天的请求次数已超过 Google 的限额，无法处理“{file}”；请明天再运行，或换一个 Google Cloud 项目的登录。",
        "Google's limit of requests for today is used up, so “{file}” cannot be worked on; run the command again tomorrow, "
        "or use a login of another Google Cloud project.",
    ),
    "error.online-unreachable": (
        "连接不上 Google，无法读写“{file}”；请检查网络或代理后再运行，不会丢失或重复。",
        "Google cannot be reached, so “{file}” could not be read or written; check network or proxy and run again, "
        "nothing is lost or stored twice.",
    ),
    "error.online-proxy": (
        "代理服务器连不上或拒绝连接，无法读写“{file}”；请检查环境变量 HTTPS_PROXY 中的地址和密码。",
        "The proxy cannot be reached or refuses the connection, so “{file}” could not be read or written; check address and "
        "password in the variable HTTPS_PROXY.",
    ),
    "error.online-certificate": (
        "与 Google 的连接出示了不可信的证书（{reason}），没有发送任何内容；请检查电脑的日期；若由公司代理转发，"
        "请把 REQUESTS_CA_BUNDLE 设为代理的证书文件。",
        "The connection to Google shows a certificate that is not trusted ({reason}), so nothing was sent; check the date of "
        "this computer, or where a company's proxy stands between set REQUESTS_CA_BUNDLE to the file of its certificate.",
    ),
    "error.online-certificate-file": (
        "证书文件不能用（{reason}）；请改正环境变量 REQUESTS_CA_BUNDLE 或 CURL_CA_BUNDLE，或删除它。",
        "The file of certificates cannot be used ({reason}); correct the variable REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, "
        "or remove it.",
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
        "被拒绝的输入只显示提示文字，没有单独的错误标题和说明；提示也没有标题。",
        "A refused entry shows the prompt's text; there is no title and text of its own, and prompts have no title either.",
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
    "loss.not-mended": (
        "check 不看单元格格式、标色、保护、筛选和冻结窗格，sync 也不修复它们；要恢复请在同步后用 generate --force 重新生成。",
        "check does not look at cell formats, coloured marks, guards, filters and panes, and sync does not mend them; "
        "to have them back sync, then generate --force.",
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
    "loss.front": (
        "打开时显示第一张工作表：Google 不允许指定打开时显示哪一张。",
        "The spreadsheet opens on its first tab: Google does not let programs choose another one.",
    ),
    "loss.zoom": ("显示比例由各人自己决定。", "The zoom is everybody's own."),
    "issue.rows-moved": (
        "有 {count} 行在同步时被别人移动过；已按编号重新找到并写入。",
        "Somebody moved {count:# row|# rows} during the sync; {count:it was|they were} found again by {count:its key|their keys} and written.",
    ),
}

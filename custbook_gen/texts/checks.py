"""Messages of the checks that look at more than one cell, or at what a value says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # fields that do not go together
    "issue.out-of-order": (
        "“{first}”（{low}）{relation:zh}“{second}”（{high}）；请改正其中一项。",
        "“{first}” ({low}) is {relation:en} “{second}” ({high}); correct one of them.",
    ),
    "issue.later": ("晚于", "later than"),
    "issue.more": ("大于", "more than"),
    "issue.needed-missing": (
        "{condition:zh}时，“{label}”必填，现在是空的；请填写。",
        "“{label}” is needed where {condition:en}, and is empty; fill it in.",
    ),
    "issue.not-allowed-here": (
        "只有{condition:zh}时才填“{label}”；请清空“{label}”，或核对前一项。",
        "“{label}” is filled only where {condition:en}; clear it, or check the other field.",
    ),
    "issue.where-is": ("“{name}”为{values}", "“{name}” is {values}"),
    "issue.where-filled": ("“{name}”已填写", "“{name}” is filled"),
    "issue.where-empty": ("“{name}”为空", "“{name}” is empty"),
    "issue.where-both": ("{first:zh}且{second:zh}", "{first:en} and {second:en}"),
    "issue.not-applicable": (
        "“{label}”只用于{kind:zh}，本行的“{type}”是“{found}”；请清空“{label}”，或核对“{type}”。",
        "“{label}” is for {kind:en} only, while “{type}” is “{found}”; clear it, or check “{type}”.",
    ),
    "issue.persons": ("个人客户", "persons"),
    "issue.organisations": ("单位客户", "organisations"),
    "issue.out-of-band": (
        "“{label}”的“{value}”与“{band}”的“{found}”不符（应{limits:zh}）；请改正其中一项。",
        "“{value}” in “{label}” does not fit “{found}” in “{band}” ({limits:en}); correct one of them.",
    ),
    "issue.out-of-bounds": (
        "{condition:zh}时，“{label}”应{limits:zh}，现在是“{value}”；请改正其中一项。",
        "“{label}” must be {limits:en} where {condition:en}, and is “{value}”; correct one of them.",
    ),
    "issue.exactly": ("为 {low}", "{low}"),
    "issue.between": ("在 {low} 到 {high} 之间", "from {low} to {high}"),
    "issue.at-least": ("不少于 {low}", "{low} or more"),
    "issue.from-to-below": ("不少于 {low}、少于 {high}", "{low} or more, less than {high}"),
    "issue.link-mismatch": (
        "“{label}”所选的“{value}”，其“{theirs}”是“{found}”，而本行的“{by}”是“{expected}”；请改选，使两者一致。",
        "“{value}” in “{label}” has “{found}” as its “{theirs}”, while this row has “{expected}” in “{by}”; "
        "choose so that both agree.",
    ),
    "issue.link-broken": (
        "改了“{label}”之后，“{sheet}”中有 {count} 条记录（如 {example}）的“{by}”与它不再一致；请核对这些记录。",
        "Since “{label}” was changed, “{by}” no longer agrees with it in records of “{sheet}” ({count}, such as "
        "{example}); look through them.",
    ),
    "issue.target-unfit": (
        "“{label}”所选的“{value}”不合要求：应是{condition:zh}，实际是“{found}”；请改选。",
        "“{value}” in “{label}” will not do: it must be one whose {condition:en}, and it is “{found}”; "
        "choose another.",
    ),
    "issue.nothing": ("（空）", "(empty)"),
    "issue.cycle": (
        "“{label}”绕了一圈又回到自己：{chain}；请改正其中一处。",
        "“{label}” leads back to the record itself: {chain}; correct one of them.",
    ),
    "issue.several-chosen": (
        "“{owner}”已有一行在“{label}”选了“是”，见{other:zh}；只能有一行，请把多余的改为“否”。",
        "“{owner}” has Yes in “{label}” already ({other:en}); only one row may, set the others to No.",
    ),
    "issue.none-chosen": (
        "“{owner}”名下没有一行在“{label}”选“是”；请在其中一行选“是”。",
        "None of the rows of “{owner}” has Yes in “{label}”; choose it in one of them.",
    ),
    "issue.not-same": (
        "“{group}”为“{common}”的各行，“{label}”应当相同：本行是“{value}”，与{other:zh} 的“{found}”不同；请改正。",
        "All rows with “{common}” in “{group}” must agree in “{label}”: here it is “{value}”, in {other:en} “{found}”; "
        "correct it.",
    ),
    # what people are likely to have got wrong
    "issue.future-date": (
        "“{label}”的“{value}”晚于截止日期 {today}，还没有到；请核对日期。",
        "“{value}” in “{label}” is later than {today} and still to come; check the date.",
    ),
    "issue.email-domain-typo": (
        "“{label}”的“{value}”里，“{domain}”多半是“{meant}”之误；请核对。",
        "In “{value}” in “{label}”, “{domain}” is probably meant to be “{meant}”; check it.",
    ),
    "issue.email-throwaway": (
        "“{label}”的“{value}”是一次性邮箱（{domain}），很快会失效；请向客户要一个常用邮箱。",
        "“{value}” in “{label}” is a throw-away address ({domain}) that soon stops working; ask for a lasting one.",
    ),
    "issue.check-digit-wrong": (
        "“{label}”的“{value}”校验位不符，多半有一位录错；请对照证照核对。",
        "The check digit of “{value}” in “{label}” is wrong, so one character probably is; compare it with the document.",
    ),
    "issue.postcode-elsewhere": (
        "“{label}”的“{value}”是“{found}”的邮编，本行的“{province}”是“{expected}”；请核对。",
        "The postcode “{value}” in “{label}” belongs to “{found}”, while “{province}” is “{expected}”; check both.",
    ),
    "issue.area-code-elsewhere": (
        "“{label}”的“{value}”，区号属于“{found}”，本行的“{province}”是“{expected}”；请核对。",
        "The area code of “{value}” in “{label}” belongs to “{found}”, while “{province}” is “{expected}”; check both.",
    ),
    "issue.wechat-doubtful": (
        "“{label}”的“{value}”不像微信号（字母开头，6 至 20 位字母、数字、- 或 _）也不像手机号；请核对。",
        "“{value}” in “{label}” looks neither like a WeChat ID (a letter, then letters, digits, - or _, 6 to 20 in all) "
        "nor like a mobile number; check it.",
    ),
    "issue.too-many-tags": (
        "“{label}”有 {count} 个标签，最多 {limit} 个；请删去用不到的。",
        "“{label}” has {count} tags where at most {limit} make sense; remove those that are not used.",
    ),
    "issue.private-number": (
        "“{label}”里好像写着{kind:zh}；请把它移到专门的栏位，或删掉：自由文本里的这类号码无法保护。",
        "“{label}” seems to hold {kind:en}; move it to its own column or delete it: nothing protects such numbers "
        "in free text.",
    ),
    "issue.id-number": ("身份证号", "an identity number"),
    "issue.card-number": ("银行卡号", "a bank card number"),
    "issue.phone-number": ("电话号码", "a phone number"),
    "issue.formula-like": (
        "“{label}”以“{mark}”开头，像一个公式；本簿只当文字保存，不会计算。如果是误贴进来的，请删掉。",
        "“{label}” begins with “{mark}” like a formula; this book keeps it as text and never computes it. "
        "Delete it if it was pasted by mistake.",
    ),
    # the state of the book
    "issue.duplicate-suspected": (
        "“{value}”与 {other} 可能是同一客户（{reasons:zh}，{score} 分）；请核对，必要时合并。",
        "“{value}” may be the same customer as {other} ({reasons:en}; score {score}); check both and merge them if so.",
    ),
    "issue.same-uscc": ("统一社会信用代码相同", "same credit code"),
    "issue.same-id_no": ("证件号相同", "same identity number"),
    "issue.same-mobile": ("手机相同", "same mobile number"),
    "issue.same-email": ("邮箱相同", "same e-mail address"),
    "issue.same-name_city": ("名称、城市相同", "same name and city"),
    "issue.same-name_address": ("名称相近、地址相同", "like names, same address"),
    "issue.same-name_domain": ("名称相近、邮箱域名相同", "like names, same e-mail domain"),
    "issue.same-name_phone": ("名称相近、电话尾号相同", "like names, same last digits of the phone number"),
    "issue.same-phone_extension": ("电话和分机相同", "same phone number and extension"),
    "issue.same-phone": ("电话相同", "same phone number"),
    "issue.same-name": ("名称相近", "like names"),
    "issue.same-uscc_differs": ("但统一社会信用代码不同", "but different credit codes"),
    "issue.same-birth_date_differs": ("但出生日期不同", "but different birth dates"),
    "issue.list": ("{first:zh}、{second:zh}", "{first:en}, {second:en}"),
    "issue.channel-refused": (
        "“{label}”里有“{channel}”，但客户已拒绝或撤回“{purpose}”；请改用其他方式，或重新取得同意。",
        "“{label}” names “{channel}”, but the customer refused or withdrew “{purpose}”; use another way, "
        "or ask for consent again.",
    ),
    "issue.plan-refused": (
        "“{customer}”不愿再被联系，却定了下次跟进（{value}）；请清空“{label}”。",
        "“{customer}” does not want to be contacted, yet a follow-up is planned ({value}); clear “{label}”.",
    ),
    "issue.consent-missing": (
        "“{label}”含“{group}”，但没有这位客户有效的营销同意；请先登记同意，或去掉这个分组。",
        "“{label}” has “{group}”, but there is no valid consent of this customer to marketing; "
        "record the consent first, or remove the group.",
    ),
    "issue.retention-expired": (
        "“{customer}”有 {count} 条记录的信息已过保留期限（{reason:zh}，最迟应在 {due} 删除）；请删除，或注明继续保留的依据。",
        "Records about “{customer}” ({count}) hold data past its retention period ({reason:en}; to be deleted by {due}); "
        "delete it, or note why it is still needed.",
    ),
    "issue.expired-prospect": ("从未购买、久无联系", "never bought, no contact for long"),
    "issue.expired-lost": ("早已流失", "lost long ago"),
    "issue.expired-purpose": ("收集时的用途已过", "what it was collected for is over"),
    "issue.expired-consent": ("同意早已撤回", "consent was withdrawn long ago"),
    "issue.expired-sale": ("交易记录期满", "sales have been kept long enough"),
    "issue.returned-too-much": (
        "订单“{order}”的“{product}”共卖出 {sold}，退货合计 {returned}；退货不能多于卖出，请改正“{label}”。",
        "Order “{order}” sold {sold} of “{product}” and {returned} came back; no more can be returned than was sold, "
        "correct “{label}”.",
    ),
    "issue.order-unknown": (
        "“{label}”填的“{value}”在本簿中没有这张订单；请核对订单号，开簿之前的订单可不理会。",
        "There is no order “{value}” in this book, as “{label}” says; check the number, or leave it if the order is "
        "older than the book.",
    ),
    "issue.total-negative": (
        "“{customer}”的交易合计是 {total}，退货多于购买；请核对其退货记录。",
        "The sales to “{customer}” come to {total}: more was returned than bought; check the returns.",
    ),
    "issue.price-outlier": (
        "“{product}”的单价通常约为 {usual}，本行是 {value}，超过 {times} 倍；请核对是否多输了一位。",
        "“{product}” usually costs about {usual}, here {value}, more than {times} times as much; "
        "check for a digit too many.",
    ),
    "issue.quantity-outlier": (
        "“{product}”每行通常约卖 {usual}，本行是 {value}，超过 {times} 倍；请核对是否多输了一位。",
        "“{product}” usually sells about {usual} per row, here {value}, more than {times} times as much; "
        "check for a digit too many.",
    ),
    "issue.owner-overloaded": (
        "“{name}”负责 {count} 位客户，超过上限 {limit}；请转给其他同事，或调高“{label}”。",
        "“{name}” looks after {count} customers where at most {limit} are wanted; hand some over, or raise “{label}”.",
    ),
    "issue.lifecycle-contradicted": (
        "“{label}”填的是“{value}”，按交易记录应是“{computed}”；请改正，或清空交给系统判断。",
        "“{label}” says “{value}”, the sales say “{computed}”; correct it, or clear it and let it be computed.",
    ),
    "issue.contacted-too-often": (
        "“{customer}”在 {days} 天内被 {people} 位同事联系了 {count} 次；请先商量好由谁跟进。",
        "“{customer}” was contacted {count} times by {people} colleagues within {days:# day|# days}; agree on who follows up.",
    ),
    "issue.follow-up-overdue": (
        "“{customer}”应在 {due} 回访，已逾期 {days} 天；请联系并登记互动。",
        "“{customer}” was to be contacted on {due}, {days:# day|# days} ago; get in touch and record it.",
    ),
}

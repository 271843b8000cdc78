"""Rules of computed values in words, with the thresholds of the settings in force.

``rule.<name>`` is what a rule says always, ``rule.<name>.<variant>`` what it says besides (or
instead) with certain settings; :mod:`custbook_gen.guide.computed` puts them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # 5.1 money
    "rule.line_amount": (
        "数量 × 单价 ×（1 − 折扣），四舍五入到分；退货为负，赠送为 0。",
        "Quantity × price × (1 − discount), rounded to the cent; negative for a return, 0 for a gift.",
    ),
    "rule.amount_book": (
        "金额 × 汇率，四舍五入到分；没填币种和汇率的就是本簿货币 {currency}；填了别的币种而没有汇率的不算。",
        "Amount × rate, to the cent; without currency and rate it is in {currency}, the book's currency; nothing for "
        "another currency without a rate.",
    ),
    "rule.customer_total": (
        "截至统计日，状态为{counted:zh}的交易金额之和，退货已扣除；没有则为 0。",
        "Sum of the sales with status {counted:en} up to the evaluation date, returns taken off; 0 without any.",
    ),
    "rule.amount_12m": (
        "截至统计日的 12 个月内，状态为{counted:zh}的交易金额之和，退货已扣除。",
        "The same for the twelve months up to the evaluation date: sales with status {counted:en}, returns taken off.",
    ),
    "rule.receivable": (
        "未付和部分付款的交易，金额减去已付之和。",
        "Amount less what was paid, of sales that are unpaid or part paid.",
    ),
    # 5.2 purchases
    "rule.average_order_value": (
        "有效订单扣除退货后的金额 ÷ 订单数。",
        "What orders come to after returns ÷ number of orders.",
    ),
    "rule.order_count": (
        "有效订单数：状态为{counted:zh}、卖出了东西、扣除退货后仍有金额。",
        "Orders that count: status {counted:en}, something sold, something left after returns.",
    ),
    "rule.purchase_days": ("有有效订单的不同日期数。", "Number of different days with an order."),
    "rule.first_purchase": ("最早一笔有效订单的日期。", "Day of the earliest order that counts."),
    "rule.last_purchase": ("最近一笔有效订单的日期。", "Day of the latest order that counts."),
    "rule.average_cycle": (
        "首次到最近购买的天数 ÷（购买天数 − 1）；只买过一天的没有。",
        "Days from the first to the last purchase ÷ (purchase days − 1); none with a single day.",
    ),
    "rule.next_purchase": (
        "最近购买 + 平均购买周期，至少有 {purchases.min_days} 个购买日才推算；不足而有两天的，用最近所买产品的复购周期。",
        "Last purchase + average cycle, from {purchases.min_days} purchase days on; with fewer, but two, the cycle of the "
        "product bought last.",
    ),
    "rule.next_purchase_state": (
        "预计日期已过去一个平均周期还没买为“错过”，否则为“预计”。",
        "Missed if the expected day lies more than a whole cycle back, else expected.",
    ),
    "rule.preferred_category": (
        "购买天数最多的产品类别；一样多时取金额大的。",
        "Product category bought on the most days; of several the one with the larger amount.",
    ),
    # 5.3 RFM
    "rule.recency_days": (
        "最近购买到统计日的天数。",
        "Days from the last purchase to the evaluation date.",
    ),
    "rule.orders_in_window": (
        "{rfm.window_days} 天内的有效订单数。",
        "Orders within {rfm.window_days} days.",
    ),
    "rule.amount_in_window": (
        "{rfm.window_days} 天内的金额，退货已扣除。",
        "Amount within {rfm.window_days} days, returns taken off.",
    ),
    "rule.r_score": (
        "最近购买在 {rfm.recency_days[0]} 天以内 5 分，{rfm.recency_days[1]} 天以内 4 分，{rfm.recency_days[2]} 天以内 3 分，"
        "{rfm.recency_days[3]} 天以内 2 分，更久 1 分。",
        "5 points up to {rfm.recency_days[0]} days since the last purchase, 4 up to {rfm.recency_days[1]}, 3 up to "
        "{rfm.recency_days[2]}, 2 up to {rfm.recency_days[3]}, else 1.",
    ),
    "rule.f_score": (
        "{rfm.window_days} 天内 {rfm.orders[0]} 单以上 5 分，{rfm.orders[1]} 单以上 4 分，{rfm.orders[2]} 单以上 3 分，"
        "{rfm.orders[3]} 单以上 2 分，更少 1 分。",
        "Within {rfm.window_days} days: 5 points from {rfm.orders[0]} orders on, 4 from {rfm.orders[1]}, 3 from "
        "{rfm.orders[2]}, 2 from {rfm.orders[3]}, else 1.",
    ),
    "rule.m_score": (
        "{rfm.window_days} 天内金额满 {rfm.amounts[0]:,f} 得 5 分，满 {rfm.amounts[1]:,f} 得 4 分，满 {rfm.amounts[2]:,f} 得 "
        "3 分，满 {rfm.amounts[3]:,f} 得 2 分，更少 1 分。",
        "Within {rfm.window_days} days: 5 points from {rfm.amounts[0]:,f} on, 4 from {rfm.amounts[1]:,f}, 3 from "
        "{rfm.amounts[2]:,f}, 2 from {rfm.amounts[3]:,f}, else 1.",
    ),
    "rule.score.quintile": (
        "按所有买过的客户排名分五等，最好的五分之一得 5 分；不足 5 位客户时按界限：",
        "By rank among all who ever bought, the best fifth scores 5; with fewer than 5 customers by limits: ",
    ),
    "rule.rfm_score": ("R、F、M 三项得分之和，3 到 15 分。", "The sum of the scores R, F and M, 3 to 15."),
    "rule.rfm_text": ("R、F、M 三项得分，如 5-3-4。", "The scores R, F and M, such as 5-3-4."),
    "rule.rfm_segment": (
        "按 R、F、M 三项的高低分成八类：M 高为“重要”，低为“一般”；R 与 F 都高为价值，只有 R 高为发展，只有 F 高为保持，都低为挽留。",
        "One of eight segments by which scores are high: important with a high M, else general; value with high R and F, "
        "to develop with R alone, to keep with F alone, to win back with neither.",
    ),
    "rule.rfm_segment.threshold": (
        "得分 {rfm.high_from} 以上为高。",
        "A score is high from {rfm.high_from} on.",
    ),
    "rule.rfm_segment.mean": (
        "得分不低于全部买过的客户的平均为高。",
        "A score is high that is at least the mean of all who ever bought.",
    ),
    "rule.amount_rank": (
        "按近 12 个月金额从大到小的名次；没有金额的不排。",
        "Place by the amount of twelve months, the largest first; none without an amount.",
    ),
    # 5.4 classes
    "rule.frequency_class": (
        "{frequency.window_days} 天内 {frequency.high} 单以上为高，更少为低，从未买过为“无”。",
        "High from {frequency.high} orders within {frequency.window_days} days on, low below that, none before the first "
        "purchase.",
    ),
    "rule.frequency_class.three": (
        "{frequency.window_days} 天内 {frequency.high_of_three} 单以上为高，{frequency.medium_of_three} 单以上为中，更少为低，"
        "从未买过为“无”。",
        "Within {frequency.window_days} days: high from {frequency.high_of_three} orders on, medium from "
        "{frequency.medium_of_three}, else low; none before the first purchase.",
    ),
    "rule.value_class": (
        "近 12 个月金额满 {value.high:,f} 为高，满 {value.medium:,f} 为中，其余为低；从未买过为空。",
        "By the amount of twelve months: high from {value.high:,f} on, medium from {value.medium:,f}, else low; empty "
        "before the first purchase.",
    ),
    "rule.value_class.pareto": (
        "按近 12 个月金额从大到小，合计占全部 {value.high_share:.0%} 的客户为高，到 {value.medium_share:.0%} 的为中，其余为低；"
        "从未买过为空。",
        "By the amount of twelve months, the largest first: customers who together bring {value.high_share:.0%} of the whole "
        "are high, up to {value.medium_share:.0%} medium, else low; empty before the first purchase.",
    ),
    "rule.value_class.two": ("只分两级：中也算低。", "With two levels, medium counts as low."),
    "rule.value_effective": (
        "填了人工客户价值就用它，否则用自动得出的。",
        "The value set by hand where there is one, else the computed one.",
    ),
    "rule.loyalty": (
        "满分 100：近 {loyalty.quarters} 个季度中有购买的季度（满 {loyalty.full_quarters} 个得 {loyalty.quarter_points} 分）、首次购买"
        "至今的天数（满 {loyalty.full_days} 天得 {loyalty.age_points} 分）、{loyalty.score_months} 个月内的评分（最多 "
        "{loyalty.score_points} 分，没有评分得 {loyalty.unknown_score_points} 分）。",
        "Points for quarters with a purchase among the last {loyalty.quarters} ({loyalty.full_quarters} earn "
        "{loyalty.quarter_points}), for days since the first purchase ({loyalty.full_days} earn {loyalty.age_points}) and for "
        "scores given within {loyalty.score_months} months (up to {loyalty.score_points}; {loyalty.unknown_score_points} "
        "without any).",
    ),
    "rule.lifecycle": (
        "没买过为潜在；最近购买在 {lifecycle.active_days} 天或 {lifecycle.active_cycles:f} 个平均周期（取长的）以内为活跃；超过 "
        "{lifecycle.churn_days} 天或 {lifecycle.churn_cycles:f} 个周期（取长的）为流失。",
        "Prospect before the first purchase; active up to {lifecycle.active_days} days or {lifecycle.active_cycles:f} average "
        "cycles after the last one, whichever is longer; lost after {lifecycle.churn_days} days or {lifecycle.churn_cycles:f} "
        "cycles.",
    ),
    "rule.lifecycle.sleeping": ("两者之间为沉睡。", "Sleeping in between."),
    "rule.lifecycle.awake": ("两者之间仍算活跃。", "Active in between as well."),
    "rule.lifecycle_effective": (
        "填了人工生命周期就用它，否则用自动得出的。",
        "The state set by hand where there is one, else the computed one.",
    ),
    "rule.key_customer": (
        "客户等级为 {key_levels:zh}，或客户价值（有效）为高，或在分组{key_groups:zh}里。",
        "Level {key_levels:en}, or of high (effective) value, or in the group {key_groups:en}.",
    ),
    "rule.satisfaction": (
        "{satisfaction.months} 个月内反馈评分和服务满意度的平均，1 到 5 分。",
        "Mean of the scores of feedback and tickets within {satisfaction.months} months, 1 to 5.",
    ),
    "rule.age": ("出生日期到统计日的周岁。", "Whole years from the birth date to the evaluation date."),
    "rule.area": (
        "由省份得出（分法见设置 areas）；没有省份的看国家；国外的归入国外。",
        "From the province (the division is the setting areas), else from the country; abroad for other countries.",
    ),
    # 5.5 follow-up
    "rule.last_interaction": ("最近一次互动的日期。", "Day of the latest interaction."),
    "rule.last_effective_interaction": (
        "最近一次联系上的互动的日期（结果为{useless:zh}的不算）。",
        "Day of the latest interaction that reached somebody (not with the result {useless:en}).",
    ),
    "rule.planned_follow_up": (
        "最近一次互动约定的跟进日期。",
        "The follow-up date agreed on in the latest interaction.",
    ),
    "rule.follow_up_done": (
        "约了跟进之后又有互动，就算完成。",
        "Whether a later interaction closed the follow-up that was agreed on.",
    ),
    "rule.next_visit": (
        "约好的跟进日期；没有约的，从最近一次联系上（或建档）起，重点客户隔 {follow_up.key_months} 个月，{visits:zh}其他隔 "
        "{follow_up.other_months} 个月；重点客户取两者中早的。拒绝一切联系、停用的客户没有。",
        "The follow-up agreed on; without one, after the latest contact (or registration) {follow_up.key_months} months for "
        "key customers, {visits:en}{follow_up.other_months} for others; for key customers the earlier of both. None for "
        "customers who refused all contact or are not in use.",
    ),
    "rule.next_visit.weekends": (
        "遇周末和设置中的假日顺延。",
        "Weekends and the holidays of the settings move on to the next working day.",
    ),
    "rule.next_visit.holidays": (
        "遇设置中的假日顺延。",
        "The holidays of the settings move on to the next day.",
    ),
    "rule.next_visit.lost": ("流失客户也要回访。", "Lost customers are visited, too."),
    "rule.next_visit.not-lost": ("流失客户不再回访。", "None for lost customers."),
    "rule.overdue_days": (
        "统计日超过下次回访日期的天数；没到期为 0。",
        "Days since the next visit was due; 0 if it is not.",
    ),
    "rule.revisit_state": (
        "下次回访日期已过为逾期，当天为今天，{follow_up.week_days} 天内为一周内，{follow_up.month_days} 天内为一月内，更晚为以后；"
        "没有日期为不需要。",
        "By the days until the next visit: overdue, today, within a week ({follow_up.week_days} days), within a month "
        "({follow_up.month_days} days), later; not needed without one.",
    ),
    "rule.next_verification": (
        "上次核实（或建档）之后，重点客户 {verification.key_months} 个月，其他客户 {verification.other_months} 个月。",
        "After the last verification (or registration) {verification.key_months} months for key customers, "
        "{verification.other_months} for others.",
    ),
    # 5.6 quality, duplicates, consent
    "rule.completeness": (
        "已填字段的权重 ÷ 应填字段的权重 × 100：必填 {completeness.required_weight}，建议填 {completeness.recommended_weight}，"
        "选填 {completeness.optional_weight}；至少填一项的几列算一项必填；敏感信息、自动编号和不适用的不算；“无”“N/A”之类算没填。",
        "Weight of the fields filled in ÷ weight of those that apply × 100: required {completeness.required_weight}, "
        "recommended {completeness.recommended_weight}, optional {completeness.optional_weight}; fields of which one is enough "
        "count once, as required; sensitive data and what does not apply are left out; “N/A” and the like count as empty.",
    ),
    "rule.completeness_band": (
        "资料完整度 {completeness.complete} 以上为完整，{completeness.good} 以上为良好，{completeness.fair} 以上为一般，其余为欠缺。",
        "Complete from {completeness.complete} on, good from {completeness.good}, fair from {completeness.fair}, else poor.",
    ),
    "rule.duplicate_score": (
        "与别的客户最像的一对的得分：证照号相同 100，手机或邮箱相同 90，名称与城市相同 85，等等；{duplicates.certain} 以上高度疑似，"
        "{duplicates.suspect} 以上疑似，低于 {duplicates.least} 不提示。",
        "Score of the most likely pair with another customer: 100 for the same registration number, 90 for the same mobile or "
        "e-mail, 85 for the same name and city, and so on; very likely from {duplicates.certain} on, suspected from "
        "{duplicates.suspect}, not told below {duplicates.least}.",
    ),
    "rule.consent_state": (
        "各项目的最近一次的表示：✓ 同意，✗ 拒绝、撤回或过期。",
        "The latest word on each purpose: ✓ given, ✗ refused, withdrawn or expired.",
    ),
    "rule.due_on": (
        "收到之后：{laws:zh}；没写适用法律的按设置 rights.law。",
        "After receipt: {laws:en}; requests that name no law fall under the setting rights.law.",
    ),
    # deals, tickets, feedback
    "rule.weighted_amount": ("预计金额 × 成交概率，到分。", "Expected amount × probability, to the cent."),
    "rule.deal_age_days": (
        "从创建到关闭的天数；没关闭的算到统计日。",
        "Days from creation to the day it was closed, or to the evaluation date.",
    ),
    "rule.stage_age_days": (
        "进入现在这个阶段以来的天数（按历史记录；没有改过的从创建算起）。",
        "Days since the deal came into its stage (by the history; since creation where it never changed).",
    ),
    "rule.deal_overdue": (
        "预计成交日期已过而阶段还不是{closed_deals:zh}。",
        "Whether the expected close is past and the stage is none of {closed_deals:en}.",
    ),
    "rule.response_hours": (
        "从提出到首次回复的小时数。",
        "Hours from opening to the first reply.",
    ),
    "rule.resolve_hours": ("从提出到解决的小时数。", "Hours from opening to the solution."),
    "rule.sla_breached": (
        "首次回复超过时限：紧急 {service.urgent} 小时，高 {service.high}，中 {service.medium}，低 {service.low}。",
        "Whether the first reply took longer than {service.urgent} hours (urgent), {service.high} (high), {service.medium} "
        "(medium) or {service.low} (low).",
    ),
    "rule.open_days": (
        "从提出到解决的天数；没解决的算到统计日。",
        "Days from opening to the solution, or to the evaluation date while it is open.",
    ),
    "rule.open_tickets": (
        "该客户还没解决的工单数（状态不是{closed_tickets:zh}）。",
        "The customer's tickets that are not solved (status none of {closed_tickets:en}).",
    ),
    "rule.sentiment_suggested": (
        "内容中褒义词多为正面，贬义词多为负面，一样多为中性；“不”“没”之后的词反过来算。词表见设置 sentiment。",
        "Positive with more good words than bad ones, negative with fewer, else neutral; words after a negation count for "
        "the other side. The words are the setting sentiment.",
    ),
}

-- Open risks and the ARR behind them, one row per category and whether the risk is escalated.
-- Params: as_of date.
-- Uses: open_risks.
-- An account with an escalated and another risk of a category stands with the escalated ones.
select
    open_risks.category,
    open_risks.escalated_on is not null as is_escalated,
    count(*) as risks,
    sum(case when open_risks.counts_in_category then 1 else 0 end) as accounts,
    sum(case when open_risks.counts_in_category then open_risks.arr else 0 end) as arr,
    sum(case when open_risks.counts_in_all then 1 else 0 end) as accounts_in_all,
    sum(case when open_risks.counts_in_all then open_risks.arr else 0 end) as arr_in_all,
    sum(
        case when open_risks.counts_in_category and open_risks.arr is null then 1 else 0 end
    ) as without_arr,
    sum(
        case
            when owners.member_id is null or owners.left_on <= :as_of then 1
            else 0
        end
    ) as without_owner,
    min(open_risks.opened_on) as oldest_on
from open_risks
left join team_members as owners
    on open_risks.owner_id = owners.member_id
group by open_risks.category, open_risks.escalated_on is not null
order by open_risks.category, is_escalated

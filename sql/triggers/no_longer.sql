-- Risks that a rule opened, are open, and whose trigger does not fire any more, one row per risk.
-- Params: as_of date, the risk policy.
-- Uses: judgements, open_risks.
-- The trigger finds the customer well, cannot judge it, or there is none: the account is no customer, or the
-- category has no trigger.
select
    open_risks.risk_id,
    open_risks.account_id,
    open_risks.account_name,
    open_risks.segment,
    team_members.name as csm_name,
    open_risks.category,
    case
        when judgements.account_id is null then 'no trigger for it'
        when judgements.not_judged is not null then judgements.not_judged
        else 'does not fire'
    end as why,
    open_risks.opened_on,
    open_risks.age_days,
    open_risks.arr,
    case
        when
            row_number() over (
                partition by open_risks.account_id
                order by open_risks.opened_on, open_risks.risk_id
            ) = 1
            then open_risks.arr
        else 0
    end as arr_counted
from open_risks
left join judgements
    on
        open_risks.account_id = judgements.account_id
        and open_risks.category = judgements.category
left join team_members
    on open_risks.csm_id = team_members.member_id
where
    open_risks.source = 'auto'
    and not coalesce(judgements.fires, false)
order by open_risks.arr desc nulls last, open_risks.account_id, open_risks.category, open_risks.risk_id

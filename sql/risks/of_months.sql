-- Risks behind fiscal months, one row per risk and what it did in the window, the oldest first.
-- Params: as_of date, since date, until date (exclusive): the months.
-- Uses: visible_risks.
with

done as (

    select
        risk_id,
        'opened' as what
    from visible_risks
    where
        (cast(:since as date) is null or opened_on >= :since)
        and (cast(:until as date) is null or opened_on < :until)

    union all

    select
        risk_id,
        'resolved' as what
    from visible_risks
    where
        resolved_on is not null
        and (cast(:since as date) is null or resolved_on >= :since)
        and (cast(:until as date) is null or resolved_on < :until)

    union all

    select
        risk_id,
        'open at the end' as what
    from visible_risks
    where
        (cast(:until as date) is null or opened_on < :until)
        and (resolved_on is null or resolved_on >= :until)

)

select
    visible_risks.risk_id,
    visible_risks.account_id,
    visible_risks.account_name,
    visible_risks.segment,
    visible_risks.category,
    done.what,
    visible_risks.source,
    visible_risks.severity,
    visible_risks.opened_on,
    visible_risks.resolved_on
from done
inner join visible_risks
    on done.risk_id = visible_risks.risk_id
order by visible_risks.opened_on, visible_risks.risk_id, done.what

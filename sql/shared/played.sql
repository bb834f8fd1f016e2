-- Healthy customers with the play for them, one row per customer.
-- Params: healthy_bands list, plays varchar.
-- Uses: prioritised.
-- Stage and maturity are named as they stand; the play is found without case. Maturity has no history: it is
-- today's on every as-of date.
select
    prioritised.account_id,
    prioritised.account_name,
    prioritised.segment,
    prioritised.csm_id,
    prioritised.lifecycle_stage,
    coalesce(nullif(trim(accounts.maturity), ''), 'Unknown') as maturity,
    coalesce(
        nullif(
            split_part(
                split_part(
                    :plays,
                    '|' || lower(trim(replace(replace(prioritised.lifecycle_stage, '_', ' '), '-', ' ')))
                    || '/' || lower(trim(replace(replace(accounts.maturity, '_', ' '), '-', ' '))) || '=',
                    2
                ),
                '|',
                1
            ),
            ''
        ),
        'no play named'
    ) as play,
    prioritised.overall_score,
    prioritised.arr
from prioritised
inner join accounts
    on prioritised.account_id = accounts.account_id
where prioritised.health_band in :healthy_bands

-- Stages as the company writes them, with the name they are shown under and their limit, one row per word.
-- Params: stage_limits varchar.
-- Known stages compare without case; any other word is shown as unmapped and never dropped.
select
    word,
    case lower(trim(word))
        when 'onboarding' then 'Onboarding'
        when 'adoption' then 'Adoption'
        when 'renewal' then 'Renewal'
        when 'expansion' then 'Expansion'
        when 'churned' then 'Churned'
        when '' then 'unmapped: no stage'
        else 'unmapped: ' || word
    end as stage,
    cast(
        try_cast(
            split_part(
                split_part(
                    :stage_limits,
                    '|' || lower(trim(replace(replace(word, '_', ' '), '-', ' '))) || '=',
                    2
                ),
                '|',
                1
            ) as decimal(28, 6)
        ) as integer
    ) as limit_days
from (
    select distinct coalesce(lifecycle_stage, '') as word
    from account_spans
) as words

-- ARR and customers lost by a part of the book, one row per movement and part.
-- Params: as_of date, since date, until date (exclusive), level varchar, split_by varchar.
-- Uses: lost_parts.
-- Rests on: accounts.
with

summed as (

    select
        movement,
        part,
        count(*) as losses,
        count(distinct unit_id) as accounts,
        sum(arr_lost) as arr_lost,
        sum(case when control = 'controllable' then arr_lost else 0 end) as arr_controllable,
        sum(case when control = 'unknown' then arr_lost else 0 end) as arr_unknown
    from lost_parts
    group by movement, part

)

select
    summed.movement,
    summed.part,
    coalesce(csms.name, products.product_name, summed.part) as label,
    summed.losses,
    summed.accounts,
    summed.arr_lost,
    summed.arr_controllable,
    summed.arr_unknown
from summed
left join team_members as csms
    on :split_by = 'csm' and summed.part = csms.member_id
left join products
    on :split_by = 'product' and summed.part = products.product_id
order by summed.movement, summed.arr_lost desc nulls last, summed.part nulls last

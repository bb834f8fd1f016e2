-- The company each account belongs to at last, one row per account.
-- An account without a parent is its own; of parents that go round in a circle the first by id is taken, also
-- for those that lead into the circle: after ten steps who has met no end is in it.
with recursive

ancestors as (

    select
        account_id,
        account_id as ancestor_id,
        0 as steps
    from accounts

    union all

    select
        ancestors.account_id,
        accounts.parent_account_id as ancestor_id,
        ancestors.steps + 1 as steps
    from ancestors
    inner join accounts
        on ancestors.ancestor_id = accounts.account_id
    inner join accounts as parents
        on accounts.parent_account_id = parents.account_id
    where ancestors.steps < 20

),

tops as (

    select
        ancestors.account_id,
        max(
            case
                when accounts.parent_account_id is null or parents.account_id is null
                    then ancestors.ancestor_id
            end
        ) as top_id,
        min(case when ancestors.steps > 10 then ancestors.ancestor_id end) as first_id
    from ancestors
    inner join accounts
        on ancestors.ancestor_id = accounts.account_id
    left join accounts as parents
        on accounts.parent_account_id = parents.account_id
    group by ancestors.account_id

)

select
    account_id,
    coalesce(top_id, first_id, account_id) as root_id
from tops

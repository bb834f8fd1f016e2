-- Tables of the contract with their size and age, one row per table.
select
    table_name,
    is_loaded,
    loaded_rows,
    quarantined_rows,
    freshest_on
from loaded_tables
order by table_name

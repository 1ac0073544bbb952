-- seeds/personal_shares.csv: min_orders starts at 0 and no two bands share one;
-- personal_share is from 0 to 1 and at least that of the band before.
with

bands as (

    select
        *,
        row_number() over (order by min_orders asc nulls first, band asc) as position,
        lag(min_orders) over (order by min_orders asc nulls first, band asc)
            as previous_min_orders,
        lag(personal_share) over (order by min_orders asc nulls first, band asc)
            as previous_personal_share
    from {{ ref('personal_shares') }}

)

select
    band,
    min_orders,
    personal_share,
    case
        when min_orders is null or (position = 1 and min_orders != 0)
            then 'min_orders of the first band must be 0'
        when min_orders = previous_min_orders
            then 'min_orders must differ from that of the band before'
        when coalesce(personal_share < 0 or personal_share > 1, true)
            then 'personal_share must be from 0 to 1'
        else 'personal_share must be at least that of the band before'
    end as problem
from bands
where
    min_orders is null
    or (position = 1 and min_orders != 0)
    or min_orders = previous_min_orders
    or coalesce(personal_share < 0 or personal_share > 1, true)
    or personal_share < previous_personal_share

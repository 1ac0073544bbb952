with

folds as (

    select * from {{ ref('folds') }}

),

keys as (

    select * from {{ ref('int_folds__customer_keys') }}

),

purchases as (

    select * from {{ ref('int_folds__interactions') }}
    where
        interaction_type = 'purchase'
        and customer_key is not null

),

earliest as (

    select min(cutoff_at) as cutoff_at
    from folds

),

-- As they were known in every fold: what came later would choose customers by the
-- future.
activity as (

    select
        purchases.customer_key,
        count(distinct purchases.basket_key) as count_orders
    from purchases
    cross join earliest
    where purchases.occurred_at < earliest.cutoff_at
    group by purchases.customer_key

),

drawn as (

    select
        keys.customer_key,
        keys.customer_id,
        case
            when activity.count_orders is null then 'none'
            else {{ aisle.order_history_band('activity.count_orders') }}
        end as stratum,
        {{ aisle.hash_uniform("concat_ws('', 'unseen:', keys.customer_id)") }} as draw
    from keys
    left join activity
        on keys.customer_key = activity.customer_key

),

numbered as (

    select
        *,
        row_number() over (
            partition by stratum
            order by draw asc, customer_id asc
        ) as position
    from drawn

),

-- Of every stratum the same share; whoever came later is drawn without looking at the
-- others who did.
final as (

    select customer_key
    from numbered
    where
        case
            when stratum = 'none' then draw < {{ var('unseen_customer_rate') }}
            else
                floor(position * {{ var('unseen_customer_rate') }})
                > floor((position - 1) * {{ var('unseen_customer_rate') }})
        end

)

select * from final

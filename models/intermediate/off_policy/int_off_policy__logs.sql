with

cells as (

    select * from {{ ref('int_off_policy__cells') }}

),

products as (

    select
        experiment_id,
        placement,
        count(distinct product_id) as count_products
    from cells
    group by experiment_id, placement

),

summed as (

    select
        experiment_id,
        placement,
        policy,
        count(distinct slot) as count_slots,
        sum(count_rows) as count_rows,
        sum(count_clicks) as count_clicks,
        min(least_propensity) as least_propensity,
        max(most_propensity) as most_propensity
    from cells
    group by experiment_id, placement, policy

),

final as (

    select
        cast(
            row_number() over (
                order by
                    summed.experiment_id asc,
                    summed.placement asc nulls last,
                    summed.policy asc nulls last
            ) as bigint
        ) as log_key,
        summed.experiment_id,
        summed.placement,
        summed.policy,
        products.count_products,
        cast(summed.count_slots as bigint) as count_slots,
        cast(summed.count_rows as bigint) as count_rows,
        cast(summed.count_clicks as bigint) as count_clicks,
        summed.least_propensity * products.count_products > 0.999
        and summed.most_propensity * products.count_products < 1.001 as is_uniform
    from summed
    inner join products
        on
            summed.experiment_id = products.experiment_id
            and summed.placement = products.placement

)

select * from final

with

impressions as (

    select * from {{ ref('int_off_policy__impressions') }}

),

cells as (

    select * from {{ ref('int_off_policy__cells') }}

),

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

-- What is asked about: the slots whose products were drawn.
slots as (

    select distinct
        experiment_id,
        placement,
        slot
    from cells

),

products as (

    select distinct
        experiment_id,
        placement,
        product_id
    from cells

),

counts as (

    select distinct
        experiment_id,
        placement,
        count_products
    from logs

),

-- Outside of experiments two policies have customers of their own: what one of them
-- earned is no truth for the other. The rates of one that draws evenly are known better
-- than by counting.
shown as (

    select
        impressions.experiment_id,
        impressions.placement,
        impressions.policy,
        impressions.slot,
        impressions.product_id,
        count(*) as count_rows,
        count(case when impressions.is_clicked then 1 end) as count_clicks
    from impressions
    inner join slots
        on
            impressions.experiment_id = slots.experiment_id
            and impressions.placement = slots.placement
            and impressions.slot = slots.slot
    left join logs
        on
            impressions.experiment_id = logs.experiment_id
            and impressions.placement = logs.placement
            and impressions.policy = logs.policy
    where
        impressions.experiment_id != 'none'
        and not coalesce(logs.is_uniform, false)
    group by
        impressions.experiment_id,
        impressions.placement,
        impressions.policy,
        impressions.slot,
        impressions.product_id

),

final as (

    select
        slots.experiment_id,
        slots.placement,
        'random' as target_kind,
        'random' as target,
        slots.slot,
        products.product_id,
        1 / cast(counts.count_products as double) as probability,
        cast(null as bigint) as count_rows,
        cast(null as bigint) as count_clicks
    from slots
    inner join products
        on
            slots.experiment_id = products.experiment_id
            and slots.placement = products.placement
    inner join counts
        on
            slots.experiment_id = counts.experiment_id
            and slots.placement = counts.placement
    union all
    select
        experiment_id,
        placement,
        'variant' as target_kind,
        policy as target,
        slot,
        product_id,
        count_rows / cast(
            sum(count_rows) over (
                partition by experiment_id, placement, policy, slot
            ) as double
        ) as probability,
        count_rows,
        count_clicks
    from shown

)

select * from final

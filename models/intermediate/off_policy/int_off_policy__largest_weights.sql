with

impressions as (

    select * from {{ ref('int_off_policy__impressions') }}
    where propensity is not null

),

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

weighted as (

    select * from {{ ref('int_off_policy__weighted') }}
    where count_rows > 0

),

listed as (

    select * from {{ ref('int_off_policy__listed') }}

),

ranked as (

    select
        log_key,
        target_kind,
        target,
        slot,
        product_id,
        least_propensity,
        probability / least_propensity as weight,
        row_number() over (
            partition by log_key, target_kind, target
            order by
                probability / least_propensity desc,
                slot asc nulls last,
                product_id asc,
                half asc nulls last
        ) as rank
    from weighted

),

listed_ranked as (

    select
        log_key,
        target_kind,
        target,
        impression_id,
        propensity,
        weight,
        row_number() over (
            partition by log_key, target_kind, target
            order by
                weight desc,
                slot asc nulls last,
                product_id asc,
                impression_id asc,
                customer_id asc nulls last
        ) as rank
    from listed

),

largest as (

    select
        logs.log_key,
        logs.experiment_id,
        logs.placement,
        logs.policy,
        ranked.target_kind,
        ranked.target,
        ranked.slot,
        ranked.product_id,
        ranked.least_propensity,
        ranked.weight
    from ranked
    inner join logs
        on ranked.log_key = logs.log_key
    where ranked.rank = 1

),

final as (

    select
        largest.log_key,
        largest.target_kind,
        largest.target,
        min(impressions.impression_id) as impression_id,
        largest.least_propensity as propensity,
        largest.weight
    from largest
    inner join impressions
        on
            largest.experiment_id = impressions.experiment_id
            and largest.placement = impressions.placement
            and largest.policy = impressions.policy
            and largest.slot = impressions.slot
            and largest.product_id = impressions.product_id
            and largest.least_propensity = impressions.propensity
    group by
        largest.log_key,
        largest.target_kind,
        largest.target,
        largest.least_propensity,
        largest.weight
    union all
    select
        log_key,
        target_kind,
        target,
        impression_id,
        propensity,
        weight
    from listed_ranked
    where rank = 1

)

select * from final

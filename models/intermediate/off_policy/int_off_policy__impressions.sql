with

impressions as (

    select * from {{ ref('int_folds__impression_log') }}

),

-- In an experiment chance decides who sees which variant, so a variant is one policy
-- whatever strategies it mixes; outside of one, a strategy is. Less than one draw in a
-- billion is no draw, and its square would not fit into exact sums.
final as (

    select
        impression_id,
        customer_id,
        coalesce(experiment_id, 'none') as experiment_id,
        coalesce(placement, 'none') as placement,
        coalesce(case when experiment_id is null then strategy else variant end, 'none')
            as policy,
        cast(coalesce(slot, 0) as bigint) as slot,
        product_id,
        case when {{ aisle.hash_uniform("impression_id") }} < 0.5 then 1 else 2 end
            as half,
        case when propensity is not null then greatest(propensity, 1e-9) end
            as propensity,
        clicked_at is not null as is_clicked
    from impressions
    where product_id is not null

)

select * from final

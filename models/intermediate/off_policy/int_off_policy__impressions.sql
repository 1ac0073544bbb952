with

impressions as (

    select * from {{ ref('int_folds__impression_log') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'test'

),

-- In an experiment chance decides who sees which variant, so a variant is one policy
-- whatever strategies it mixes; outside of one, a strategy is. Less than one draw in a
-- billion is no draw, and its square would not fit into exact sums.
final as (

    select
        impressions.impression_id,
        impressions.customer_id,
        coalesce(impressions.experiment_id, 'none') as experiment_id,
        coalesce(impressions.placement, 'none') as placement,
        coalesce(
            case
                when impressions.experiment_id is null then impressions.strategy
                else impressions.variant
            end,
            'none'
        ) as policy,
        cast(coalesce(impressions.slot, 0) as bigint) as slot,
        impressions.product_id,
        case
            when {{ aisle.hash_uniform("impressions.impression_id") }} < 0.5 then 1
            else 2
        end as half,
        case
            when impressions.propensity is not null
                then greatest(impressions.propensity, 1e-9)
        end as propensity,
        impressions.clicked_at is not null as is_clicked,
        folds.fold_id is not null as is_tested
    from impressions
    left join folds
        on
            impressions.served_at >= folds.holdout_starts_at
            and impressions.served_at < folds.holdout_ends_at
    where impressions.product_id is not null

)

select * from final

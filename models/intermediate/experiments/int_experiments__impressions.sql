{{ config(materialized='view') }}

with

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where
        experiment_id is not null
        and variant is not null
        and customer_id is not null

),

experiments as (

    select * from {{ ref('experiments') }}

),

-- Before the first planned day and after the last all are served alike.
final as (

    select
        impressions.impression_id,
        impressions.customer_id,
        impressions.product_id,
        impressions.experiment_id,
        impressions.variant,
        impressions.release_id,
        impressions.scenario_id,
        impressions.served_at,
        impressions.clicked_at
    from impressions
    left join experiments
        on impressions.experiment_id = experiments.experiment_id
    where
        coalesce(
            impressions.served_at >= {{ aisle.utc_midnight('experiments.starts_on') }},
            true
        )
        and coalesce(
            impressions.served_at
            < {{ aisle.utc_midnight('experiments.ends_on + 1') }},
            true
        )

)

select * from final

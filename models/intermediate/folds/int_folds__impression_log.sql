with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

impressions as (

    select * from {{ ref('input_impressions') }}

),

-- One that was logged twice was seen once: as its first row says, but for the click,
-- which is the first that any of its rows can have led to.
numbered as (

    select
        *,
        min(case when clicked_at >= served_at then clicked_at end) over (
            partition by impression_id, customer_id, product_id
        ) as first_clicked_at,
        row_number() over (
            partition by impression_id, customer_id, product_id
            order by served_at asc nulls last, source_row_id asc
        ) as position
    from impressions
    where
        impression_id is not null
        and served_at is not null

),

final as (

    select
        numbered.impression_id,
        numbered.customer_id,
        numbered.product_id,
        lower(trim(numbered.placement)) as placement,
        numbered.release_id,
        numbered.strategy,
        numbered.scenario_id,
        trim(numbered.experiment_id) as experiment_id,
        lower(trim(numbered.variant)) as variant,
        numbered.slot,
        case
            when numbered.propensity > 0 and numbered.propensity <= 1
                then numbered.propensity
        end as propensity,
        coalesce(numbered.is_discovery, false) as is_discovery,
        numbered.served_at,
        case
            when numbered.first_clicked_at < folds.cutoff_at
                then numbered.first_clicked_at
        end as clicked_at
    from numbered
    inner join folds
        on numbered.served_at < folds.cutoff_at
    where numbered.position = 1

)

select * from final

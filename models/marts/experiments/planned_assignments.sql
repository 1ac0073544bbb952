with

experiments as (

    select * from {{ ref('experiments') }}

),

variants as (

    select * from {{ ref('experiment_variants') }}

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}
    where fold_id = 'serving'

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

-- Each variant holds the part of [0, 1) between the shares before it and its own.
parts as (

    select
        variants.experiment_id,
        variants.variant,
        experiments.salt,
        coalesce(sum({{ aisle.exact_decimal('variants.share') }}) over (
            partition by variants.experiment_id
            order by variants.position asc
            rows between unbounded preceding and 1 preceding
        ), 0) as starts_at_share,
        sum({{ aisle.exact_decimal('variants.share') }}) over (
            partition by variants.experiment_id
            order by variants.position asc
            rows between unbounded preceding and current row
        ) as ends_at_share
    from variants
    inner join experiments
        on variants.experiment_id = experiments.experiment_id
    cross join folds
    where
        coalesce(
            experiments.ends_on >= {{ aisle.local_date('folds.cutoff_at') }}, true
        )

),

buckets as (

    select
        parts.experiment_id,
        customers.customer_id,
        parts.variant,
        parts.starts_at_share,
        parts.ends_at_share,
        {{ aisle.assignment_bucket(
            'parts.experiment_id', 'customers.customer_id', 'parts.salt'
        ) }} as bucket
    from parts
    cross join customers

),

final as (

    select
        experiment_id,
        customer_id,
        variant,
        cast(bucket as double) as bucket
    from buckets
    where
        bucket >= starts_at_share
        and bucket < ends_at_share

)

select * from final

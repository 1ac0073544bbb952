{#- The first list of this many days after the cutoff: late enough for most to have had
    one, early enough for something to be left of the month. -#}
{%- set first_days = 7 -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'test'

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where
        placement = 'home'
        and slot is not null

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

product_keys as (

    select * from {{ ref('int_folds__product_keys') }}

),

shown as (

    select
        folds.fold_id,
        customers.customer_key,
        product_keys.product_key,
        impressions.slot,
        impressions.served_at,
        impressions.release_id,
        min(impressions.served_at) over (
            partition by folds.fold_id, customers.customer_key
        ) as first_served_at,
        cast(
            floor({{ aisle.elapsed_days(
                'folds.holdout_starts_at', 'impressions.served_at'
            ) }} / 7) as integer
        ) + 1 as shown_week
    from impressions
    inner join folds
        on
            impressions.served_at >= folds.holdout_starts_at
            and impressions.served_at < {{ aisle.add_days(
                'folds.holdout_starts_at', first_days
            ) }}
            and impressions.served_at < folds.holdout_ends_at
    inner join customers
        on
            folds.fold_id = customers.fold_id
            and impressions.customer_id = customers.customer_id
    inner join product_keys
        on impressions.product_id = product_keys.product_id

),

distinct_products as (

    select
        fold_id,
        customer_key,
        product_key,
        min(shown_week) as shown_week,
        min(slot) as slot
    from shown
    where {{ aisle.shown_together('first_served_at', 'served_at') }}
    group by fold_id, customer_key, product_key

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        shown_week,
        cast(
            row_number() over (
                partition by fold_id, customer_key
                order by slot asc nulls last, product_key asc
            ) as integer
        ) as place
    from distinct_products

)

select * from final

{{ config(materialized='view') }}

with

shelves as (

    select * from {{ ref('int_ranking__shelves') }}

),

fold_rules as (

    select * from {{ ref('int_rules__fold_rules') }}
    where action = 'pin'

),

product_hits as (

    select * from {{ ref('int_rules__product_hits') }}

),

products as (

    select * from {{ ref('int_features__products') }}
    where is_sellable

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}

),

pinned as (

    select distinct
        products.fold_id,
        products.product_key,
        products.popularity_rank,
        products.count_buyers_30d,
        products.typical_interval_days
    from fold_rules
    inner join product_hits
        on
            fold_rules.fold_id = product_hits.fold_id
            and fold_rules.rule_number = product_hits.rule_number
    inner join products
        on
            product_hits.fold_id = products.fold_id
            and product_hits.product_key = products.product_key

),

-- Nobody is gone through where nothing is pinned.
pinned_folds as (

    select distinct fold_id
    from pinned

),

customers as (

    select
        shelves.fold_id,
        shelves.customer_key,
        {% for placement in aisle.shelves() -%}
            min(shelves.{{ placement }}_strategy) as {{ placement }}_strategy,
        {% endfor -%}
        min(shelves.personal_share) as personal_share
    from shelves
    inner join pinned_folds
        on shelves.fold_id = pinned_folds.fold_id
    group by shelves.fold_id, shelves.customer_key

),

-- What is pinned is shown to those too for whom no source has found it.
added as (

    select
        customers.*,
        pinned.product_key,
        pinned.popularity_rank,
        pinned.count_buyers_30d,
        pinned.typical_interval_days
    from customers
    inner join pinned
        on customers.fold_id = pinned.fold_id
    left join shelves
        on
            customers.fold_id = shelves.fold_id
            and customers.customer_key = shelves.customer_key
            and pinned.product_key = shelves.product_key
    where shelves.product_key is null

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        true as is_candidate,
        personal_share,
        is_bought,
        {% for placement in aisle.shelves() -%}
            {{ placement }}_strategy,
            {{ placement }}_score,
        {% endfor -%}
        newcomers_score,
        count_buyers_30d,
        popularity_rank,
        is_disliked,
        last_purchase_age_days,
        typical_interval_days
    from shelves
    union all
    select
        added.fold_id,
        added.customer_key,
        added.product_key,
        false as is_candidate,
        added.personal_share,
        coalesce(customer_products.is_bought, false) as is_bought,
        {% for placement in aisle.shelves() -%}
            added.{{ placement }}_strategy,
            cast(null as double) as {{ placement }}_score,
        {% endfor -%}
        cast(null as double) as newcomers_score,
        added.count_buyers_30d,
        added.popularity_rank,
        coalesce(customer_products.is_disliked, false) as is_disliked,
        customer_products.last_purchase_age_days,
        coalesce(
            customer_products.typical_interval_days, added.typical_interval_days
        ) as typical_interval_days
    from added
    left join customer_products
        on
            added.fold_id = customer_products.fold_id
            and added.customer_key = customer_products.customer_key
            and added.product_key = customer_products.product_key

)

select * from final

with

live_lists as (

    select * from {{ ref('int_shadow__live_lists') }}

),

candidate_lists as (

    select * from {{ ref('int_recommendations__slots') }}
    where week_part is null

),

product_keys as (

    select * from {{ ref('int_folds__product_keys') }}

),

hits as (

    select * from {{ ref('int_rules__hits') }}
    where fold_id = 'serving'

),

effects as (

    select * from {{ ref('int_rules__effects') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'

),

live_customers as (

    select
        customer_id,
        placement,
        min(release_id) as release_id
    from live_lists
    group by customer_id, placement

),

-- Who was shown a list and would get one is who would see a change.
customers as (

    select
        candidate_lists.customer_id,
        candidate_lists.placement,
        candidate_lists.customer_key,
        min(live_customers.release_id) as release_id
    from candidate_lists
    inner join live_customers
        on
            candidate_lists.customer_id = live_customers.customer_id
            and candidate_lists.placement = live_customers.placement
    group by
        candidate_lists.customer_id,
        candidate_lists.placement,
        candidate_lists.customer_key

),

listed as (

    select
        customer_id,
        placement,
        product_id,
        place as live_place,
        cast(null as integer) as candidate_place
    from live_lists
    union all
    select
        customer_id,
        placement,
        product_id,
        cast(null as integer) as live_place,
        slot as candidate_place
    from candidate_lists

),

products as (

    select
        customer_id,
        placement,
        product_id,
        max(live_place) as live_place,
        max(candidate_place) as candidate_place
    from listed
    group by customer_id, placement, product_id

),

final as (

    select
        products.placement,
        products.customer_id,
        products.product_id,
        customers.customer_key,
        customers.release_id,
        products.live_place,
        products.candidate_place,
        effects.removed_by_rule_id,
        coalesce(effects.multiplier, 1) as multiplier
    from products
    inner join customers
        on
            products.customer_id = customers.customer_id
            and products.placement = customers.placement
    left join product_keys
        on products.product_id = product_keys.product_id
    left join hits
        on
            customers.customer_key = hits.customer_key
            and product_keys.product_key = hits.product_key
    left join effects
        on
            products.placement = effects.placement
            and hits.rule_mask = effects.rule_mask

)

select * from final

with

folds as (

    select * from {{ ref('folds') }}
    where
        is_evaluated
        or fold_role = 'serving'

),

candidates as (

    select * from {{ ref('int_ranking__candidates') }}
    where fold_id in (select folds.fold_id from folds)

),

products as (

    select * from {{ ref('int_features__products') }}
    where is_sellable

),

-- Taken from all products: which ones are candidates depends on whom a fold scores, so
-- on who bought in its holdout.
best_sellers as (

    select
        fold_id,
        max(count_buyers_30d) as most_buyers_30d,
        max(count_buyers_7d) as most_buyers_7d
    from products
    group by fold_id

),

scaled as (

    select
        candidates.*,
        best_sellers.most_buyers_30d,
        best_sellers.most_buyers_7d
    from candidates
    inner join best_sellers
        on candidates.fold_id = best_sellers.fold_id

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        {% for signal, expression in aisle.blend_signals().items() -%}
            coalesce({{ expression }}, 0) as signal_{{ signal }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from scaled
    window customer as (partition by fold_id, customer_key)

)

select * from final

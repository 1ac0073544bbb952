{#- What a result is worth when it is learnt from, and the parts that say so. -#}
{%- set weights = {
    'purchase_part': aisle.checked_var('ranker_purchase_weight'),
    'revenue_part': aisle.checked_var('ranker_revenue_weight'),
    'click_part': aisle.checked_var('ranker_click_weight'),
} -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('train', 'validation')

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}

),

clicks as (

    select * from {{ ref('int_folds__holdout_clicks') }}

),

-- The place of the money among all purchases of the holdout, not the money itself: one
-- television would weigh as much as a hundred baskets, and be all that lists are for.
-- Whoever bought has looked, where no log says so either.
bought as (

    select
        relevant.fold_id,
        relevant.customer_key,
        relevant.product_key,
        cast(1 as double) as purchase_part,
        cume_dist() over (
            partition by relevant.fold_id
            order by relevant.revenue asc nulls first
        ) as revenue_part,
        cast(1 as double) as click_part
    from relevant
    inner join folds
        on relevant.fold_id = folds.fold_id

),

results as (

    select * from bought
    union all
    select
        fold_id,
        customer_key,
        product_key,
        cast(0 as double) as purchase_part,
        cast(0 as double) as revenue_part,
        cast(1 as double) as click_part
    from clicks

),

parts as (

    select
        fold_id,
        customer_key,
        product_key,
        {% for part in weights -%}
            max({{ part }}) as {{ part }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from results
    group by fold_id, customer_key, product_key

),

weighted as (

    select
        *,
        (
            {% for part, weight in weights.items() -%}
                {{ part }} * cast({{ weight }} as double)
                {%- if not loop.last %} + {% endif %}
            {% endfor %}
        ) / cast({{ weights.values() | sum }} as double) as worth
    from parts

),

-- However little it is worth, it is worth more than what came to nothing.
final as (

    select
        fold_id,
        customer_key,
        product_key,
        purchase_part,
        revenue_part,
        click_part,
        cast(greatest(round(15 * worth), 1) as integer) as grade
    from weighted
    where worth > 0

)

select * from final

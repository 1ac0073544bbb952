{%- set live = aisle.strategies()
    | selectattr('name', 'eq', var('live_strategy')) | first -%}

with

candidates as (

    select * from {{ ref('int_ranking__candidates') }}

),

blend as (

    select * from {{ ref('int_ranking__blend') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('validation', 'test', 'serving')

),

scored as (

    select
        candidates.fold_id,
        candidates.customer_key,
        candidates.product_key,
        candidates.is_personal,
        candidates.count_orders,
        candidates.last_purchase_age_days,
        {% for source in aisle.candidate_sources() if source.name != 'popularity' -%}
            candidates.{{ source.name }}_score,
        {% endfor -%}
        products.count_buyers_7d,
        products.count_buyers_30d,
        products.trend,
        products.popularity_rank,
        products.is_in_stock,
        products.is_one_off,
        blend.score as blend_score
    from candidates
    inner join folds
        on candidates.fold_id = folds.fold_id
    inner join products
        on
            candidates.fold_id = products.fold_id
            and candidates.product_key = products.product_key
    inner join blend
        on
            candidates.fold_id = blend.fold_id
            and candidates.customer_key = blend.customer_key
            and candidates.product_key = blend.product_key

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        is_personal,
        count_orders > 0 as is_bought,
        -- Who has no history, or is in a fold below its gates, gets best sellers.
        cast(
            case when is_personal then {{ live.score }} else count_buyers_30d end
            as double
        ) as score,
        popularity_rank,
        case
            when not is_in_stock then 'out_of_stock'
            when
                is_one_off
                and last_purchase_age_days <= {{ var('one_off_days') }}
                then 'recently_bought_one_off'
        end as removed_by_rule_id
    from scored

)

select * from final

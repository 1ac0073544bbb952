{%- set shelves = aisle.shelves() -%}
{%- set learned = aisle.strategies() | selectattr('level', 'gt', 3)
    | map(attribute='name') | list -%}

with

candidates as (

    select * from {{ ref('int_ranking__fused') }}

),

blend as (

    select * from {{ ref('int_ranking__blend') }}

),

ranker as (

    select * from {{ ref('int_ranking__ranker') }}

),

champions as (

    select
        {% for placement in shelves -%}
            max(case when placement = '{{ placement }}' then strategy end)
                as {{ placement }}_strategy,
        {% endfor -%}
        count(
            case
                {% for strategy in learned -%}
                    when strategy = '{{ strategy }}' then null
                {% endfor -%}
                else 1
            end
        ) as count_sources
    from {{ aisle.of_full_build('int_ranking__champions') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

personal_shares as (

    select * from {{ ref('int_candidates__personal_shares') }}

),

folds as (

    select * from {{ ref('folds') }}
    where
        is_evaluated
        or fold_role = 'serving'

),

-- Blend and ranker see what is worth ranking, a source as champion all it proposed.
scored as (

    select
        candidates.fold_id,
        candidates.customer_key,
        candidates.product_key,
        personal_shares.personal_share,
        candidates.is_bought,
        coalesce(customer_products.count_orders, 0) as count_orders,
        coalesce(customer_products.is_disliked, false) as is_disliked,
        customer_products.last_purchase_age_days,
        {% for source in aisle.candidate_sources() if source.name != 'popularity' -%}
            candidates.{{ source.name }}_score,
        {% endfor -%}
        products.count_buyers_7d,
        products.count_buyers_30d,
        products.trend,
        products.popularity_rank,
        products.is_in_stock,
        products.is_one_off,
        blend.score as blend_score,
        ranker.ranker_score,
        ranker.ranker_new_score,
        {% for placement in shelves -%}
            champions.{{ placement }}_strategy
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from candidates
    cross join champions
    inner join folds
        on candidates.fold_id = folds.fold_id
    inner join personal_shares
        on
            candidates.fold_id = personal_shares.fold_id
            and candidates.customer_key = personal_shares.customer_key
    inner join products
        on
            candidates.fold_id = products.fold_id
            and candidates.product_key = products.product_key
    left join customer_products
        on
            candidates.fold_id = customer_products.fold_id
            and candidates.customer_key = customer_products.customer_key
            and candidates.product_key = customer_products.product_key
    left join blend
        on
            candidates.fold_id = blend.fold_id
            and candidates.customer_key = blend.customer_key
            and candidates.product_key = blend.product_key
    left join ranker
        on
            candidates.fold_id = ranker.fold_id
            and candidates.customer_key = ranker.customer_key
            and candidates.product_key = ranker.product_key
    where
        candidates.is_ranked
        or champions.count_sources > 0

),

final as (

    select
        scored.fold_id,
        scored.customer_key,
        scored.product_key,
        scored.personal_share,
        scored.is_bought,
        {% for placement in shelves -%}
            scored.{{ placement }}_strategy,
            cast(
                case scored.{{ placement }}_strategy
                    {% for strategy in aisle.strategies()
                        if strategy.kind != 'random' -%}
                        when '{{ strategy.name }}' then {{ strategy.score }}
                    {% endfor %}
                end as double
            ) as {{ placement }}_score,
        {% endfor -%}
        -- What fills the slots that are not personal.
        {% if var('is_newcomers_enabled') -%}
            scored.newcomers_score,
        {% else -%}
            cast(null as double) as newcomers_score,
        {% endif -%}
        scored.count_buyers_30d,
        scored.popularity_rank,
        case
            when not scored.is_in_stock then 'out_of_stock'
            when scored.is_disliked then 'disliked'
            when
                scored.is_one_off
                and scored.last_purchase_age_days <= {{ var('one_off_days') }}
                then 'recently_bought_one_off'
        end as removed_by_rule_id
    from scored

)

select * from final

{%- set shelves = aisle.shelves() -%}
{#- By its level a strategy is a source or a baseline, or learns from them. -#}
{%- set learned = aisle.strategies() | selectattr('level', 'gt', 3)
    | map(attribute='name') | list -%}
{%- set source_names = aisle.candidate_sources() | map(attribute='name') | list -%}

with

fused as (

    select * from {{ ref('int_ranking__fused') }}

),

proposals as (

    select * from {{ ref('int_candidates__proposals') }}

),

blend as (

    select * from {{ ref('int_ranking__blend') }}

),

ranker as (

    select * from {{ ref('int_ranking__ranker') }}

),

champions as (

    select * from {{ aisle.of_full_build('int_ranking__champions') }}

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

shelf_strategies as (

    select
        {% for placement in shelves -%}
            max(case when placement = '{{ placement }}' then strategy end)
                as {{ placement }}_strategy,
        {% endfor -%}
        bool_or(
            case strategy
                {% for strategy in learned -%}
                    when '{{ strategy }}' then false
                {% endfor -%}
                else true
            end
        ) as is_source_shown
    from champions

),

named_champions as (

    select
        placement,
        case strategy
            {% for name in source_names -%}
                when '{{ name }}' then {{ loop.index }}
            {% endfor -%}
            else 0
        end as source_key
    from champions

),

-- What a source that is champion says, and what fills the slots that are not personal.
source_scores as (

    select
        proposals.fold_key,
        proposals.customer_key,
        proposals.product_key,
        {% for placement in shelves -%}
            max(
                case
                    when named_champions.placement = '{{ placement }}'
                        then proposals.score
                end
            ) as {{ placement }}_score
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from proposals
    inner join named_champions
        on proposals.source_key = named_champions.source_key
    group by proposals.fold_key, proposals.customer_key, proposals.product_key

),

newcomers as (

    {% if var('is_newcomers_enabled') -%}
        select
            fold_id,
            customer_key,
            product_key,
            score
        from {{ ref('int_candidates__newcomers') }}
    {% else -%}
        select
            fold_id,
            cast(null as bigint) as customer_key,
            cast(null as bigint) as product_key,
            cast(null as double) as score
        from folds
        where false
    {% endif %}

),

-- Blend and ranker see what is worth ranking, a source as champion all it proposed.
scored as (

    select
        fused.fold_id,
        fused.customer_key,
        fused.product_key,
        personal_shares.personal_share,
        fused.is_bought,
        coalesce(customer_products.count_orders, 0) as count_orders,
        coalesce(customer_products.is_disliked, false) as is_disliked,
        customer_products.last_purchase_age_days,
        coalesce(
            customer_products.typical_interval_days, products.typical_interval_days
        ) as typical_interval_days,
        {% for placement in shelves -%}
            shelf_strategies.{{ placement }}_strategy,
            source_scores.{{ placement }}_score,
        {% endfor -%}
        newcomers.score as newcomers_score,
        products.count_buyers_7d,
        products.count_buyers_30d,
        products.trend,
        products.popularity_rank,
        blend.score as blend_score,
        ranker.ranker_score,
        ranker.ranker_new_score
    from fused
    cross join shelf_strategies
    inner join folds
        on fused.fold_id = folds.fold_id
    inner join personal_shares
        on
            fused.fold_id = personal_shares.fold_id
            and fused.customer_key = personal_shares.customer_key
    inner join products
        on
            fused.fold_id = products.fold_id
            and fused.product_key = products.product_key
    left join customer_products
        on
            fused.fold_id = customer_products.fold_id
            and fused.customer_key = customer_products.customer_key
            and fused.product_key = customer_products.product_key
    left join blend
        on
            fused.fold_id = blend.fold_id
            and fused.customer_key = blend.customer_key
            and fused.product_key = blend.product_key
    left join ranker
        on
            fused.fold_id = ranker.fold_id
            and fused.customer_key = ranker.customer_key
            and fused.product_key = ranker.product_key
    left join source_scores
        on
            fused.fold_key = source_scores.fold_key
            and fused.customer_key = source_scores.customer_key
            and fused.product_key = source_scores.product_key
    left join newcomers
        on
            fused.fold_id = newcomers.fold_id
            and fused.customer_key = newcomers.customer_key
            and fused.product_key = newcomers.product_key
    where
        fused.is_ranked
        or shelf_strategies.is_source_shown

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        personal_share,
        is_bought,
        {% for placement in shelves -%}
            {{ placement }}_strategy,
            cast(
                case {{ placement }}_strategy
                    {% for strategy in aisle.strategies()
                        if strategy.kind in ['global', 'own']
                        or strategy.name in learned -%}
                        when '{{ strategy.name }}' then {{ strategy.score }}
                    {% endfor -%}
                    else {{ placement }}_score
                end as double
            ) as {{ placement }}_score,
        {% endfor -%}
        newcomers_score,
        count_buyers_30d,
        popularity_rank,
        is_disliked,
        last_purchase_age_days,
        typical_interval_days
    from scored

)

select * from final

{{ config(materialized='view') }}

with

shelves as (

    select * from {{ ref('int_ranking__shelves') }}

),

pinned as (

    select * from {{ ref('int_rules__pinned') }}

),

final as (

    {% for relation in ['shelves', 'pinned'] -%}
        select
            fold_id,
            customer_key,
            product_key,
            {{ 'true' if relation == 'shelves' else 'false' }} as is_candidate,
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
        from {{ relation }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

)

select * from final

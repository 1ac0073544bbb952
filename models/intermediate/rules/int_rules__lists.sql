{%- set kinds = {'buy_again': 'is_bought', 'new_for_you': 'not is_bought'} -%}
{%- set depth = [
    aisle.checked_var('list_length'), aisle.checked_var('evaluation_depth')
] | max -%}

with

candidates as (

    select * from {{ ref('int_rules__candidates') }}
    where removed_by_rule_id is null

),

-- Each shelf in the order of its own strategy.
contenders as (

    {% for placement in aisle.shelves() -%}
        select
            fold_id,
            '{{ placement }}' as placement,
            customer_key,
            product_key,
            {{ placement }}_strategy as strategy,
            is_personal,
            is_bought,
            {{ placement }}_score as score,
            popularity_rank
        from candidates
        {% if placement in kinds -%}
            where {{ kinds[placement] }}
        {% endif -%}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, placement, customer_key
            order by score desc nulls last, popularity_rank asc
        ) as slot
    from contenders

),

final as (

    select
        fold_id,
        'live' as scenario_id,
        placement,
        customer_key,
        product_key,
        strategy,
        is_personal,
        is_bought,
        score,
        cast(slot as integer) as slot
    from ranked
    where slot <= {{ depth }}

)

select * from final

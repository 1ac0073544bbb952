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
            is_bought,
            {{ placement }}_score as score,
            newcomers_score,
            count_buyers_30d,
            popularity_rank,
            personal_share
        from candidates
        {% if placement in kinds -%}
            where {{ kinds[placement] }}
        {% endif -%}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

personal_queue as (

    select
        *,
        row_number() over (
            partition by fold_id, placement, customer_key
            order by score desc nulls last, popularity_rank asc
        ) as place
    from contenders
    where personal_share > 0

),

personal_slots as (

    select * from personal_queue
    where place <= ceil({{ depth }} * round(personal_share * 1000) / 1000)

),

-- What has no personal slot: first what newcomers are shown, then best sellers.
fallback_queue as (

    select
        contenders.*,
        row_number() over (
            partition by
                contenders.fold_id, contenders.placement, contenders.customer_key
            order by
                contenders.newcomers_score desc nulls last,
                contenders.popularity_rank asc
        ) as place
    from contenders
    left join personal_slots
        on
            contenders.fold_id = personal_slots.fold_id
            and contenders.placement = personal_slots.placement
            and contenders.customer_key = personal_slots.customer_key
            and contenders.product_key = personal_slots.product_key
    where
        contenders.personal_share < 1
        and personal_slots.product_key is null

),

-- Slot n is personal where n times the share passes a whole number: these are the
-- slots of the two queues, which together leave none out. Thousandths divide exactly.
interleaved as (

    select
        fold_id,
        placement,
        customer_key,
        product_key,
        strategy,
        true as is_personal,
        is_bought,
        score,
        floor((place - 1) * 1000 / round(personal_share * 1000)) + 1 as position
    from personal_slots
    union all
    select
        fold_id,
        placement,
        customer_key,
        product_key,
        case when newcomers_score is null then 'popularity' else 'newcomers' end
            as strategy,
        false as is_personal,
        is_bought,
        coalesce(newcomers_score, count_buyers_30d) as score,
        ceil(place * 1000 / round((1 - personal_share) * 1000)) as position
    from fallback_queue

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, placement, customer_key
            order by position asc
        ) as slot
    from interleaved

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
        cast(score as double) as score,
        cast(slot as integer) as slot
    from ranked
    where slot <= {{ depth }}

)

select * from final

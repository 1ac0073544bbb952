{# The CTEs `personal_queue` to `numbered`: from a relation (CTE name) of what may take a
   list's slots, with `personal_place, fallback_place` and `personal_share`, the personal
   products and the fallbacks laid between each other as `natural_slot`, with
   `is_personal`. Slot n is personal where n times the share passes a whole number: these
   are the slots of the two queues, which together leave none out. Thousandths divide
   exactly. `keys` name a list, `depth` is how many slots there may be. #}
{% macro interleaved_queues(free, keys, depth) -%}
{%- set list_keys = keys | join(', ') -%}
personal_queue as (

    select
        *,
        row_number() over (
            partition by {{ list_keys }}
            order by personal_place asc nulls last
        ) as queue_place
    from {{ free }}
    where personal_place is not null

),

personal_slots as (

    select * from personal_queue
    where
        queue_place <= ceil({{ depth }} * round(personal_share * 1000) / 1000)
        or personal_share = 1

),

-- What has no personal slot: first what newcomers are shown, then best sellers.
fallback_queue as (

    select
        {{ free }}.*,
        row_number() over (
            partition by {% for key in keys -%}
                {{ free }}.{{ key }}{% if not loop.last %}, {% endif %}
            {%- endfor %}
            order by {{ free }}.fallback_place asc nulls last
        ) as queue_place
    from {{ free }}
    left join personal_slots
        on
            {% for key in keys -%}
                {{ free }}.{{ key }} = personal_slots.{{ key }} and
            {% endfor -%}
            {{ free }}.product_key = personal_slots.product_key
    where
        {{ free }}.fallback_place is not null
        and personal_slots.product_key is null

),

interleaved as (

    select
        *,
        true as is_personal,
        floor((queue_place - 1) * 1000 / round(personal_share * 1000)) + 1 as position
    from personal_slots
    union all
    select
        *,
        false as is_personal,
        ceil(queue_place * 1000 / round((1 - personal_share) * 1000)) as position
    from fallback_queue

),

numbered as (

    select
        *,
        row_number() over (
            partition by {{ list_keys }}
            order by position asc
        ) as natural_slot
    from interleaved

)
{%- endmacro %}

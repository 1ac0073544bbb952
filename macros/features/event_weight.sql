{# Weight of one event before its age counts. `interactions`, `event_weights` and `caps`
   name the joined relations; quantity enters as log2(1 + q), so that one unit weighs one,
   and a rating by `rating_share`. Unknown dwell is none: `least` would take the cap for a
   null. #}
{% macro event_weight(interactions, event_weights, caps) -%}
(
    {{ event_weights }}.weight
    * case
        when {{ event_weights }}.is_quantity_scaled
            then ln(
                1 + least({{ interactions }}.quantity, {{ caps }}.quantity_cap)
            ) / ln(2)
        when {{ event_weights }}.is_rating_scaled
            then {{ aisle.rating_share(interactions ~ '.rating') }}
        else 1
    end
    + coalesce(
        least(
            coalesce({{ interactions }}.dwell_seconds, 0),
            {{ event_weights }}.seconds_cap
        )
        / {{ event_weights }}.seconds_per_unit,
        0
    )
)
{%- endmacro %}

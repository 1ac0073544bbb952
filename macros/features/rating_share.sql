{# How much of its weight a rated event has: its place on the scale from `rating_min` to
   `rating_max` where it is at least `liked_rating`, nothing below, half where nothing is
   said. #}
{% macro rating_share(rating) -%}
case
    when {{ rating }} is null then 0.5
    when {{ rating }} < {{ var('liked_rating') }} then 0
    else ({{ rating }} - {{ var('rating_min') }})
        / cast({{ var('rating_max') }} - {{ var('rating_min') }} as double)
end
{%- endmacro %}

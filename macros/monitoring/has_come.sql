{# Whether a product of a fold was not in the catalogue at an instant before its cutoff and
   came after. #}
{% macro has_come(products, since) -%}
coalesce(
    {{ products }}.first_event_at >= {{ since }}
    or {{ products }}.available_from > {{ since }},
    false
)
{%- endmacro %}

{# Whether a product of a fold was in the catalogue at an instant before its cutoff and has
   been withdrawn since: not one that came after, nor one that is not on sale yet. #}
{% macro has_gone(products, since, cutoff_at) -%}
coalesce(
    {{ products }}.discontinued_at > {{ since }}
    and {{ products }}.discontinued_at <= {{ cutoff_at }}
    and not {{ aisle.has_come(products, since) }},
    false
)
{%- endmacro %}

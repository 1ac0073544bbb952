{# The values of `selector_cells` that are compared as numbers; null where the field is none.
   Cells are checked before the seed is loaded: see `seed_rules`. #}
{% macro selector_numbers() -%}
{%- set number_fields = aisle.rule_fields().items()
    | selectattr('1.kind', 'eq', 'number') | map(attribute='0') | list -%}
{%- for prefix in ['', 'and_'] -%}
case
    when {{ prefix }}field in ({{ aisle.text_list(number_fields) }})
        then cast({{ prefix }}value as double)
end as {{ prefix }}value_number
{%- if not loop.last %},
{% endif %}
{%- endfor %}
{%- endmacro %}

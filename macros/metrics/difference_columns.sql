{# What a sweep shows of each metric: `<metric>, <metric>_difference, <metric>_ci_low` and
   `<metric>_ci_high`, from `differences` in a relation. #}
{% macro difference_columns(relation, metrics) -%}
    {% for metric in metrics -%}
        {%- set difference = relation ~ '.' ~ metric ~ '_difference' -%}
        {%- set half_width = relation ~ '.' ~ metric ~ '_half_width' -%}
        cast({{ relation }}.{{ metric }} as double) as {{ metric }},
        cast({{ difference }} as double) as {{ metric }}_difference,
        cast({{ difference }} - {{ half_width }} as double) as {{ metric }}_ci_low,
        cast({{ difference }} + {{ half_width }} as double) as {{ metric }}_ci_high
        {%- if not loop.last %},{% endif %}
    {% endfor %}
{%- endmacro %}

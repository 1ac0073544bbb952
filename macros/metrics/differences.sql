{# The mean difference of each metric and half of its 95 % interval, from `error_sums`, as
   `<metric>_difference, <metric>_half_width`. #}
{% macro differences(metrics) -%}
    {% for metric in metrics -%}
        total_{{ metric }} / nullif(count_{{ metric }}, 0) as {{ metric }}_difference,
        {{ aisle.normal_quantile() }} * {{ aisle.standard_error(
            'count_' ~ metric, 'total_' ~ metric, 'squares_' ~ metric
        ) }} as {{ metric }}_half_width
        {%- if not loop.last %},{% endif %}
    {% endfor %}
{%- endmacro %}

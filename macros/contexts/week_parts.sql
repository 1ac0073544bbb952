{# The parts that a week has for lists: working days and weekend (Monday is 1), each in
   three spans of hours by the shop's clock. #}
{% macro week_parts() -%}
    {%- set parts = [] -%}
    {%- for days, weekdays in {'weekday': range(1, 6), 'weekend': range(6, 8)}.items() -%}
        {%- for span, hours in {
            'morning': range(0, 12), 'afternoon': range(12, 18), 'evening': range(18, 24)
        }.items() -%}
            {%- do parts.append({
                'week_part': days ~ '_' ~ span,
                'weekdays': weekdays | list,
                'hours': hours | list,
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}

{# Whether a point is not worth choosing: another one has as much of each measure, and more
   of one. Both are aliases of relations with the measures. #}
{% macro is_beaten(point, other, measures) -%}
    {% for measure in measures -%}
        {{ other }}.{{ measure }} >= {{ point }}.{{ measure }}
        and
    {% endfor -%}
    (
        {% for measure in measures -%}
            {{ other }}.{{ measure }} > {{ point }}.{{ measure }}
            {%- if not loop.last %} or {% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{# 1 when at least one of the first k is relevant. #}
{% macro hit_rate(count_hits) -%}
case when {{ count_hits }} > 0 then 1.0 else 0.0 end
{%- endmacro %}

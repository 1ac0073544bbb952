{# Whether two impressions, the earlier first, are of one list: shops log its slots as they
   are drawn or come into view. #}
{% macro shown_together(first, second) -%}
{{ aisle.elapsed_days(first, second) }} < 10 / 1440e0
{%- endmacro %}

{# The placement that a task measures, as SQL: the inverse of `shelves`. #}
{% macro shelf_of_task(task) -%}
case {{ task }}
    {%- for placement, measured in aisle.shelves().items() %}
    when '{{ measured }}' then '{{ placement }}'
    {%- endfor %}
end
{%- endmacro %}

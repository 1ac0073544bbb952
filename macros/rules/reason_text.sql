{# The sentence of a template: each of `reason_fields` by the SQL of a text in `values`,
   nothing where that is null or there is none. #}
{% macro reason_text(template, values) -%}
{%- set text = namespace(sql=template) -%}
{%- for field in aisle.reason_fields() -%}
    {%- set value = 'coalesce(' ~ values[field] ~ ", '')" if field in values else "''" -%}
    {%- set text.sql = 'replace(' ~ text.sql ~ ", '{" ~ field ~ "}', " ~ value ~ ')' -%}
{%- endfor -%}
{{ text.sql }}
{%- endmacro %}

{# Before a source is read as a whole: the warehouse then holds that source, and not what
   the release in it was made of, until a build has ended. A daily build that finds no
   release reads everything again. #}
{% macro forget_release() -%}
    {%- if execute and not aisle.is_daily() -%}
        {%- set releases = aisle.warehouse_release() -%}
        {%- if releases -%}
            {%- do adapter.drop_relation(releases) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

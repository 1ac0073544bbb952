{# From so many exposures on they are told apart no more. #}
{% macro last_exposure() -%}
    {{ return(10) }}
{%- endmacro %}

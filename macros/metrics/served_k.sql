{# At which length served lists are judged: the longest reported one that they fill, ten
   at most, since the history keeps no more of them. #}
{% macro served_k() -%}
    {%- set lengths = [] -%}
    {%- for k in aisle.metric_ks()
        if k <= 10 and k <= aisle.checked_var('list_length') -%}
        {%- do lengths.append(k) -%}
    {%- endfor -%}
    {{ return(lengths | max) }}
{%- endmacro %}

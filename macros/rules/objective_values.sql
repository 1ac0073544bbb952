{# What may count beside relevance: money (`price`, `margin`, net of what comes back),
   `satisfaction` (1 less the share of returns and complaints) and `engagement` (clicks over
   impressions). #}
{% macro objective_values() -%}
    {{ return(['price', 'margin', 'satisfaction', 'engagement']) }}
{%- endmacro %}

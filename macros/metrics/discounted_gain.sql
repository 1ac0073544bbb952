{# Gain 1 at a rank counted from 1, discounted by 1 / log2(rank + 1). Järvelin and
   Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002. #}
{% macro discounted_gain(rank) -%}
(ln(2) / ln({{ rank }} + 1))
{%- endmacro %}

{# A score of any size as a position between 0 and 1, in the same order; no score is 0, so
   that it stands behind all that have one. #}
{% macro bounded_score(score) -%}
coalesce(0.5 + 0.5 * {{ score }} / (1 + abs({{ score }})), 0)
{%- endmacro %}

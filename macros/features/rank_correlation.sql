{# Pearson correlation of two columns of whole numbers over the rows that have both; exact,
   because whole numbers add up exactly. Ranks in, so: Spearman's, with ties as in `rank`. #}
{% macro rank_correlation(first, second) -%}
{%- set both = 'case when ' ~ first ~ ' is not null and ' ~ second ~ ' is not null then ' -%}
{%- set n = 'cast(count(' ~ both ~ '1 end) as double)' -%}
{%- set x = 'cast(sum(' ~ both ~ first ~ ' end) as double)' -%}
{%- set y = 'cast(sum(' ~ both ~ second ~ ' end) as double)' -%}
{%- set xx = 'cast(sum(' ~ both ~ first ~ ' * ' ~ first ~ ' end) as double)' -%}
{%- set yy = 'cast(sum(' ~ both ~ second ~ ' * ' ~ second ~ ' end) as double)' -%}
{%- set xy = 'cast(sum(' ~ both ~ first ~ ' * ' ~ second ~ ' end) as double)' -%}
({{ n }} * {{ xy }} - {{ x }} * {{ y }}) / nullif(
    sqrt(greatest({{ n }} * {{ xx }} - {{ x }} * {{ x }}, 0))
    * sqrt(greatest({{ n }} * {{ yy }} - {{ y }} * {{ y }}, 0)),
    0
)
{%- endmacro %}

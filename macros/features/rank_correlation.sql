{# Pearson correlation of two columns of whole numbers, as an aggregate over the rows that
   have both; exact, because whole numbers add up exactly. Ranks in, so: Spearman's. Null
   where one of the two does not vary. #}
{% macro rank_correlation(first, second) -%}
{%- set s = {} -%}
{%- for name, expression in {
    'n': '1 + 0 * ' ~ first ~ ' * ' ~ second,
    'x': first ~ ' + 0 * ' ~ second,
    'y': second ~ ' + 0 * ' ~ first,
    'xx': first ~ ' * ' ~ first ~ ' + 0 * ' ~ second,
    'yy': second ~ ' * ' ~ second ~ ' + 0 * ' ~ first,
    'xy': first ~ ' * ' ~ second,
}.items() -%}
    {#- Adding nothing times the other column makes a row without it null. -#}
    {%- do s.update({name: 'cast(sum(' ~ expression ~ ') as double)'}) -%}
{%- endfor -%}
({{ s.n }} * {{ s.xy }} - {{ s.x }} * {{ s.y }})
/ nullif(
    sqrt(greatest({{ s.n }} * {{ s.xx }} - {{ s.x }} * {{ s.x }}, 0))
    * sqrt(greatest({{ s.n }} * {{ s.yy }} - {{ s.y }} * {{ s.y }}, 0)),
    0
)
{%- endmacro %}

{# Pearson correlation of two columns of whole numbers, as an aggregate; exact, because whole
   numbers add up exactly. Ranks in, so: Spearman's, with ties as in `rank`. Null where one
   of the two does not vary. #}
{% macro rank_correlation(first, second) -%}
{%- set sums = namespace(parts={}) -%}
{%- for name, expression in {
    'n': '1',
    'x': first,
    'y': second,
    'xx': first ~ ' * ' ~ first,
    'yy': second ~ ' * ' ~ second,
    'xy': first ~ ' * ' ~ second,
}.items() -%}
    {%- do sums.parts.update({name: 'cast(sum(' ~ expression ~ ') as double)'}) -%}
{%- endfor -%}
{%- set s = sums.parts -%}
({{ s.n }} * {{ s.xy }} - {{ s.x }} * {{ s.y }})
/ nullif(
    sqrt(greatest({{ s.n }} * {{ s.xx }} - {{ s.x }} * {{ s.x }}, 0))
    * sqrt(greatest({{ s.n }} * {{ s.yy }} - {{ s.y }} * {{ s.y }}, 0)),
    0
)
{%- endmacro %}

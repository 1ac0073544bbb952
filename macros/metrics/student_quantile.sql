{# How many standard errors lie at either side of the mean of a few values in a two-sided
   interval of 95 %, by its degrees of freedom. The expansion of Student's t in powers of
   their inverse (Abramowitz and Stegun, "Handbook of mathematical functions", 26.7.5):
   0.001 too little at 4 degrees, and nearer with more. #}
{% macro student_quantile(degrees) -%}
    {%- set z = aisle.normal_quantile() | replace('e0', '') | float -%}
    {%- set terms = [
        z,
        (z ** 3 + z) / 4,
        (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
        (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
        (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
    ] -%}
    {%- set powers = [] -%}
    {%- for term in terms -%}
        {%- do powers.append(
            '%.12fe0 / power(%s, %d)' | format(term, degrees, loop.index0)
        ) -%}
    {%- endfor -%}
({{ powers | join(' + ') }})
{%- endmacro %}

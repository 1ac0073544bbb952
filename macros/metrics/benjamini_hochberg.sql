{# A p-value adjusted for the rate of false discoveries among its family (Benjamini and
   Hochberg, "Controlling the false discovery rate", 1995); arguments as of `holm`. #}
{% macro benjamini_hochberg(p_value, position, count_comparisons, family) -%}
case
    when {{ p_value }} is not null
        then least(
            min({{ p_value }} * {{ count_comparisons }} / {{ position }}) over (
                partition by {{ family }}
                order by {{ position }} desc
                rows between unbounded preceding and current row
            ),
            1.0
        )
end
{%- endmacro %}

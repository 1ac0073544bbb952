{# A p-value adjusted for the others of its family (Holm, "A simple sequentially rejective
   multiple test procedure", 1979): `position` counts them from the least up to
   `count_comparisons`; `family` is what windows are partitioned by. Null stays null. #}
{% macro holm(p_value, position, count_comparisons, family) -%}
case
    when {{ p_value }} is not null
        then least(
            max({{ p_value }} * ({{ count_comparisons }} - {{ position }} + 1)) over (
                partition by {{ family }}
                order by {{ position }} asc
                rows between unbounded preceding and current row
            ),
            1.0
        )
end
{%- endmacro %}

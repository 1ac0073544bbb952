{# Pre-hook of `int_folds__earlier_factors`: fails with one message where the factors know
   what the serving fold must find out, since a model may start only from the past. #}
{% macro check_history_cutoff(earlier_factors, folds) -%}
    {%- if execute and var('release_history') and not aisle.is_daily() -%}
        {%- set late = run_query(
            "select distinct cast(earlier_factors.cutoff_at as "
            ~ dbt.type_string() ~ "), cast(folds.cutoff_at as " ~ dbt.type_string()
            ~ ") from "
            ~ earlier_factors ~ " as earlier_factors inner join " ~ folds ~ " as folds "
            ~ "on earlier_factors.cutoff_at >= folds.cutoff_at "
            ~ "where folds.fold_id = 'serving'"
        ) -%}
        {%- for row in late.rows -%}
            {{- exceptions.raise_compiler_error(
                "var release_history: the factors in " ~ var('release_history')
                ~ " have the cutoff " ~ row[0] ~ ", the release that is built has "
                ~ row[1] ~ "; allowed: those of a release with an earlier cutoff, or null."
            ) -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

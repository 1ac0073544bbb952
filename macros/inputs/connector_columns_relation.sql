{# The rows of `input_columns`, from what `connector_columns` finds, as SQL for `from`. #}
{% macro connector_columns_relation() -%}
    {%- set rows = [] -%}
    {%- for row in aisle.connector_columns() -%}
        {%- set nearest = "'" ~ row.nearest ~ "'" if row.nearest else 'null' -%}
        {%- do rows.append(
            "('" ~ row.input_name ~ "', '" ~ row.column_name | replace("'", "''")
            ~ "', cast(" ~ nearest ~ " as " ~ dbt.type_string() ~ "), "
            ~ row.is_in_contract ~ ", " ~ row.is_required ~ ", " ~ row.is_present ~ ")"
        ) -%}
    {%- endfor -%}
    {{- return(
        "(values " ~ rows | join(", ") ~ ") as seen (input_name, column_name, "
        ~ "nearest_contract_column, is_in_contract, is_required, is_present)"
    ) -}}
{%- endmacro %}

{# Text such as 12/31/2010 8:26, the way spreadsheets export an instant in the United
   States, with its parts in the usual order; any other text as it is. #}
{% macro month_first_text(expression) -%}
    {{ return(adapter.dispatch('month_first_text', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__month_first_text(expression) -%}
case
            when {{ expression }} like '%/%/%'
                then coalesce(
                    cast(try_strptime(
                        trim({{ expression }}), ['%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S']
                    ) as varchar),
                    {{ expression }}
                )
            else {{ expression }}
        end
{%- endmacro %}

{% macro spark__month_first_text(expression) -%}
case
            when {{ expression }} like '%/%/%'
                then coalesce(
                    cast(try_to_timestamp(
                        trim({{ expression }}), 'M/d/yyyy H:mm[:ss]'
                    ) as string),
                    {{ expression }}
                )
            else {{ expression }}
        end
{%- endmacro %}

{# The value of a text under a type of the input contract, null where it has none.
   Infinite and absurdly large numbers and instants count as unreadable: one such cell
   would overflow the exact sums of a whole column. #}
{% macro readable_value(expression, type) -%}
    {%- if type == 'text' -%}
        {{ expression }}
    {%- elif type == 'json' -%}
        case when {{ aisle.is_json(expression) }} then {{ expression }} end
    {%- elif type == 'double' -%}
        case
            when abs(try_cast({{ expression }} as double)) < 1000000000
                then try_cast({{ expression }} as double)
        end
    {%- elif type == 'amount' -%}
        case
            when try_cast({{ expression }} as double) >= 0
                then {{ aisle.readable_value(expression, 'double') }}
        end
    {%- elif type == 'timestamp' -%}
        case
            when
                {{ aisle.utc_instant(expression) }} >= timestamp '1900-01-01'
                and {{ aisle.utc_instant(expression) }} < timestamp '9999-12-31'
                then {{ aisle.utc_instant(expression) }}
        end
    {%- elif type == 'bigint' -%}
        {{ aisle.whole_number(expression) }}
    {%- elif type == 'boolean' -%}
        try_cast({{ expression }} as boolean)
    {%- else -%}
        {{- exceptions.raise_compiler_error(
            "readable_value: '" ~ type ~ "' is no type of the input contract; allowed: "
            ~ "text, json, double, amount, bigint, boolean, timestamp."
        ) -}}
    {%- endif -%}
{%- endmacro %}

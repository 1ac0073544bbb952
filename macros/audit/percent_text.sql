{# A share between 0 and 1 as text in percent, with one decimal; a few rows of many are
   not none: "<0.1 %". #}
{% macro percent_text(share) -%}
case
    when ({{ share }}) > 0 and ({{ share }}) < 0.0005 then '<0.1 %'
    else concat_ws(
        '',
        cast(
            {{ aisle.exact_decimal('100 * (' ~ share ~ ')', 1) }} as {{ dbt.type_string() }}
        ),
        ' %'
    )
end
{%- endmacro %}

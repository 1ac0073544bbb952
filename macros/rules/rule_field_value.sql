{# The value of the field that a rule names, of one kind; null where the field is of the
   other kind. Text and booleans are lower case. #}
{% macro rule_field_value(field, kind, attribute=none) -%}
case {{ field }}
    {% for name, known in aisle.rule_fields().items()
        if (known.kind == 'number') == (kind == 'number') -%}
        when '{{ name }}'
            then
                {%- if kind == 'number' %} cast({{ known.column }} as double)
                {%- else %} lower({{ known.column }})
                {%- endif %}
    {% endfor -%}
    {%- if kind != 'number' -%}
        else lower({{ attribute }})
    {%- endif %}
end
{%- endmacro %}

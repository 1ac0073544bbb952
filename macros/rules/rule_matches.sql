{# Whether a value meets a rule's condition; true without one. What a product does not say
   meets none. `prefix` is that of the rule's columns: nothing, or `and_`. #}
{% macro rule_matches(prefix) -%}
    {%- set text = prefix ~ 'text_value' -%}
    {%- set number = prefix ~ 'number_value' -%}
    {%- set wanted = 'lower(' ~ prefix ~ 'value)' -%}
    {%- set wanted_number = prefix ~ 'value_number' -%}
    {%- set listed -%}
        contains('|' || {{ wanted }} || '|', '|' || {{ text }} || '|')
    {%- endset -%}
({{ prefix }}field is null or coalesce(
    case {{ prefix }}operator
        when '=' then {{ text }} = {{ wanted }} or {{ number }} = {{ wanted_number }}
        when '!=' then {{ text }} != {{ wanted }} or {{ number }} != {{ wanted_number }}
        when 'in' then {{ listed }}
        when 'not in' then not {{ listed }}
        when 'contains' then contains({{ text }}, {{ wanted }})
        when '<' then {{ number }} < {{ wanted_number }}
        when '<=' then {{ number }} <= {{ wanted_number }}
        when '>' then {{ number }} > {{ wanted_number }}
        when '>=' then {{ number }} >= {{ wanted_number }}
    end,
    false
))
{%- endmacro %}

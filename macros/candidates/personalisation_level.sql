{# The share of a customer's slots that may be personal, from `attributes`: null where it
   says nothing, or no number from 0 to 1. #}
{% macro personalisation_level(attributes) -%}
case
    when
        try_cast({{ aisle.json_field(attributes, 'personalisation_level') }} as double)
        between 0 and 1
        then
            try_cast(
                {{ aisle.json_field(attributes, 'personalisation_level') }} as double
            )
end
{%- endmacro %}

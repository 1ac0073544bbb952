{# Of a difference under the normal law; 1 where nothing differs and nothing varies. #}
{% macro two_sided_p_value(difference, standard_error) -%}
case
    when {{ standard_error }} > 0
        then 2 * (
            1 - {{ aisle.normal_cdf(
                'abs(' ~ difference ~ ') / ' ~ standard_error
            ) }}
        )
    when {{ difference }} = 0 and {{ standard_error }} = 0 then 1.0
end
{%- endmacro %}

{# Poisson(1) weight of a row from a uniform draw, for the bootstrap without resampling:
   Chamandy et al., "Estimating uncertainty for massive data streams", 2012. #}
{% macro poisson_weight(uniform) -%}
case
    when {{ uniform }} < 0.36787944 then 0
    when {{ uniform }} < 0.73575888 then 1
    when {{ uniform }} < 0.91969860 then 2
    when {{ uniform }} < 0.98101184 then 3
    when {{ uniform }} < 0.99634015 then 4
    when {{ uniform }} < 0.99940582 then 5
    else 6
end
{%- endmacro %}

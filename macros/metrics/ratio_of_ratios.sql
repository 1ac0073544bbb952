{# The CTEs `errors` and `measured`: a ratio of two ratios, each of clicks over the clicks
   that their places let expect, as `ratio`, and the standard error of its logarithm over
   independent customers, as `log_error` (the delta method, n - 1 in the variance). From
   `by_customer` and its sums `summed` with `customers`; `sides` name the columns
   `<side>_clicks, <side>_expected` above and below, `keys` what the sums are by. #}
{% macro ratio_of_ratios(sides, keys) -%}
{%- set upper, lower = sides -%}
{%- set change -%}
    by_customer.{{ upper }}_clicks / nullif(summed.{{ upper }}_clicks, 0)
    - by_customer.{{ upper }}_expected / nullif(summed.{{ upper }}_expected, 0)
    - by_customer.{{ lower }}_clicks / nullif(summed.{{ lower }}_clicks, 0)
    + by_customer.{{ lower }}_expected / nullif(summed.{{ lower }}_expected, 0)
{%- endset -%}
errors as (

    select
        {% for key in keys -%}
            summed.{{ key }},
        {% endfor -%}
        {{ aisle.exact_sum('(' ~ change ~ ') * (' ~ change ~ ')', 15) }} as squares
    from summed
    inner join by_customer
        on
            {% for key in keys -%}
                {% if not loop.first %}and {% endif -%}
                summed.{{ key }} = by_customer.{{ key }}
            {% endfor %}
    group by
        {% for key in keys -%}
            summed.{{ key }}{% if not loop.last %}, {% endif %}
        {%- endfor %}

),

measured as (

    select
        summed.*,
        summed.{{ upper }}_clicks / nullif(summed.{{ upper }}_expected, 0)
        / nullif(
            summed.{{ lower }}_clicks / nullif(summed.{{ lower }}_expected, 0), 0
        ) as ratio,
        case
            when summed.customers > 1
                then sqrt(errors.squares * summed.customers / (summed.customers - 1))
        end as log_error
    from summed
    inner join errors
        on
            {% for key in keys -%}
                {% if not loop.first %}and {% endif -%}
                summed.{{ key }} = errors.{{ key }}
            {% endfor %}

)
{%- endmacro %}

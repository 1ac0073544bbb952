{# What experiments are judged by: for each metric its column in
   `int_experiments__outcomes`, what it is divided by (the customer where it has none), the
   same from before the start where it has one, the days after the start that it looks at,
   and whether more of it is better. `is_headline` metrics share one correction for
   multiple comparisons; a `is_guardrail` metric must not get worse. #}
{% macro experiment_metrics() -%}
    {%- set window = aisle.checked_var('experiment_window_days') -%}
    {%- set metrics = [
        {'name': 'visit_rate', 'numerator': 'is_visiting', 'covariate': 'pre_visits',
         'is_headline': true},
        {'name': 'conversion_rate', 'numerator': 'is_converted',
         'covariate': 'pre_orders', 'is_headline': true},
        {'name': 'revenue_per_customer', 'numerator': 'revenue',
         'covariate': 'pre_revenue', 'is_headline': true},
        {'name': 'margin_per_customer', 'numerator': 'margin',
         'covariate': 'pre_margin'},
        {'name': 'orders_per_customer', 'numerator': 'count_orders',
         'covariate': 'pre_orders'},
        {'name': 'attributed_revenue_per_customer', 'numerator': 'attributed_revenue',
         'covariate': 'pre_revenue'},
        {'name': 'organic_revenue_per_customer', 'numerator': 'organic_revenue',
         'covariate': 'pre_revenue'},
        {'name': 'average_order_value', 'numerator': 'revenue',
         'denominator': 'count_orders'},
        {'name': 'click_through_rate', 'numerator': 'count_clicks',
         'denominator': 'count_impressions'},
        {'name': 'retention_rate', 'numerator': 'is_retained',
         'covariate': 'pre_visits'},
        {'name': 'return_rate', 'numerator': 'returned_units',
         'denominator': 'count_units', 'direction': -1, 'is_guardrail': true},
        {'name': 'complaint_rate', 'numerator': 'has_complained', 'direction': -1,
         'is_guardrail': true},
        {'name': 'mean_rating', 'numerator': 'rating_total',
         'denominator': 'count_ratings', 'is_guardrail': true},
        {'name': 'repeat_rate_60d', 'numerator': 'is_repeating_60d', 'days': 60,
         'covariate': 'pre_orders', 'is_guardrail': true},
        {'name': 'revenue_60d', 'numerator': 'revenue_60d', 'days': 60,
         'covariate': 'pre_revenue'},
        {'name': 'margin_60d', 'numerator': 'margin_60d', 'days': 60,
         'covariate': 'pre_margin'},
        {'name': 'revenue_90d', 'numerator': 'revenue_90d', 'days': 90,
         'covariate': 'pre_revenue'},
        {'name': 'margin_90d', 'numerator': 'margin_90d', 'days': 90,
         'covariate': 'pre_margin'},
    ] -%}
    {%- set described = [] -%}
    {%- for metric in metrics -%}
        {%- do described.append({
            'denominator': none,
            'covariate': none,
            'days': window,
            'direction': 1,
            'is_headline': false,
            'is_guardrail': false
        }) -%}
        {%- do described[-1].update(metric) -%}
    {%- endfor -%}
    {{- return(described) -}}
{%- endmacro %}

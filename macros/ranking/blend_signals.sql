{# What the blend adds up, each scaled to 0-1: personal scores within the customer
   (`customer` window), popularity by the fold's best seller (`most_buyers_*`). A signal
   whose source is switched off is left out. #}
{% macro blend_signals() -%}
    {%- set signals = {} -%}
    {%- for source in aisle.candidate_sources()
        if source.kind == 'personal' and source.name != 'repurchase' -%}
        {%- do signals.update({
            source.name: source.name ~ '_share'
        }) -%}
    {%- endfor -%}
    {%- do signals.update({
        'repurchase': 'decayed_orders / nullif(max(decayed_orders) over customer, 0)',
        'personal_frequency':
            'case when count_customer_orders > 0'
            ~ ' then least(cast(count_orders as double) / count_customer_orders, 1) end',
        'popularity':
            'sqrt(cast(count_buyers_30d as double)'
            ~ ' / nullif(most_buyers_30d, 0))',
        'popularity_7d':
            'sqrt(cast(count_buyers_7d as double)'
            ~ ' / nullif(most_buyers_7d, 0))',
        'trending': 'least(trend / 0.3e0, 1)',
    }) -%}
    {{ return(signals) }}
{%- endmacro %}

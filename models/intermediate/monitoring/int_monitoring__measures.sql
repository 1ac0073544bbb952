{%- set parts = ['ages', 'catalogue_rates', 'customer_flows', 'list_rates'] -%}

with

{% for part in parts -%}
    {{ part }} as (

        select * from {{ ref('int_monitoring__' ~ part) }}

    ),

{% endfor -%}
measured as (

    {% for part in parts -%}
        select * from {{ part }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

final as (

    select
        measure,
        segment_type,
        segment,
        max(case when moment = 'now' then value end) as value,
        max(case when moment = 'earlier' then value end) as earlier_value,
        max(case when moment = 'now' then count_part end) as count_part,
        max(case when moment = 'now' then count_whole end) as count_whole
    from measured
    group by measure, segment_type, segment
    -- Of nobody now, as when the events have stopped, there is no figure.
    having max(case when moment = 'now' then value end) is not null

)

select * from final

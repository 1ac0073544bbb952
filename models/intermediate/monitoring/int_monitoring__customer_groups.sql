with

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

attributes as (

    select * from {{ ref('int_features__customer_attributes') }}

),

-- The boundaries are those of evaluation's segments.
grouped as (

    {% for segment_type, expression in {
        'rfm_segment': 'rfm_segment',
        'activity_type': 'activity_type',
        'history_length': aisle.order_history_band('count_orders'),
    }.items() -%}
        select
            fold_id,
            customer_key,
            '{{ segment_type }}' as segment_type,
            {{ expression }} as segment
        from segments
        union all
    {% endfor -%}
    select
        fold_id,
        customer_key,
        field as segment_type,
        value as segment
    from attributes

),

final as (

    select
        fold_id,
        customer_key,
        segment_type,
        segment
    from grouped

)

select * from final

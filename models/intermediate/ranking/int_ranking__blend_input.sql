with

signals as (

    select * from {{ ref('int_ranking__signals') }}

),

halves as (

    select * from {{ ref('int_features__validation_halves') }}
    where half = 'tune'

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

counted as (

    select
        fold_id,
        customer_key,
        count(*) as count_relevant
    from relevant
    group by fold_id, customer_key

),

final as (

    select
        signals.customer_key,
        segments.rfm_segment as segment,
        signals.product_key,
        relevant.product_key is not null as is_relevant,
        counted.count_relevant,
        {% for signal in aisle.blend_signals() -%}
            signals.signal_{{ signal }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from signals
    inner join halves
        on
            signals.fold_id = halves.fold_id
            and signals.customer_key = halves.customer_key
    inner join counted
        on
            signals.fold_id = counted.fold_id
            and signals.customer_key = counted.customer_key
    left join segments
        on
            signals.fold_id = segments.fold_id
            and signals.customer_key = segments.customer_key
    left join relevant
        on
            signals.fold_id = relevant.fold_id
            and signals.customer_key = relevant.customer_key
            and signals.product_key = relevant.product_key

)

select * from final

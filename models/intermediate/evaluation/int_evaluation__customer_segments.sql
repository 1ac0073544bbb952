with

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

categories as (

    select * from {{ ref('int_features__customer_categories') }}
    where rank = 1

),

halves as (

    select * from {{ ref('int_features__validation_halves') }}

),

unseen as (

    select * from {{ ref('int_folds__unseen_customers') }}

),

described as (

    select
        customers.fold_id,
        customers.customer_key,
        customers.has_history,
        segments.rfm_segment,
        segments.activity_type,
        coalesce(segments.count_orders, 0) as count_orders,
        categories.category,
        halves.half,
        unseen.customer_key is not null as is_unseen
    from customers
    inner join folds
        on customers.fold_id = folds.fold_id
    left join segments
        on
            customers.fold_id = segments.fold_id
            and customers.customer_key = segments.customer_key
    left join categories
        on
            customers.fold_id = categories.fold_id
            and customers.customer_key = categories.customer_key
    left join halves
        on
            customers.fold_id = halves.fold_id
            and customers.customer_key = halves.customer_key
    left join unseen
        on customers.customer_key = unseen.customer_key

),

{%- set segments = {
    'all': "case when has_history then 'all' end",
    'customer_kind': "case when has_history then 'known' else 'first_time' end",
    'rfm_segment': 'rfm_segment',
    'activity_type': 'activity_type',
    'history_length':
        aisle.order_history_band('count_orders'),
    'category': 'category',
    'validation_half': 'half',
} %}
{%- if var('unseen_customer_rate') > 0 -%}
    {%- do segments.update({
        'training': "case when not has_history then null"
            ~ " when is_unseen then 'unseen' else 'seen' end"
    }) -%}
{%- endif %}

segmented as (

    {% for segment_type, expression in segments.items() -%}
        select
            fold_id,
            customer_key,
            '{{ segment_type }}' as segment_type,
            {{ expression }} as segment
        from described
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

final as (

    select
        fold_id,
        customer_key,
        segment_type,
        segment
    from segmented
    where segment is not null

)

select * from final

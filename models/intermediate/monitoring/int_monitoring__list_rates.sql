with

lists as (

    select * from {{ ref('customer_recommendations') }}

),

scored_customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}
    where fold_id = 'serving'

),

filled as (

    select
        customer_id,
        count(*) as count_slots,
        count(case when is_fallback then 1 end) as count_fallbacks
    from lists
    group by customer_id

),

list_profiles as (

    select
        segments.rfm_segment,
        coalesce(filled.count_slots, 0) as count_slots,
        coalesce(filled.count_fallbacks, 0) as count_fallbacks
    from scored_customers
    left join filled
        on scored_customers.customer_id = filled.customer_id
    left join segments
        on scored_customers.customer_id = segments.customer_id

),

segmented_profiles as (

    select
        'all' as segment_type,
        'all' as segment,
        count_slots,
        count_fallbacks
    from list_profiles
    union all
    select
        'rfm_segment' as segment_type,
        rfm_segment as segment,
        count_slots,
        count_fallbacks
    from list_profiles
    where rfm_segment is not null

),

counted as (

    {% for measure, part, whole in [
        ('full_list_rate', 'count(case when count_slots >= '
            ~ aisle.checked_var('list_length') ~ ' then 1 end)', 'count(*)'),
        ('fallback_list_rate',
            'count(case when count_slots > 0 and count_fallbacks = count_slots'
            ~ ' then 1 end)',
            'count(case when count_slots > 0 then 1 end)'),
        ('fallback_slot_rate', 'sum(count_fallbacks)', 'sum(count_slots)'),
    ] -%}
        select
            '{{ measure }}' as measure,
            'now' as moment,
            segment_type,
            segment,
            {{ part }} as count_part,
            {{ whole }} as count_whole
        from segmented_profiles
        group by segment_type, segment
        having count(*) >= {{ aisle.checked_var('cohort_min_customers') }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

final as (

    select
        measure,
        moment,
        segment_type,
        segment,
        cast(count_part as bigint) as count_part,
        cast(count_whole as bigint) as count_whole,
        cast(count_part as double) / count_whole as value
    from counted
    where count_whole > 0

)

select * from final

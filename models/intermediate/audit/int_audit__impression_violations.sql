{#- Each check with what it says of a row; one row may fail several. -#}
{%- set checks = {
    'impression_incomplete':
        'impression_id is null or product_id is null or served_at is null'
        ~ ' or (experiment_id is not null and variant is null)',
    'click_without_impression': 'clicked_at is not null and served_at is null',
    'click_before_impression': 'clicked_at < served_at',
    'impression_in_future': 'is_future',
    'duplicate_impressions': 'is_repeated',
    'propensity_invalid': 'propensity <= 0 or propensity > 1',
    'propensity_missing': 'propensity is null and is_drawn',
} -%}

with

impressions as (

    select * from {{ ref('input_impressions') }}

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

-- What a strategy draws for a slot of its variant, it draws every time.
described as (

    select
        impressions.*,
        impressions.served_at > {{ aisle.add_days(
            'greatest(as_of.as_of, as_of.data_ends_at)', var('future_tolerance_days')
        ) }} as is_future,
        row_number() over (
            partition by
                impressions.impression_id,
                impressions.customer_id,
                impressions.product_id
            order by impressions.served_at asc nulls last, impressions.source_row_id asc
        ) > 1 as is_repeated,
        count(case
            when impressions.propensity > 0 and impressions.propensity <= 1 then 1
        end) over (
            partition by
                impressions.experiment_id,
                impressions.variant,
                impressions.placement,
                impressions.slot,
                impressions.is_discovery
        ) > 0 as is_drawn
    from impressions
    cross join as_of

),

failed as (

    {% for check_id, condition in checks.items() -%}
        select
            '{{ check_id }}' as check_id,
            coalesce(impression_id, source_row_id) as example
        from described
        where {{ condition }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

ranked as (

    select
        *,
        row_number() over (partition by check_id order by example asc) as position
    from failed

),

counted as (

    select
        check_id,
        {{ aisle.string_list('case when position <= 5 then example end') }} as examples,
        count(*) as count_rows
    from ranked
    group by check_id

),

totals as (

    select count(*) as count_all
    from impressions

),

final as (

    select
        counted.check_id,
        'impressions' as dataset,
        counted.examples,
        {{ aisle.of_text('counted.count_rows', 'totals.count_all', 'rows') }} as detail,
        counted.count_rows,
        cast(counted.count_rows as double) / totals.count_all as figure,
        cast(null as double) as threshold
    from counted
    cross join totals

)

select * from final

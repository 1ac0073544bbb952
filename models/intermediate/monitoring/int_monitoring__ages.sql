with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

release as (

    select * from {{ ref('int_releases__identity') }}

),

events as (

    select * from {{ ref('int_folds__event_log') }}

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}

),

inventory as (

    select * from {{ ref('input_inventory') }}
    where units_on_hand is not null

),

ages as (

    {% for measure, relation, column in [
        ('data_age', 'events', 'occurred_at'),
        ('impressions_age', 'impressions', 'served_at'),
        ('inventory_age', 'inventory', 'observed_at'),
    ] -%}
        select
            '{{ measure }}' as measure,
            max({{ relation }}.{{ column }}) as latest_at
        from {{ relation }}
        inner join folds
            on {{ relation }}.{{ column }} < folds.cutoff_at
        union all
    {% endfor -%}
    select
        'model_age' as measure,
        coalesce(release.full_as_of, folds.cutoff_at) as latest_at
    from release
    cross join folds

),

-- Without impressions or inventory there is nothing that could be old.
final as (

    select
        ages.measure,
        'now' as moment,
        'all' as segment_type,
        'all' as segment,
        cast(null as bigint) as count_part,
        cast(null as bigint) as count_whole,
        {{ aisle.elapsed_days('ages.latest_at', 'folds.cutoff_at') }} as value
    from ages
    cross join folds
    where ages.latest_at is not null

)

select * from final

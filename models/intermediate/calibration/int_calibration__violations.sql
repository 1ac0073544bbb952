with

reliability as (

    select * from {{ ref('int_calibration__reliability') }}
    where
        fold_id = 'test'
        and segment_type = 'all'
        and bin = 'all'

),

served as (

    select * from {{ ref('int_folds__scored_customers') }}
    where
        fold_id = 'serving'
        and has_history

),

activity as (

    select * from {{ ref('int_calibration__probabilities') }}
    where fold_id = 'serving'

),

with_probability as (

    select count(distinct customer_key) as count_customers
    from activity

),

without_probability as (

    select
        count(*) as count_served,
        count(*) - max(with_probability.count_customers) as count_customers
    from served
    cross join with_probability

),

off as (

    select
        count(*) as count_targets,
        max(greatest(
            observed_to_expected, 1 / nullif(observed_to_expected, 0)
        )) as figure,
        max(count_customers) as count_rows,
        {{ aisle.string_list(
            "concat_ws('', target, ' ', cast(round(observed_to_expected, 2) as "
            ~ dbt.type_string() ~ "))"
        ) }} as examples
    from reliability
    where
        observed_to_expected > {{ aisle.checked_var('calibration_tolerance') }}
        or observed_to_expected * {{ aisle.checked_var('calibration_tolerance') }} < 1

),

final as (

    select
        'probability_off' as check_id,
        'evaluation' as dataset,
        examples,
        concat_ws('', 'observed over expected in the test fold: ', examples) as detail,
        cast(count_rows as bigint) as count_rows,
        cast(figure as double) as figure,
        cast({{ var('calibration_tolerance') }} as double) as threshold
    from off
    where count_targets > 0
    union all
    select
        'probability_missing' as check_id,
        'evaluation' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        {{ aisle.of_text('count_customers', 'count_served', 'customers') }} as detail,
        cast(count_customers as bigint) as count_rows,
        cast(count_customers as double) / count_served as figure,
        cast(null as double) as threshold
    from without_probability
    where count_customers > 0

)

select * from final

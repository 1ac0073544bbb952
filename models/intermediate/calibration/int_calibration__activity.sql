with

activity as (

    select * from {{ ref('int_calibration__activity_scored') }}

),

spans as (

    select * from {{ aisle.of_full_build('int_calibration__spans') }}
    where target = 'customer_buys'

),

positioned as (

    select
        cast(fold_id as {{ dbt.type_string() }}) as fold_id,
        cast(customer_key as bigint) as customer_key,
        cast(activity_score as double) as activity_score,
        {{ aisle.bounded_score('activity_score') }} as position
    from activity

),

interpolated as (

    select
        positioned.fold_id,
        positioned.customer_key,
        positioned.activity_score,
        spans.first_logit
        + (spans.last_logit - spans.first_logit)
        * (positioned.position - spans.first_position)
        / (spans.last_position - spans.first_position) as logit
    from positioned
    inner join spans
        on
            positioned.position >= spans.first_position
            and positioned.position < spans.last_position

),

final as (

    select
        fold_id,
        customer_key,
        activity_score,
        1 / (1 + exp(-logit)) as buys_probability
    from interpolated

)

select * from final

with

checks as (

    select * from {{ ref('int_experiments__checks') }}

),

final as (

    select
        experiment_id,
        check_name,
        effect,
        value,
        threshold,
        p_value,
        is_passed
    from checks

)

select * from final

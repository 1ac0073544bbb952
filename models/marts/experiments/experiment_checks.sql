with

checks as (

    select * from {{ ref('int_experiments__checks') }}

),

final as (

    select
        experiment_id,
        check_name,
        effect,
        detail,
        value,
        threshold,
        p_value,
        is_passed,
        changed_at
    from checks

)

select * from final

with

gates as (

    select * from {{ ref('int_folds__gates') }}

),

final as (

    select
        fold_id,
        use_case,
        gate_id,
        tier,
        metric,
        message,
        figure,
        threshold,
        is_passed
    from gates

)

select * from final

with

reliability as (

    select * from {{ ref('int_calibration__reliability') }}

),

final as (

    select
        fold_id,
        fold_role,
        target,
        segment_type,
        segment,
        bin,
        count_customers,
        count_rows,
        weight,
        mean_predicted,
        observed_rate,
        ci_low,
        ci_high,
        observed_to_expected,
        brier_score,
        base_brier_score,
        skill
    from reliability

)

select * from final

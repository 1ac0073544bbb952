with

activity_models as (

    select * from {{ aisle.of_full_build('int_calibration__activity_models') }}

),

final as (

    select
        count_folds,
        count_examples,
        count_positives,
        features,
        model
    from activity_models

)

select * from final

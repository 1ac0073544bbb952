with

folds as (

    select * from {{ ref('folds') }}

),

best_trial as (

    {% if aisle.checked_var('is_als_tuned') -%}
        select * from {{ aisle.of_full_build('int_candidates__als_trials') }}
        where is_best
    {%- else -%}
        select
            0 as factors,
            0.0 as regularisation
        where false
    {%- endif %}

),

-- The trials know the validation fold's holdout: the other folds stand at its end or
-- later.
later_folds as (

    select
        folds.fold_id,
        best_trial.factors,
        best_trial.regularisation
    from folds
    cross join best_trial
    where folds.fold_role not in ('train', 'validation')

),

final as (

    select
        folds.fold_id,
        cast(
            coalesce(later_folds.factors, {{ var('als_factors') }}) as integer
        ) as factors,
        cast(
            coalesce(later_folds.regularisation, {{ var('als_regularisation') }})
            as double
        ) as regularisation,
        later_folds.factors is not null as is_tuned
    from folds
    left join later_folds
        on folds.fold_id = later_folds.fold_id

)

select * from final

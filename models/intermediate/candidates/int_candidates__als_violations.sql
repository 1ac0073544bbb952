with

losses as (

    select * from {{ ref('int_candidates__als_losses') }}

),

fits as (

    select
        fold_id,
        max(iteration) as iterations,
        min(case when is_stalled then iteration end) as stalled_at
    from losses
    group by fold_id

),

counted as (

    select
        {{ aisle.string_list("""case
            when stalled_at is not null
                then concat_ws(
                    '',
                    fold_id,
                    ' at ',
                    cast(stalled_at as """ ~ dbt.type_string() ~ """),
                    ' of ',
                    cast(iterations as """ ~ dbt.type_string() ~ """)
                )
        end""") }} as examples,
        count(stalled_at) as count_stalled,
        count(*) as count_fits
    from fits

),

final as (

    select
        'als_loss_stalled' as check_id,
        'interactions' as dataset,
        examples,
        {{ aisle.of_text('count_stalled', 'count_fits', 'folds') }} as detail,
        count_stalled as count_rows,
        cast(count_stalled as double) / count_fits as figure,
        cast(0.001 as double) as threshold
    from counted
    where count_stalled > 0

)

select * from final

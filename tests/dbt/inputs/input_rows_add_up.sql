-- Every interaction of the source is either an input row or left for lack of consent.
with

datasets as (

    select * from {{ ref('input_datasets') }}
    where input_name = 'interactions'

),

exclusions as (

    select * from {{ ref('input_consent_exclusions') }}

),

counted as (

    select count(*) as count_rows
    from {{ ref('input_interactions') }}

),

final as (

    select
        datasets.count_rows as count_rows_in_source,
        counted.count_rows as count_rows_in_input,
        exclusions.count_rows_excluded
    from datasets
    inner join exclusions
        on datasets.input_name = exclusions.input_name
    cross join counted
    where
        datasets.count_rows
        != counted.count_rows + exclusions.count_rows_excluded

)

select * from final

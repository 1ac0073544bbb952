with

datasets as (

    select * from {{ ref('input_datasets') }}

),

input_rows as (

    select * from {{ ref('int_audit__input_rows') }}

),

findings as (

    select * from {{ ref('findings') }}

),

issues as (

    select
        dataset,
        {{ aisle.string_list("concat_ws('', check_id, ' (', severity, ')')") }}
            as known_issues
    from findings
    group by dataset

),

final as (

    select
        datasets.input_name,
        datasets.source_system,
        datasets.location,
        coalesce(issues.known_issues, 'none') as known_issues,
        datasets.count_rows,
        datasets.count_rows_repeated,
        cast(
            case
                when datasets.is_derived
                    then
                        datasets.count_rows
                        - coalesce(input_rows.count_without_consent, 0)
                else coalesce(input_rows.count_accepted, 0)
            end as bigint
        ) as count_accepted,
        coalesce(input_rows.count_rejected, 0) as count_rejected,
        coalesce(input_rows.count_after_as_of, 0) as count_after_as_of,
        coalesce(input_rows.count_without_consent, 0) as count_without_consent,
        datasets.is_supplied,
        datasets.is_derived,
        case
            when datasets.is_derived then datasets.first_at
            else input_rows.first_accepted_at
        end as first_at,
        case
            when datasets.is_derived then datasets.last_at
            else input_rows.last_accepted_at
        end as last_at
    from datasets
    left join input_rows
        on datasets.input_name = input_rows.input_name
    left join issues
        on datasets.input_name = issues.dataset

)

select * from final

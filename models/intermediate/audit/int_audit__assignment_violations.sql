with

assignments as (

    select * from {{ ref('input_experiment_assignments') }}

),

incomplete as (

    select
        coalesce(experiment_id, customer_id, source_row_id) as example,
        count(*) as count_rows
    from assignments
    where
        experiment_id is null
        or customer_id is null
        or variant is null
        or assigned_at is null
    group by coalesce(experiment_id, customer_id, source_row_id)

),

{{ aisle.most_frequent('incomplete') }},

totals as (

    select count(*) as count_all
    from assignments

),

final as (

    select
        'assignment_incomplete' as check_id,
        'experiment_assignments' as dataset,
        summed.examples,
        {{ aisle.of_text('summed.count_rows', 'totals.count_all', 'rows') }} as detail,
        summed.count_rows,
        cast(summed.count_rows as double) / totals.count_all as figure,
        cast(null as double) as threshold
    from summed
    cross join totals

)

select * from final

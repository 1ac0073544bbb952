with

experiments as (

    select * from {{ ref('experiments') }}

),

planned as (

    select * from {{ ref('experiment_variants') }}

),

assignments as (

    select * from {{ ref('int_folds__assignment_log') }}

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where
        experiment_id is not null
        and variant is not null

),

logged as (

    select distinct
        experiment_id,
        variant
    from assignments
    union
    select distinct
        experiment_id,
        variant
    from impressions

),

planned_experiments as (

    select distinct experiment_id
    from planned

),

-- An experiment that nobody planned has equal shares; the control is called so, or is
-- the first by name.
unplanned as (

    select
        logged.experiment_id,
        logged.variant,
        row_number() over (
            partition by logged.experiment_id
            order by
                case when logged.variant = 'control' then 0 else 1 end asc nulls last,
                logged.variant asc nulls last
        ) as position,
        1 / count(*) over (partition by logged.experiment_id) as share
    from logged
    anti join planned_experiments
        on logged.experiment_id = planned_experiments.experiment_id

),

final as (

    select
        planned.experiment_id,
        planned.variant,
        cast(planned.position as integer) as position,
        cast(planned.share as double) as share,
        coalesce(planned.variant = experiments.control_variant, false) as is_control,
        true as is_planned
    from planned
    inner join experiments
        on planned.experiment_id = experiments.experiment_id
    union all
    select
        experiment_id,
        variant,
        cast(position as integer) as position,
        cast(share as double) as share,
        position = 1 as is_control,
        false as is_planned
    from unplanned
    union all
    -- Logged under an experiment that was planned without it.
    select
        logged.experiment_id,
        logged.variant,
        cast(null as integer) as position,
        cast(0 as double) as share,
        false as is_control,
        false as is_planned
    from logged
    semi join planned_experiments
        on logged.experiment_id = planned_experiments.experiment_id
    anti join planned
        on
            logged.experiment_id = planned.experiment_id
            and logged.variant = planned.variant

)

select * from final

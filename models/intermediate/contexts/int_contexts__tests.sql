{#- Fewer expected visits in a cell, or customers in a month, are far from normal. -#}
{%- set least_expected = 10 -%}
{%- set least_customers = 50 -%}
{%- set level = 0.01 -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('test', 'validation')

),

lifts as (

    select * from {{ ref('int_contexts__lifts') }}

),

gains as (

    select * from {{ ref('int_contexts__gains') }}

),

-- History: the cell that is furthest from what customers' own mix gives. As one of many
-- (Holm's first step).
cells as (

    select
        *,
        count(*) over (partition by fold_id) as count_cells,
        row_number() over (
            partition by fold_id
            order by
                abs(z_score) desc nulls last, week_part asc nulls last, category asc
        ) as rank
    from lifts
    where
        expected >= {{ least_expected }}
        and z_score is not null

),

furthest as (

    select
        fold_id,
        week_part,
        category,
        count_cells,
        z_score,
        lift,
        least(
            count_cells * {{ aisle.two_sided_p_value('z_score', '1') }}, 1.0
        ) as p_value
    from cells
    where rank = 1

),

-- The month after: a customer is one observation.
summed as (

    select
        fold_id,
        count(*) as count_customers,
        cast(sum(count_visits) as bigint) as count_visits,
        {{ aisle.exact_avg('gain', 9) }} as gain,
        {{ aisle.exact_sum('excess', 9) }} as excess,
        {{ aisle.exact_sum('excess * excess', 9) }} as squares
    from gains
    group by fold_id

),

erring as (

    select
        *,
        {{ aisle.standard_error('count_customers', 'excess', 'squares') }}
            as standard_error
    from summed

),

followed as (

    select
        fold_id,
        count_customers,
        count_visits,
        gain,
        excess / count_customers / nullif(standard_error, 0) as z_score
    from erring

),

joined as (

    select
        folds.fold_id,
        folds.fold_role,
        coalesce(followed.count_customers, 0) as count_customers,
        coalesce(followed.count_visits, 0) as count_visits,
        coalesce(furthest.count_cells, 0) as count_cells,
        furthest.week_part,
        furthest.category,
        furthest.lift,
        furthest.z_score as history_statistic,
        furthest.p_value as history_p_value,
        followed.gain,
        followed.z_score as holdout_statistic,
        1 - {{ aisle.normal_cdf('followed.z_score') }} as holdout_p_value
    from folds
    left join furthest
        on folds.fold_id = furthest.fold_id
    left join followed
        on folds.fold_id = followed.fold_id

),

-- Both must be below the level, so that the larger of the two p-values is that of both.
judged as (

    select
        *,
        case
            when
                count_customers >= {{ least_customers }}
                and history_p_value is not null
                and holdout_p_value is not null
                then greatest(history_p_value, holdout_p_value)
        end as p_value
    from joined

),

decided as (

    select
        *,
        coalesce(p_value < {{ level }} and gain > 0, false) as is_shown
    from judged

),

-- Validation decides; test confirms, and decides nothing.
final as (

    select
        'time_of_week' as test_id,
        fold_id,
        fold_role,
        week_part,
        category,
        lift,
        count_cells,
        history_statistic,
        history_p_value,
        holdout_statistic,
        holdout_p_value,
        gain,
        p_value,
        count_customers,
        count_visits,
        is_shown,
        coalesce(
            bool_or(fold_role = 'validation' and is_shown) over (),
            false
        ) as is_on
    from decided

)

select * from final

{#- Fewer expected visits in a cell and outside it, or customers in a month, are far
    from normal. -#}
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

taste_gains as (

    select * from {{ ref('int_contexts__taste_gains') }}

),

categories as (

    select
        test_id,
        fold_id,
        category,
        {{ aisle.exact_sum('expected') }} as expected
    from lifts
    group by test_id, fold_id, category

),

opposed as (

    select
        lifts.*,
        categories.expected - lifts.expected as expected_otherwise
    from lifts
    inner join categories
        on
            lifts.test_id = categories.test_id
            and lifts.fold_id = categories.fold_id
            and lifts.category = categories.category

),

-- History: the cell that is furthest from what customers' own mix gives. As one of many
-- (Holm's first step). Of two situations the cells mirror each other.
cells as (

    select
        *,
        count(*) over (partition by test_id, fold_id) as count_cells,
        row_number() over (
            partition by test_id, fold_id
            order by
                abs(round(z_score, 6)) desc nulls last,
                situation asc nulls last,
                category asc
        ) as rank
    from opposed
    where
        least(expected, expected_otherwise) >= {{ least_expected }}
        and z_score is not null

),

furthest as (

    select
        test_id,
        fold_id,
        situation,
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

followed_up as (

    select
        test_id,
        fold_id,
        count_visits,
        gain,
        excess
    from gains
    union all
    select
        'gift_taste' as test_id,
        fold_id,
        count_visits,
        gain,
        gain as excess
    from taste_gains

),

-- The month after: a customer is one observation.
summed as (

    select
        test_id,
        fold_id,
        count(*) as count_customers,
        cast(sum(count_visits) as bigint) as count_visits,
        {{ aisle.exact_avg('gain', 9) }} as gain,
        {{ aisle.exact_sum('excess', 9) }} as excess,
        {{ aisle.exact_sum('excess * excess', 9) }} as squares
    from followed_up
    group by test_id, fold_id

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
        test_id,
        fold_id,
        count_customers,
        count_visits,
        gain,
        excess / count_customers / nullif(standard_error, 0) as z_score
    from erring

),

-- What presents teach is asked where they show: of both the history is the same.
asked as (

    select
        test_id,
        case when test_id = 'gift_taste' then 'gift_intent' else test_id end
            as history_test_id
    from {{ aisle.value_rows(
        'test_id', ['gift_intent', 'gift_taste', 'time_of_week']
    ) }} as listed

),

joined as (

    select
        asked.test_id,
        folds.fold_id,
        folds.fold_role,
        coalesce(followed.count_customers, 0) as count_customers,
        coalesce(followed.count_visits, 0) as count_visits,
        coalesce(furthest.count_cells, 0) as count_cells,
        furthest.situation,
        furthest.category,
        furthest.lift,
        furthest.z_score as history_statistic,
        furthest.p_value as history_p_value,
        followed.gain,
        followed.z_score as holdout_statistic,
        1 - {{ aisle.normal_cdf('followed.z_score') }} as holdout_p_value
    from folds
    cross join asked
    left join furthest
        on
            folds.fold_id = furthest.fold_id
            and asked.history_test_id = furthest.test_id
    left join followed
        on
            folds.fold_id = followed.fold_id
            and asked.test_id = followed.test_id

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
        test_id,
        fold_id,
        fold_role,
        situation,
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
            bool_or(fold_role = 'validation' and is_shown) over (
                partition by test_id
            ),
            false
        ) as is_on
    from decided

)

select * from final

with

checks as (

    select * from {{ ref('int_monitoring__checks') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

health as (

    select * from {{ ref('health') }}
    where not is_ok

),

kpis as (

    select * from {{ ref('daily_kpis') }}

),

-- Of segments the scores alone: they are made by recency, frequency and money, so that
-- features move with the boundaries.
drift as (

    select * from {{ ref('drift') }}
    where
        reference = 'tested'
        and (
            segment_type = 'all'
            or (level = 'large' and subject = 'score')
        )
        and level != 'stable'

),

release as (

    select * from {{ ref('int_releases__identity') }}

),

-- What a model promised that is no longer served is past; of the present one the latest
-- lists tell.
judged_quality as (

    select
        quality.*,
        row_number() over (
            partition by quality.source, quality.horizon
            order by quality.listed_at desc, quality.release_id asc
        ) as position
    from {{ ref('release_quality') }} as quality
    inner join release
        on quality.evaluated_release_id = release.evaluated_release_id
    where
        quality.metric = 'ndcg'
        and quality.verdict in ('below promise', 'above promise', 'as promised')

),

quality as (

    select * from judged_quality
    where
        position = 1
        and verdict = 'below promise'

),

cohorts as (

    select * from {{ ref('cohorts') }}
    where
        metric = 'ndcg'
        and segment_type != 'all'
        and is_degraded

),

returns as (

    select * from {{ ref('return_on_investment') }}
    where net_margin_ci_high is not null

),

decision as (

    select * from {{ ref('retrain_decision') }}
    where
        trigger_id = 'overall'
        and decision = 'retrain'

),

recent_days as (

    select
        kpis.kpi,
        kpis.placement,
        count(*) as count_days,
        min(kpis.kpi_date) as first_date,
        max(kpis.kpi_date) as last_date
    from kpis
    cross join folds
    where
        kpis.is_out_of_control
        and kpis.kpi_date >= {{ aisle.local_date('folds.cutoff_at') }} - 7
    group by kpis.kpi, kpis.placement

),

-- The last of the days stands for them.
out_of_control as (

    select
        recent_days.*,
        kpis.value,
        kpis.lower_limit,
        kpis.upper_limit
    from recent_days
    inner join kpis
        on
            recent_days.kpi = kpis.kpi
            and recent_days.placement = kpis.placement
            and recent_days.last_date = kpis.kpi_date

),

found as (

    select
        health.measure as check_id,
        case
            when health.segment_type = 'all' then 'all'
            else concat_ws(' ', health.segment_type, health.segment)
        end as subject,
        case
            when health.earlier_value is not null
                then concat_ws(
                    '',
                    'was ',
                    {{ aisle.unit_text('health.earlier_value', 'health.unit') }},
                    ' {{ var("fold_days") }} days earlier'
                )
        end as detail,
        case
            when health.rule = 'rises_by' then health.value - health.earlier_value
            when health.rule = 'falls_by' then health.earlier_value - health.value
            else health.value
        end as value,
        health.value as level,
        case
            when health.unit = 'days'
                then {{ aisle.shift_days('folds.cutoff_at', '-health.value') }}
            when health.rule in ('rises_by', 'falls_by')
                then {{ aisle.add_days('folds.cutoff_at', -var('fold_days')) }}
        end as since_at
    from health
    cross join folds
    union all
    select
        'kpi_out_of_control' as check_id,
        concat_ws(' ', kpi, placement) as subject,
        concat_ws(
            '',
            'last ',
            {{ aisle.kpi_text('value') }},
            ', limits ',
            {{ aisle.kpi_text('lower_limit') }},
            ' to ',
            {{ aisle.kpi_text('upper_limit') }}
        ) as detail,
        cast(count_days as double) as value,
        cast(count_days as double) as level,
        {{ aisle.utc_midnight('first_date') }} as since_at
    from out_of_control
    union all
    select
        concat_ws('_', 'drift', level) as check_id,
        case
            when segment_type = 'all' then concat_ws(' ', subject, feature)
            else concat_ws(' ', subject, feature, 'of', segment)
        end as subject,
        largest_change as detail,
        psi as value,
        psi as level,
        reference_cutoff_at as since_at
    from drift
    union all
    select
        'quality_below_promise' as check_id,
        concat_ws(' ', 'release', release_id, horizon) as subject,
        concat_ws(
            '',
            'NDCG@10 ',
            {{ aisle.number_text('value', 3) }},
            ', promised ',
            {{ aisle.number_text('promised', 3) }}
        ) as detail,
        loss as value,
        loss as level,
        listed_at as since_at
    from quality
    union all
    select
        'cohort_degraded' as check_id,
        concat_ws(' ', cohorts.segment_type, cohorts.segment) as subject,
        concat_ws(
            '',
            'NDCG@10 ',
            {{ aisle.number_text('cohorts.test_value', 3) }},
            ' in the test month, ',
            {{ aisle.number_text('cohorts.before_value', 3) }},
            ' before; all customers ',
            {{ aisle.number_text('cohorts.population_difference', 3) }}
        ) as detail,
        -cohorts.difference as value,
        -cohorts.difference as level,
        cast(null as timestamp) as since_at
    from cohorts
    union all
    select
        'negative_return' as check_id,
        concat_ws(' ', 'experiment', experiment_id) as subject,
        concat_ws(
            '',
            'at most ',
            {{ aisle.number_text('net_margin_ci_high', 2) }},
            ' {{ var("currency") }}'
        ) as detail,
        net_margin_ci_high as value,
        net_margin_ci_high as level,
        started_at as since_at
    from returns
    union all
    select
        'retrain_due' as check_id,
        'model' as subject,
        reason as detail,
        value,
        value as level,
        evaluated_as_of as since_at
    from decision

),

-- A check that was taken out of the seed makes no alert.
final as (

    select
        checks.severity,
        checks.priority,
        found.check_id,
        found.subject,
        concat_ws(
            '',
            checks.title,
            case
                when found.subject in ('all', 'model') then ''
                else concat_ws('', ', ', found.subject)
            end,
            ': ',
            {{ aisle.unit_text('found.level', 'checks.unit') }},
            case
                when found.detail is null then ''
                else concat_ws('', ' (', found.detail, ')')
            end
        ) as message,
        cast(found.value as double) as value,
        checks.threshold,
        checks.unit,
        checks.remedy,
        found.since_at,
        cast(
            row_number() over (
                order by
                    case checks.severity
                        when 'error' then 1 when 'warning' then 2 else 3
                    end asc nulls last,
                    checks.priority asc nulls last,
                    abs(found.value) desc,
                    found.check_id asc nulls last,
                    found.subject asc nulls last
            ) as bigint
        ) as position
    from found
    inner join checks
        on found.check_id = checks.check_id
    where
        case
            when checks.rule in ('above', 'rises_by', 'falls_by')
                then found.value > checks.threshold
            else found.value < checks.threshold
        end

)

select * from final

{#- Models that find something wrong, each with the same columns. -#}
{%- set violations = [
    'int_audit__row_violations',
    'int_audit__input_violations',
    'int_audit__interaction_violations',
    'int_audit__answer_violations',
    'int_audit__assignment_violations',
    'int_audit__impression_violations',
    'int_audit__attribute_violations',
    'int_candidates__als_violations',
    'int_experiments__violations',
    'int_fatigue__violations',
    'int_placements__collection_violations',
    'int_rules__violations',
    'int_slots__pin_violations',
    'int_slots__violations',
] -%}
{#- Those that compare with what came true: only a full build can tell. -#}
{%- set measured_violations = [
    'int_calibration__violations',
    'int_evaluation__champion_violations',
    'int_evaluation__objective_violations',
] -%}

with

{% for model in violations -%}
    {{ model | replace('int_', '') }} as (

        select * from {{ ref(model) }}

    ),

{% endfor -%}
{% for model in measured_violations -%}
    {{ model | replace('int_', '') }} as (

        select * from {{ aisle.of_full_build(model) }}

    ),

{% endfor -%}
checks as (

    select * from {{ ref('audit_checks') }}

),

coverage as (

    select * from {{ ref('daily_coverage') }}

),

cross_references as (

    select * from {{ ref('cross_references') }}

),

category_issues as (

    select * from {{ ref('category_issues') }}
    where issue != 'missing_attributes'

),

key_figures as (

    select * from {{ ref('int_audit__key_figures') }}

),

gates as (

    select * from {{ ref('readiness_gates') }}
    where not is_passed

),

days as (

    select
        event_date,
        is_gap,
        row_number() over (partition by is_gap order by event_date asc) as position
    from coverage

),

gaps as (

    select
        count(*) as count_days,
        count(case when is_gap then 1 end) as count_gaps,
        {{ aisle.string_list("""case
            when is_gap and position <= 5
                then cast(event_date as """ ~ dbt.type_string() ~ """)
        end""") }} as examples
    from days

),

population as (

    select count_whole as count_customers
    from key_figures
    where figure_id = 'loyal_customer_rate'

),

-- With fewer than a hundred customers the top 1 % is a single one.
concentration as (

    select
        key_figures.figure,
        key_figures.count_part,
        key_figures.count_whole
    from key_figures
    cross join population
    where
        key_figures.figure_id = 'top_customers_event_rate'
        and key_figures.figure > 0.3
        and population.count_customers >= 100

),

ranked_issues as (

    select
        *,
        row_number() over (
            partition by issue
            order by count_products desc, subject asc
        ) as position
    from category_issues

),

issues as (

    select
        issue,
        count(*) as count_subjects,
        sum(count_products) as count_products,
        {{ aisle.string_list('case when position <= 5 then subject end') }} as examples
    from ranked_issues
    group by issue

),

failed_gates as (

    select
        case
            when tier = 'advised' then 'advised_gate_failed'
            when fold_id = 'serving' then 'hard_gate_failed'
            else 'hard_gate_failed_in_past_fold'
        end as check_id,
        concat_ws('', fold_id, ' ', use_case, ' ', gate_id) as example,
        case
            when fold_id = 'serving' then concat_ws('', use_case, ': ', message)
            else concat_ws('', fold_id, ' ', use_case, ' ', gate_id)
        end as detail
    from gates
    where
        tier = 'hard'
        or fold_id = 'serving'

),

gate_violations as (

    select
        check_id,
        {{ aisle.string_list('example') }} as examples,
        {{ aisle.string_list('detail') }} as detail,
        count(*) as count_rows
    from failed_gates
    group by check_id

),

violations as (

    {% for model in violations + measured_violations -%}
        select
            check_id,
            dataset,
            examples,
            detail,
            count_rows,
            figure,
            threshold
        from {{ model | replace('int_', '') }}
        union all
    {% endfor -%}
    select
        'coverage_gap' as check_id,
        'interactions' as dataset,
        examples,
        {{ aisle.of_text('count_gaps', 'count_days', 'days') }} as detail,
        count_gaps as count_rows,
        cast(count_gaps as double) / count_days as figure,
        cast(null as double) as threshold
    from gaps
    where count_gaps > 0
    union all
    select
        reference as check_id,
        dataset,
        examples,
        {{ aisle.of_text('count_broken', 'count_subjects', 'checked') }} as detail,
        count_broken as count_rows,
        broken_rate as figure,
        cast(null as double) as threshold
    from cross_references
    where count_broken > 0
    union all
    select
        issue as check_id,
        'products' as dataset,
        examples,
        concat_ws(
            '',
            examples,
            case
                when count_subjects > 5
                    then concat_ws(
                        '',
                        ' and ',
                        cast(count_subjects - 5 as {{ dbt.type_string() }}),
                        ' more'
                    )
                else ''
            end
        ) as detail,
        cast(count_products as bigint) as count_rows,
        cast(count_subjects as double) as figure,
        cast(null as double) as threshold
    from issues
    union all
    select
        'concentrated_events' as check_id,
        'interactions' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        {{ aisle.of_text('count_part', 'count_whole', 'events') }} as detail,
        count_part as count_rows,
        figure,
        cast(0.3 as double) as threshold
    from concentration
    union all
    select
        check_id,
        'interactions' as dataset,
        examples,
        detail,
        count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from gate_violations

),

final as (

    select
        violations.check_id,
        violations.dataset,
        checks.severity,
        checks.priority,
        concat_ws('', checks.title, ': ', violations.detail) as message,
        violations.examples,
        checks.remedy,
        violations.count_rows,
        violations.figure,
        violations.threshold
    from violations
    left join checks
        on violations.check_id = checks.check_id

)

select * from final

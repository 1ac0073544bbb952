{#- Which finding a failed check is part of; `minimum_run`, `one_release` and
    `known_releases` are of no finding. -#}
{%- set findings = {
    'has_started': 'experiment_not_started',
    'has_impressions': 'experiment_not_shown',
    'one_variant_each': 'customers_in_two_variants',
    'every_variant_seen': 'variant_unseen',
    'planned_days': 'experiment_outside_plan',
    'sample_ratio_assigned': 'sample_ratio_mismatch',
    'sample_ratio_exposed': 'sample_ratio_mismatch',
    'balance_visits': 'experiment_disturbed',
    'balance_orders': 'experiment_disturbed',
    'balance_revenue': 'experiment_disturbed',
    'one_scenario': 'experiment_disturbed',
    'one_rule_set': 'experiment_disturbed',
    'one_objective': 'experiment_disturbed',
    'one_steering': 'experiment_disturbed',
    'usual_days': 'experiment_disturbed',
} -%}

with

checks as (

    select * from {{ ref('int_experiments__checks') }}
    where not is_passed

),

named as (

    select
        case check_name
            {% for check_name, check_id in findings.items() -%}
                when '{{ check_name }}' then '{{ check_id }}'
            {% endfor -%}
        end as check_id,
        experiment_id,
        check_name,
        value,
        p_value
    from checks

),

ranked as (

    select
        *,
        row_number() over (
            partition by check_id
            order by experiment_id asc, check_name asc nulls last
        ) as position
    from named
    where check_id is not null

),

summed as (

    select
        check_id,
        {{ aisle.string_list(
            "case when position <= 5 then concat_ws(' ', experiment_id, check_name) end"
        ) }} as examples,
        count(distinct experiment_id) as count_experiments,
        -- Of customers there may be several in an experiment, of variants and of rows.
        sum(case
            when
                check_id in (
                    'customers_in_two_variants',
                    'variant_unseen',
                    'experiment_outside_plan'
                )
                then value
            else 1
        end) as count_rows,
        min(p_value) as p_value
    from ranked
    group by check_id

),

final as (

    select
        check_id,
        'experiment_assignments' as dataset,
        examples,
        concat_ws(
            '',
            cast(cast(count_rows as bigint) as {{ dbt.type_string() }}),
            case
                when check_id = 'customers_in_two_variants' then ' customers'
                when check_id = 'variant_unseen' then ' variants'
                when check_id = 'experiment_outside_plan' then ' rows'
                else ' checks'
            end,
            ' of ',
            cast(count_experiments as {{ dbt.type_string() }}),
            case when count_experiments = 1 then ' experiment' else ' experiments' end
        ) as detail,
        cast(count_rows as bigint) as count_rows,
        p_value as figure,
        cast(case when p_value is not null then 0.001 end as double) as threshold
    from summed

)

select * from final

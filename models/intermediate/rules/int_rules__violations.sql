with

rules as (

    select * from {{ ref('int_rules__rules') }}

),

-- Those too whose day has not come: a typo is to be found before it does.
dated_rules as (

    select * from {{ ref('int_rules__dated_rules') }}
    where fold_id = 'serving'

),

product_values as (

    select * from {{ ref('int_rules__product_values') }}
    where fold_id = 'serving'

),

product_hits as (

    select * from {{ ref('int_rules__product_hits') }}
    where fold_id = 'serving'

),

objectives as (

    select
        objectives.objective_id,
        objectives.owner,
        objectives.review_on
    from {{ ref('objectives') }} as objectives
    cross join {{ ref('int_audit__as_of') }} as as_of
    where
        cast(objectives.is_enabled as boolean)
        and cast(objectives.review_on as date)
        < {{ aisle.local_date('as_of.as_of') }}

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

impressions as (

    select count(*) as count_known
    from {{ ref('int_features__exposures') }}
    where fold_id = 'serving'

),

counted_rules as (

    select cast(count(*) as double) as count_rules
    from rules

),

known as (

    select
        rule_number,
        count(
            case
                when
                    field is null
                    or coalesce(text_value, '') != ''
                    or number_value is not null
                    then 1
            end
        ) as count_known,
        count(
            case
                when
                    and_field is null
                    or coalesce(and_text_value, '') != ''
                    or and_number_value is not null
                    then 1
            end
        ) as count_and_known
    from product_values
    group by rule_number

),

hit as (

    select distinct rule_number
    from product_hits

),

described as (

    select
        dated_rules.rule_id,
        dated_rules.rule_number,
        case
            when known.count_known = 0 then dated_rules.field
            when known.count_and_known = 0 then dated_rules.and_field
        end as unknown_field,
        hit.rule_number is null as is_idle
    from dated_rules
    inner join known
        on dated_rules.rule_number = known.rule_number
    left join hit
        on dated_rules.rule_number = hit.rule_number

),

-- What caps count by, and what makes products of one kind.
groupings as (

    {% for field in aisle.cap_fields() -%}
        select
            '{{ field }}' as field,
            count(nullif({{ field }}, 'unknown')) as count_known
        from products
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

ungrouped as (

    select
        dated_rules.rule_id,
        groupings.field
    from dated_rules
    inner join groupings
        on
            coalesce(
                dated_rules.per,
                case
                    when dated_rules.condition = 'bought_kind_within_days'
                        then 'subcategory'
                end
            ) = groupings.field
    where groupings.count_known = 0
    union all
    select
        dated_rules.rule_id,
        'impressions' as field
    from dated_rules
    cross join impressions
    where
        dated_rules.condition in ('seen_times', 'seen_past_cap')
        and impressions.count_known = 0

),

regions as (

    select distinct lower(region) as region
    from {{ ref('int_folds__customer_regions') }}
    where fold_id = 'serving'

),

known_experiments as (

    select trim(experiment_id) as experiment_id
    from {{ ref('experiments') }}
    union
    select experiment_id
    from {{ ref('int_folds__assignment_log') }}

),

treated_experiments as (

    select distinct experiment_id
    from {{ ref('int_folds__assignment_log') }}
    where variant = 'treatment'

),

segments as (

    select distinct coalesce(segment, 'any segment') as segment
    from rules

),

active as (

    select
        segments.segment,
        count(*) as count_rules
    from segments
    inner join dated_rules
        on coalesce(dated_rules.segment = segments.segment, true)
    where
        dated_rules.is_in_force
        and not dated_rules.is_availability
    group by segments.segment
    having count(*) > 5

),

-- Two periods of one rule are one.
found as (

    select
        'rule_without_data' as check_id,
        rule_id as example,
        concat_ws('', rule_id, ' needs ', unknown_field) as detail,
        cast(null as double) as threshold
    from described
    where unknown_field is not null
    union
    select
        'rule_without_data' as check_id,
        rule_id as example,
        concat_ws('', rule_id, ' needs ', field) as detail,
        cast(null as double) as threshold
    from ungrouped
    union
    select
        'rule_matches_nothing' as check_id,
        rule_id as example,
        rule_id as detail,
        cast(null as double) as threshold
    from described
    where
        is_idle
        and unknown_field is null
    union
    select
        'rule_matches_nothing' as check_id,
        dated_rules.rule_id as example,
        concat_ws('', dated_rules.rule_id, ' (region ', dated_rules.region, ')')
            as detail,
        cast(null as double) as threshold
    from dated_rules
    left join regions
        on dated_rules.region = regions.region
    where
        dated_rules.region is not null
        and regions.region is null
    union
    select
        'rule_matches_nothing' as check_id,
        rules.rule_id as example,
        concat_ws('', rules.rule_id, ' (experiment ', rules.experiment_id, ')')
            as detail,
        cast(null as double) as threshold
    from rules
    left join known_experiments
        on rules.experiment_id = known_experiments.experiment_id
    where
        rules.experiment_id is not null
        and known_experiments.experiment_id is null
    union
    select
        'rule_for_nobody' as check_id,
        dated_rules.rule_id as example,
        concat_ws(
            '',
            dated_rules.rule_id,
            ' (experiment ',
            dated_rules.experiment_id,
            ')'
        ) as detail,
        cast(null as double) as threshold
    from dated_rules
    inner join known_experiments
        on dated_rules.experiment_id = known_experiments.experiment_id
    left join treated_experiments
        on dated_rules.experiment_id = treated_experiments.experiment_id
    where
        dated_rules.is_in_force
        and treated_experiments.experiment_id is null
    union
    select
        'objective_overdue' as check_id,
        objective_id as example,
        concat_ws('', objective_id, ' of ', owner, ' since ', review_on) as detail,
        cast(null as double) as threshold
    from objectives
    union
    select
        'too_many_rules' as check_id,
        segment as example,
        concat_ws(
            '', segment, ' has ', cast(count_rules as {{ dbt.type_string() }})
        ) as detail,
        cast(5 as double) as threshold
    from active

),

final as (

    select
        found.check_id,
        case
            when found.check_id = 'objective_overdue' then 'objectives'
            else 'business_rules'
        end as dataset,
        {{ aisle.string_list('found.example') }} as examples,
        {{ aisle.string_list('found.detail') }} as detail,
        count(*) as count_rows,
        count(*) / nullif(counted_rules.count_rules, 0) as figure,
        max(found.threshold) as threshold
    from found
    cross join counted_rules
    group by found.check_id, counted_rules.count_rules

)

select * from final

with

rules as (

    select * from {{ ref('int_rules__fold_rules') }}
    where hours is not null

),

acting as (

    select * from {{ ref('int_rules__acting') }}

),

-- Every rule that meets a candidate of the fold.
met as (

    select
        fold_id,
        bit_or(rule_mask) as met_mask
    from acting
    group by fold_id

),

met_rules as (

    select rules.*
    from rules
    inner join met
        on rules.fold_id = met.fold_id
    where
        rules.is_universal
        or (met.met_mask & rules.rule_bit) > 0

),

-- The checks of the seed let a rule have all hours, or weekdays, of a part or none: the
-- first stands for the others.
matched as (

    {% for part in aisle.week_parts() -%}
        select
            '{{ part.week_part }}' as week_part,
            *
        from met_rules
        where
            contains('|' || hours || '|', '|{{ part.hours[0] }}|')
            and coalesce(
                contains('|' || weekdays || '|', '|{{ part.weekdays[0] }}|'), true
            )
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

final as (

    select
        fold_id,
        week_part,
        rule_number,
        rule_id,
        rule_bit,
        is_universal,
        action,
        per,
        strength
    from matched

)

select * from final

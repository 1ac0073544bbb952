with

rules as (

    select * from {{ ref('int_rules__fold_rules') }}
    where
        fold_id = 'serving'
        and hours is not null

),

-- The checks of the seed let a rule have all hours, or weekdays, of a part or none: the
-- first stands for the others.
matched as (

    {% for part in aisle.week_parts() -%}
        select
            '{{ part.week_part }}' as week_part,
            *
        from rules
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

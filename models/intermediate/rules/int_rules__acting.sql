{#- Only what is served is listed in every fold; the other scenarios where they are
    chosen and confirmed. -#}

with

hits as (

    select * from {{ ref('int_rules__hits') }}

),

fold_rules as (

    select * from {{ ref('int_rules__fold_rules') }}

),

scenarios as (

    select * from {{ ref('int_rules__scenarios') }}

),

folds as (

    select * from {{ ref('folds') }}
    where
        is_evaluated
        or fold_role = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}

),

universal as (

    select
        folds.fold_id,
        folds.fold_role,
        cast(coalesce(sum(fold_rules.rule_bit), 0) as bigint) as universal_mask
    from folds
    left join fold_rules
        on
            folds.fold_id = fold_rules.fold_id
            and fold_rules.is_universal
    group by folds.fold_id, folds.fold_role

),

masks as (

    select
        universal.fold_id,
        universal.fold_role,
        hits.rule_mask,
        hits.rule_mask + universal.universal_mask as acting_mask
    from universal
    inner join hits
        on universal.fold_id = hits.fold_id
    group by
        universal.fold_id,
        universal.fold_role,
        hits.rule_mask,
        universal.universal_mask
    union all
    select
        fold_id,
        fold_role,
        cast(0 as bigint) as rule_mask,
        universal_mask as acting_mask
    from universal

),

-- Every rule of these lists that meets a candidate of the fold.
met as (

    select
        fold_id,
        bit_or(acting_mask) as met_mask
    from masks
    group by fold_id

),

-- A cap counts nothing where no product says what it counts by.
known_groups as (

    {% for field in aisle.cap_fields() -%}
        select
            fold_id,
            '{{ field }}' as per
        from products
        where {{ field }} != 'unknown'
        group by fold_id
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

met_rules as (

    select
        fold_rules.fold_id,
        fold_rules.rule_id
    from fold_rules
    inner join met
        on
            fold_rules.fold_id = met.fold_id
            and (met.met_mask & fold_rules.rule_bit) > 0
    left join known_groups
        on
            fold_rules.fold_id = known_groups.fold_id
            and fold_rules.per = known_groups.per
    where
        fold_rules.hours is null
        and (fold_rules.per is null or known_groups.per is not null)
        and coalesce(
            fold_rules.placement in ({{ aisle.text_list(aisle.shelves() | list) }}),
            true
        )

),

placements as (

    {% for placement in aisle.shelves() -%}
        select '{{ placement }}' as placement
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

combined as (

    select
        masks.fold_id,
        masks.rule_mask,
        masks.acting_mask,
        scenarios.scenario_id,
        scenarios.rules,
        scenarios.rule_id,
        placements.placement,
        cast(
            dense_rank() over (
                order by
                    masks.fold_id asc nulls last,
                    scenarios.scenario_id asc nulls last,
                    placements.placement asc nulls last
            ) as integer
        ) as context_key
    from masks
    cross join scenarios
    cross join placements
    left join met_rules
        on
            masks.fold_id = met_rules.fold_id
            and scenarios.rule_id = met_rules.rule_id
    where
        scenarios.scenario_id = 'live'
        or (
            masks.fold_role in ('validation', 'test')
            -- What a rule that meets nothing does need not be measured.
            and (scenarios.rule_id is null or met_rules.rule_id is not null)
            and (placements.placement = 'home' or not scenarios.is_of_home)
        )

),

-- A set of rules that nothing is left of in a scenario keeps a row without a rule.
final as (

    select
        combined.context_key,
        combined.fold_id,
        combined.scenario_id,
        combined.placement,
        combined.rule_mask,
        fold_rules.rule_number,
        fold_rules.rule_id,
        fold_rules.action,
        fold_rules.per,
        fold_rules.strength
    from combined
    left join fold_rules
        on
            combined.fold_id = fold_rules.fold_id
            and (combined.acting_mask & fold_rules.rule_bit) > 0
            -- What is for some hours acts on lists by part of the week alone.
            and fold_rules.hours is null
            and coalesce(fold_rules.placement = combined.placement, true)
            and case combined.rules
                when 'all' then true
                when 'none' then false
                when 'only' then fold_rules.rule_id = combined.rule_id
                when 'without' then fold_rules.rule_id != combined.rule_id
            end

)

select * from final

{#- Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory
    and asymptotic confidence sequences", 2021, arXiv 2103.06476: narrowest at the
    planned size. -#}
{%- set alpha = 0.05 -%}
{%- set least_customers = 10 -%}
{%- set tightness = '(-2 * ln(' ~ alpha ~ ') + ln(-2 * ln(' ~ alpha ~ ') + 1))' -%}

with

pairs as (

    select * from {{ ref('int_experiments__pairs') }}
    where
        looked_on is not null
        and method = 'unadjusted'

),

runs as (

    select * from {{ ref('int_experiments__runs') }}

),

variants as (

    select * from {{ ref('int_experiments__variants') }}

),

units as (

    select * from {{ ref('int_experiments__units') }}
    where count_variants = 1

),

entered as (

    select
        experiment_id,
        variant,
        count(*) as count_assigned,
        count(exposed_at) as count_exposed
    from units
    group by experiment_id, variant

),

sized as (

    select
        pairs.*,
        coalesce(
            nullif(
                runs.planned_customers
                * (base_variants.share + treated_variants.share),
                0
            ),
            case
                when pairs.basis = 'exposed'
                    then base_entered.count_exposed + treated_entered.count_exposed
                else base_entered.count_assigned + treated_entered.count_assigned
            end
        ) as planned_customers,
        cast(pairs.base_customers + pairs.count_customers as double) as count_both
    from pairs
    inner join runs
        on pairs.experiment_id = runs.experiment_id
    inner join variants as base_variants
        on
            pairs.experiment_id = base_variants.experiment_id
            and pairs.base_variant = base_variants.variant
    inner join variants as treated_variants
        on
            pairs.experiment_id = treated_variants.experiment_id
            and pairs.variant = treated_variants.variant
    inner join entered as base_entered
        on
            pairs.experiment_id = base_entered.experiment_id
            and pairs.base_variant = base_entered.variant
    inner join entered as treated_entered
        on
            pairs.experiment_id = treated_entered.experiment_id
            and pairs.variant = treated_entered.variant

),

scaled as (

    select
        *,
        count_both * {{ tightness }} / planned_customers as scale
    from sized

),

-- The interval is asymptotic: of fewer customers, or of such that are all alike, the
-- error says too little.
reached as (

    select
        *,
        case
            when
                base_customers >= {{ least_customers }}
                and count_customers >= {{ least_customers }}
                and standard_error > 0
                then
                    standard_error * sqrt(
                        (scale + 1) / scale * ln((scale + 1) / {{ alpha * alpha }})
                    )
        end as reach
    from scaled

),

final as (

    select
        experiment_id,
        basis,
        base_variant,
        variant,
        metric,
        looked_on,
        cast(difference as double) as difference,
        cast(standard_error as double) as standard_error,
        {{ aisle.interval('difference', 'standard_error') }},
        cast(difference - reach as double) as anytime_ci_low,
        cast(difference + reach as double) as anytime_ci_high,
        cast(base_customers as bigint) as base_customers,
        cast(count_customers as bigint) as count_customers,
        cast(planned_customers as double) as planned_customers
    from reached

)

select * from final

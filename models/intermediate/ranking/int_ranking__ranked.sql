{%- set sources = aisle.candidate_sources() -%}

with

fused as (

    select * from {{ ref('int_ranking__fused') }}
    where
        is_ranked
        and {{ aisle.in_block('customer_key') }}

),

proposals as (

    select * from {{ ref('int_candidates__proposals') }}
    where {{ aisle.in_block('customer_key') }}

),

folds as (

    select * from {{ ref('folds') }}

),

best_scores as (

    select
        fold_key,
        customer_key,
        source_key,
        score
    from proposals
    where rank = 1

),

-- Scores of a model that is fitted anew in every fold mean little from one fold to the
-- next; shares of the customer's best and ranks mean the same.
pivoted as (

    select
        proposals.fold_key,
        proposals.customer_key,
        proposals.product_key,
        {% for source in sources -%}
            {% if source.kind == 'personal' -%}
                max(
                    case
                        when proposals.source_key = {{ loop.index }}
                            then
                                greatest(proposals.score, 0)
                                / nullif(best_scores.score, 0)
                    end
                ) as {{ source.name }}_share,
            {% endif -%}
            min(
                case
                    when proposals.source_key = {{ loop.index }} then proposals.rank
                end
            ) as {{ source.name }}_rank,
        {% endfor -%}
        count(*) as count_sources,
        bool_or(fused.is_personal) as is_personal
    from proposals
    inner join fused
        on
            proposals.fold_key = fused.fold_key
            and proposals.customer_key = fused.customer_key
            and proposals.product_key = fused.product_key
    inner join best_scores
        on
            proposals.fold_key = best_scores.fold_key
            and proposals.customer_key = best_scores.customer_key
            and proposals.source_key = best_scores.source_key
    group by proposals.fold_key, proposals.customer_key, proposals.product_key

),

final as (

    select
        folds.fold_id,
        cast(pivoted.customer_key as bigint) as customer_key,
        cast(pivoted.product_key as bigint) as product_key,
        {% for source in sources -%}
            {% if source.kind == 'personal' -%}
                pivoted.{{ source.name }}_share,
            {% endif -%}
            pivoted.{{ source.name }}_rank,
        {% endfor -%}
        cast(pivoted.count_sources as integer) as count_sources,
        pivoted.is_personal
    from pivoted
    inner join folds
        on pivoted.fold_key = folds.fold_key

)

select * from final

{#- What only a pin has brought is not counted among the candidates. -#}
{%- set queue = '2 * list_key + case when is_candidate then 1 else 0 end' -%}
{#- Of what was sent back whole there is no last purchase. -#}
{%- set kinds = {
    'buy_again': 'last_purchase_age_days is not null', 'new_for_you': 'not is_bought'
} -%}

with

candidates as (

    select * from {{ ref('int_rules__candidates') }}
    where {{ aisle.in_block('customer_key') }}

),

hits as (

    select * from {{ ref('int_rules__hits') }}
    where {{ aisle.in_block('customer_key') }}

),

probabilities as (

    select * from {{ ref('int_calibration__probabilities') }}
    where {{ aisle.in_block('customer_key') }}

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}
    where {{ aisle.in_block('customer_key') }}

),

folds as (

    select * from {{ ref('folds') }}

),

-- Each shelf in the order of its own strategy. In the number of a list a placement's
-- stands behind ten times the fold's key.
contenders as (

    {% for placement in aisle.shelves() -%}
        select
            candidates.fold_id,
            '{{ placement }}' as placement,
            {{ aisle.list_number(
                '(10 * folds.fold_key + ' ~ loop.index ~ ')', 'candidates.customer_key'
            ) }} as list_key,
            candidates.customer_key,
            candidates.product_key,
            candidates.is_candidate,
            candidates.{{ placement }}_strategy as strategy,
            candidates.is_bought,
            candidates.{{ placement }}_score as score,
            candidates.newcomers_score,
            candidates.count_buyers_30d,
            cast(candidates.popularity_rank as integer) as popularity_rank,
            candidates.personal_share
        from candidates
        inner join folds
            on candidates.fold_id = folds.fold_id
        {% if placement in kinds -%}
            where {{ kinds[placement] }}
        {% endif -%}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- The order of what is personal, and of what newcomers are shown. What only a pin has
-- brought stands in neither.
ordered as (

    select
        *,
        case
            when is_candidate and personal_share > 0
                then cast(row_number() over (
                    partition by {{ queue }}
                    order by score desc nulls last, popularity_rank asc
                ) as integer)
        end as own_place,
        case
            when is_candidate and personal_share < 1
                then cast(row_number() over (
                    partition by {{ queue }}
                    order by newcomers_score desc nulls last, popularity_rank asc
                ) as integer)
        end as newcomers_place
    from contenders

),

placed as (

    select
        *,
        coalesce(own_place, newcomers_place) as place
    from ordered

),

-- Calibrated is the order of the home list alone. Elsewhere, and for whom nothing is
-- known, the discount of the place stands in: it falls from place to place too.
final as (

    select
        placed.fold_id,
        placed.placement,
        placed.customer_key,
        placed.product_key,
        placed.strategy,
        placed.is_bought,
        placed.score,
        placed.newcomers_score,
        placed.count_buyers_30d,
        placed.popularity_rank,
        placed.personal_share,
        placed.place,
        placed.newcomers_place,
        coalesce(customers.is_measured, false) as is_measured,
        coalesce(hits.rule_mask, 0) as rule_mask,
        coalesce(
            min(probabilities.purchase_probability_30d) over (
                partition by placed.list_key
                order by placed.place asc nulls last
                rows between unbounded preceding and current row
            ),
            {{ aisle.discounted_gain('placed.place') }}
        ) as relevance
    from placed
    left join customers
        on
            placed.fold_id = customers.fold_id
            and placed.customer_key = customers.customer_key
    left join hits
        on
            placed.fold_id = hits.fold_id
            and placed.customer_key = hits.customer_key
            and placed.product_key = hits.product_key
    left join probabilities
        on
            placed.fold_id = probabilities.fold_id
            and placed.customer_key = probabilities.customer_key
            and placed.product_key = probabilities.product_key
            and placed.placement = 'home'

)

select * from final

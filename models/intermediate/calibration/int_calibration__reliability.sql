with

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('validation', 'test')

),

customers as (

    select * from {{ ref('int_calibration__customers') }}

),

activity as (

    select * from {{ ref('int_calibration__activity') }}

),

probabilities as (

    select * from {{ ref('int_calibration__probabilities') }}

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}

),

scored as (

    select * from {{ ref('int_folds__scored_customers') }}

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

-- Where a sample is scored it stands for all of its kind.
outcomes as (

    select
        probabilities.fold_id,
        probabilities.customer_key,
        probabilities.product_key,
        probabilities.is_bought,
        probabilities.product_probability,
        probabilities.purchase_probability_30d,
        customers.has_bought,
        scored.sampling_weight as weight,
        case when relevant.product_key is not null then 1 else 0 end as outcome
    from probabilities
    inner join folds
        on probabilities.fold_id = folds.fold_id
    inner join customers
        on
            probabilities.fold_id = customers.fold_id
            and probabilities.customer_key = customers.customer_key
    inner join scored
        on
            probabilities.fold_id = scored.fold_id
            and probabilities.customer_key = scored.customer_key
    left join relevant
        on
            probabilities.fold_id = relevant.fold_id
            and probabilities.customer_key = relevant.customer_key
            and probabilities.product_key = relevant.product_key

),

predictions as (

    select
        activity.fold_id,
        'customer_buys' as target,
        activity.customer_key,
        cast(null as bigint) as product_key,
        cast(null as boolean) as is_bought,
        activity.buys_probability as predicted,
        case when customers.has_bought then 1 else 0 end as outcome,
        cast(1 as double) as weight
    from activity
    inner join folds
        on activity.fold_id = folds.fold_id
    inner join customers
        on
            activity.fold_id = customers.fold_id
            and activity.customer_key = customers.customer_key
    union all
    select
        fold_id,
        'product_given_buys' as target,
        customer_key,
        product_key,
        is_bought,
        product_probability as predicted,
        outcome,
        cast(1 as double) as weight
    from outcomes
    where has_bought
    union all
    select
        fold_id,
        'product_bought' as target,
        customer_key,
        product_key,
        is_bought,
        purchase_probability_30d as predicted,
        outcome,
        weight
    from outcomes
    where fold_id = 'test'

),

-- Tenths of the weight, from the lowest probability to the highest.
cumulated as (

    select
        *,
        sum({{ aisle.exact_decimal('weight') }}) over (
            partition by fold_id, target
            order by
                predicted asc nulls last,
                customer_key asc,
                product_key asc nulls first
            rows between unbounded preceding and current row
        ) - {{ aisle.exact_decimal('weight') }} as weight_before,
        sum({{ aisle.exact_decimal('weight') }}) over (partition by fold_id, target)
            as total_weight
    from predictions

),

-- Candidates of one customer are bought together or not at all: customers, not rows,
-- are what chance draws.
by_customer as (

    select
        fold_id,
        target,
        customer_key,
        is_bought,
        cast(
            floor(10 * cast(weight_before as double) / cast(total_weight as double))
            as integer
        ) + 1 as decile,
        count(*) as count_rows,
        {{ aisle.exact_sum('weight', 9) }} as weight,
        {{ aisle.exact_sum('weight * predicted', 9) }} as predicted,
        {{ aisle.exact_sum('weight * outcome', 9) }} as outcome,
        {{ aisle.exact_sum(
            'weight * (predicted - outcome) * (predicted - outcome)', 9
        ) }} as squared_error
    from cumulated
    group by
        fold_id,
        target,
        customer_key,
        is_bought,
        cast(
            floor(10 * cast(weight_before as double) / cast(total_weight as double))
            as integer
        ) + 1

),

{%- set segments = {
    'all': "'all'",
    'rfm_segment': 'segments.rfm_segment',
    'activity_type': 'segments.activity_type',
    'product_kind':
        "case when by_customer.is_bought then 'repeat'"
        ~ " when not by_customer.is_bought then 'new_to_customer' end",
} %}

segmented as (

    {% for segment_type, expression in segments.items() -%}
        {% for bin in [
            "'all'",
            'cast(by_customer.decile as ' ~ dbt.type_string() ~ ')',
        ] -%}
            select
                by_customer.*,
                '{{ segment_type }}' as segment_type,
                {{ expression }} as segment,
                {{ bin }} as bin
            from by_customer
            inner join segments
                on
                    by_customer.fold_id = segments.fold_id
                    and by_customer.customer_key = segments.customer_key
            {% if not loop.last -%}
                union all
            {% endif -%}
        {% endfor -%}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

clustered as (

    select
        fold_id,
        target,
        segment_type,
        segment,
        bin,
        customer_key,
        sum(count_rows) as count_rows,
        {{ aisle.exact_sum('weight') }} as weight,
        {{ aisle.exact_sum('predicted') }} as predicted,
        {{ aisle.exact_sum('outcome') }} as outcome,
        {{ aisle.exact_sum('squared_error') }} as squared_error
    from segmented
    where segment is not null
    group by fold_id, target, segment_type, segment, bin, customer_key

),

summed as (

    select
        fold_id,
        target,
        segment_type,
        segment,
        bin,
        count(*) as count_customers,
        sum(count_rows) as count_rows,
        {{ aisle.exact_sum('weight') }} as weight,
        {{ aisle.exact_sum('predicted') }} as predicted,
        {{ aisle.exact_sum('outcome') }} as outcome,
        {{ aisle.exact_sum('squared_error') }} as squared_error,
        {{ aisle.exact_sum('outcome * outcome') }} as outcome_squares,
        {{ aisle.exact_sum('outcome * weight') }} as outcome_weights,
        {{ aisle.exact_sum('weight * weight') }} as weight_squares
    from clustered
    group by fold_id, target, segment_type, segment, bin

),

rated as (

    select
        *,
        outcome / weight as observed_rate,
        predicted / weight as mean_predicted,
        squared_error / weight as brier_score,
        outcome / weight * (1 - outcome / weight) as base_brier_score
    from summed

),

spread as (

    select
        *,
        {{ aisle.ratio_standard_error(
            'count_customers', 'outcome', 'weight', 'outcome_squares',
            'weight_squares', 'outcome_weights'
        ) }} as standard_error
    from rated

),

final as (

    select
        spread.fold_id,
        folds.fold_role,
        cast(spread.target as {{ dbt.type_string() }}) as target,
        cast(spread.segment_type as {{ dbt.type_string() }}) as segment_type,
        spread.segment,
        spread.bin,
        cast(spread.count_customers as bigint) as count_customers,
        cast(spread.count_rows as bigint) as count_rows,
        cast(spread.weight as double) as weight,
        cast(spread.mean_predicted as double) as mean_predicted,
        cast(spread.observed_rate as double) as observed_rate,
        {{ aisle.interval('spread.observed_rate', 'spread.standard_error') }},
        cast(spread.outcome / nullif(spread.predicted, 0) as double)
            as observed_to_expected,
        cast(spread.brier_score as double) as brier_score,
        cast(spread.base_brier_score as double) as base_brier_score,
        cast(1 - spread.brier_score / nullif(spread.base_brier_score, 0) as double)
            as skill
    from spread
    inner join folds
        on spread.fold_id = folds.fold_id

)

select * from final

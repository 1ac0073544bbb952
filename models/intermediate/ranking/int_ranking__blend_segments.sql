{%- set signals = aisle.blend_signals() -%}
{%- set products = [] -%}
{%- for signal in signals -%}
    {%- do products.append(
        'signals.signal_' ~ signal ~ ' * weights.weight_' ~ signal
    ) -%}
{%- endfor -%}

with

trials as (

    select * from {{ ref('int_ranking__blend_trials') }}
    where is_best

),

halves as (

    select * from {{ ref('int_features__validation_halves') }}

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}

),

signals as (

    select * from {{ ref('int_ranking__signals') }}

),

popularity as (

    select * from {{ ref('int_features__products') }}

),

customers as (

    select
        halves.fold_id,
        halves.half,
        segments.rfm_segment as segment,
        halves.customer_key,
        count(*) as count_relevant
    from halves
    inner join segments
        on
            halves.fold_id = segments.fold_id
            and halves.customer_key = segments.customer_key
    inner join relevant
        on
            halves.fold_id = relevant.fold_id
            and halves.customer_key = relevant.customer_key
    group by
        halves.fold_id, halves.half, segments.rfm_segment, halves.customer_key

),

counted as (

    select
        fold_id,
        segment,
        count(case when half = 'tune' then 1 end) as count_tuning_customers,
        count(case when half = 'choose' then 1 end) as count_customers
    from customers
    group by fold_id, segment

),

weights as (

    select
        segment,
        {% for signal in signals -%}
            coalesce(max(case when signal = '{{ signal }}' then weight end), 0)
                as weight_{{ signal }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from trials
    group by segment

),

contestants as (

    select
        segment,
        segment as weights_of,
        true as is_own
    from weights
    where segment != 'all'
    union all
    select
        segment,
        'all' as weights_of,
        false as is_own
    from weights
    where segment != 'all'

),

-- On the half that tuned neither: a search always does better where it searched.
entries as (

    select
        customers.fold_id,
        customers.segment,
        contestants.weights_of,
        contestants.is_own,
        customers.customer_key,
        customers.count_relevant
    from customers
    inner join contestants
        on customers.segment = contestants.segment
    where customers.half = 'choose'

),

scored as (

    select
        entries.fold_id,
        entries.is_own,
        entries.customer_key,
        signals.product_key,
        {{ products | join('\n        + ') }} as score
    from entries
    inner join weights
        on entries.weights_of = weights.segment
    inner join signals
        on
            entries.fold_id = signals.fold_id
            and entries.customer_key = signals.customer_key

),

-- Ties as in the lists that are evaluated.
ranked as (

    select
        scored.fold_id,
        scored.is_own,
        scored.customer_key,
        scored.product_key,
        row_number() over (
            partition by scored.fold_id, scored.is_own, scored.customer_key
            order by scored.score desc, popularity.popularity_rank asc
        ) as rank
    from scored
    inner join popularity
        on
            scored.fold_id = popularity.fold_id
            and scored.product_key = popularity.product_key

),

hits as (

    select
        ranked.fold_id,
        ranked.is_own,
        ranked.customer_key,
        {{ aisle.exact_sum(aisle.discounted_gain('ranked.rank'), 9) }} as sum_gain
    from ranked
    inner join relevant
        on
            ranked.fold_id = relevant.fold_id
            and ranked.customer_key = relevant.customer_key
            and ranked.product_key = relevant.product_key
    where ranked.rank <= 10
    group by ranked.fold_id, ranked.is_own, ranked.customer_key

),

measured as (

    select
        entries.fold_id,
        entries.segment,
        entries.is_own,
        entries.customer_key,
        {{ aisle.ndcg_at_k(
            'coalesce(hits.sum_gain, 0)', 'entries.count_relevant', '10'
        ) }} as ndcg
    from entries
    left join hits
        on
            entries.fold_id = hits.fold_id
            and entries.is_own = hits.is_own
            and entries.customer_key = hits.customer_key

),

paired as (

    select
        fold_id,
        segment,
        customer_key,
        max(case when is_own then ndcg end) as own_ndcg,
        max(case when not is_own then ndcg end) as shared_ndcg
    from measured
    group by fold_id, segment, customer_key

),

summed as (

    select
        fold_id,
        segment,
        count(*) as count_pairs,
        {{ aisle.exact_avg('own_ndcg', 9) }} as own_ndcg,
        {{ aisle.exact_avg('shared_ndcg', 9) }} as shared_ndcg,
        {{ aisle.exact_sum('own_ndcg - shared_ndcg', 9) }} as total,
        {{ aisle.exact_sum(
            '(own_ndcg - shared_ndcg) * (own_ndcg - shared_ndcg)', 9
        ) }} as squares
    from paired
    group by fold_id, segment

),

errors as (

    select
        *,
        total / count_pairs as difference,
        {{ aisle.standard_error('count_pairs', 'total', 'squares') }} as standard_error
    from summed

),

tested as (

    select
        *,
        {{ aisle.two_sided_p_value('difference', 'standard_error') }} as p_value
    from errors

),

ordered as (

    select
        *,
        row_number() over (
            partition by fold_id
            order by p_value asc nulls last, segment asc nulls last
        ) as position,
        count(p_value) over (partition by fold_id) as count_comparisons
    from tested

),

-- Every segment is one more chance to be better by luck.
adjusted as (

    select
        *,
        {{ aisle.benjamini_hochberg(
            'p_value', 'position', 'count_comparisons', 'fold_id'
        ) }} as p_value_bh
    from ordered

),

decided as (

    select
        counted.fold_id,
        counted.segment,
        counted.count_tuning_customers,
        counted.count_customers,
        adjusted.own_ndcg,
        adjusted.shared_ndcg,
        adjusted.difference,
        adjusted.standard_error,
        {{ aisle.interval('adjusted.difference', 'adjusted.standard_error') }},
        adjusted.p_value,
        adjusted.p_value_bh,
        weights.segment is not null as has_own_weights
    from counted
    left join weights
        on counted.segment = weights.segment
    left join adjusted
        on
            counted.fold_id = adjusted.fold_id
            and counted.segment = adjusted.segment

),

final as (

    select
        fold_id,
        segment,
        own_ndcg,
        shared_ndcg,
        difference,
        standard_error,
        ci_low,
        ci_high,
        p_value,
        p_value_bh,
        count_tuning_customers,
        count_customers,
        has_own_weights,
        coalesce(ci_low > 0 and p_value_bh < 0.05, false) as is_used
    from decided

)

select * from final

with

lists as (

    select * from {{ ref('int_evaluation__lists') }}

),

relevant as (

    select * from {{ ref('int_evaluation__relevant_products') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

diversity as (

    select * from {{ ref('int_evaluation__list_diversity') }}

),

ks as (

    select * from (
        values {% for k in aisle.metric_ks() %}({{ k }}){% if not loop.last %}, {% endif %}{% endfor %}
    ) as listed (k)

),

customers as (

    select
        fold_id,
        task,
        customer_key,
        has_history,
        count(*) as count_relevant,
        {{ aisle.exact_sum('revenue') }} as revenue_relevant
    from relevant
    group by fold_id, task, customer_key, has_history

),

strategies as (

    select distinct
        fold_id,
        scenario_id,
        strategy
    from lists

),

catalogue as (

    select
        fold_id,
        count(*) as count_products,
        max(count_buyers) as max_count_buyers
    from products
    group by fold_id

),

listed as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.task,
        lists.customer_key,
        lists.rank,
        relevant.product_key is not null as is_hit,
        relevant.revenue,
        relevant.revenue_winsorised,
        relevant.margin,
        products.popularity_rank,
        -- Half a buyer for what nobody has bought keeps the logarithm finite.
        -ln(
            greatest(products.count_buyers, 0.5)
            / greatest(catalogue.max_count_buyers, 1.0)
        ) / ln(2) as novelty,
        1 - (products.popularity_rank - 1.0) / catalogue.count_products
            as popularity_bias
    from lists
    inner join customers
        on
            lists.fold_id = customers.fold_id
            and lists.task = customers.task
            and lists.customer_key = customers.customer_key
    inner join products
        on
            lists.fold_id = products.fold_id
            and lists.product_key = products.product_key
    inner join catalogue
        on lists.fold_id = catalogue.fold_id
    left join relevant
        on
            lists.fold_id = relevant.fold_id
            and lists.task = relevant.task
            and lists.customer_key = relevant.customer_key
            and lists.product_key = relevant.product_key

),

counted as (

    select
        *,
        count(case when is_hit then 1 end) over (
            partition by fold_id, scenario_id, strategy, task, customer_key
            order by rank asc
            rows between unbounded preceding and current row
        ) as count_hits_so_far
    from listed

),

cut as (

    select
        counted.fold_id,
        counted.scenario_id,
        counted.strategy,
        counted.task,
        counted.customer_key,
        ks.k,
        count(*) as count_shown,
        count(case when counted.is_hit then 1 end) as count_hits,
        count(case when counted.is_hit and counted.popularity_rank > ks.k then 1 end)
            as count_surprising_hits,
        min(case when counted.is_hit then counted.rank end) as first_hit_rank,
        {{ aisle.exact_sum(
            "case when counted.is_hit then " ~ aisle.discounted_gain('counted.rank')
            ~ " else 0 end", 9
        ) }} as sum_gain,
        {{ aisle.exact_sum(
            "case when counted.is_hit"
            ~ " then cast(counted.count_hits_so_far as double) / counted.rank"
            ~ " else 0 end", 9
        ) }} as sum_precision,
        {{ aisle.exact_sum('counted.revenue') }} as revenue,
        {{ aisle.exact_sum('counted.revenue_winsorised') }} as revenue_winsorised,
        {{ aisle.exact_sum('counted.margin') }} as margin,
        {{ aisle.exact_avg('counted.novelty') }} as novelty,
        {{ aisle.exact_avg('counted.popularity_bias') }} as popularity_bias
    from counted
    inner join ks
        on counted.rank <= ks.k
    group by
        counted.fold_id,
        counted.scenario_id,
        counted.strategy,
        counted.task,
        counted.customer_key,
        ks.k

),

-- A customer without a list is a customer without hits, never a missing row.
final as (

    select
        customers.fold_id,
        strategies.scenario_id,
        strategies.strategy,
        customers.task,
        customers.customer_key,
        ks.k,
        customers.has_history,
        customers.count_relevant,
        customers.revenue_relevant,
        coalesce(cut.count_shown, 0) as count_shown,
        coalesce(cut.count_hits, 0) as count_hits,
        coalesce(cut.count_surprising_hits, 0) as count_surprising_hits,
        cut.first_hit_rank,
        coalesce(cut.sum_gain, 0) as sum_gain,
        coalesce(cut.sum_precision, 0) as sum_precision,
        coalesce(cut.revenue, 0) as revenue,
        coalesce(cut.revenue_winsorised, 0) as revenue_winsorised,
        cut.margin,
        cut.novelty,
        cut.popularity_bias,
        diversity.intra_list_diversity
    from customers
    inner join strategies
        on customers.fold_id = strategies.fold_id
    cross join ks
    left join cut
        on
            customers.fold_id = cut.fold_id
            and strategies.scenario_id = cut.scenario_id
            and strategies.strategy = cut.strategy
            and customers.task = cut.task
            and customers.customer_key = cut.customer_key
            and ks.k = cut.k
    left join diversity
        on
            cut.fold_id = diversity.fold_id
            and cut.scenario_id = diversity.scenario_id
            and cut.strategy = diversity.strategy
            and cut.customer_key = diversity.customer_key
            and cut.k = diversity.k
            and cut.task = 'all'

)

select * from final

{%- set list_metrics = ['intra_list_diversity', 'category_entropy', 'entropy_gain'] -%}

with

lists as (

    select * from {{ ref('int_evaluation__lists') }}

),

relevant_products as (

    select * from {{ ref('int_evaluation__relevant_products') }}

),

new_products as (

    select * from {{ ref('int_features__new_products') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

diversity as (

    select * from {{ ref('int_evaluation__list_diversity') }}

),

listed_customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

ks as (

    select ks.k
    from {{ aisle.value_rows('k', aisle.metric_ks()) }} as ks

),

relevant as (

    select
        relevant_products.*,
        new_products.product_key is not null as is_new_product
    from relevant_products
    left join new_products
        on
            relevant_products.fold_id = new_products.fold_id
            and relevant_products.product_key = new_products.product_key

),

customers as (

    select
        fold_id,
        task,
        customer_key,
        has_history,
        count(*) as count_relevant,
        count(case when is_new_product then 1 end) as count_new_relevant,
        {{ aisle.exact_sum('revenue') }} as revenue_relevant,
        count(margin) = count(*) as has_known_costs
    from relevant
    group by fold_id, task, customer_key, has_history

),

{{ aisle.numbered_strategies() }},

catalogue as (

    select
        fold_id,
        count(*) as count_products,
        max(count_buyers) as max_count_buyers
    from products
    group by fold_id

),

profiled_products as (

    select
        products.fold_id,
        products.product_key,
        products.popularity_rank,
        -- Half a buyer for what nobody has bought keeps the logarithm finite.
        -ln(
            greatest(products.count_buyers, 0.5e0)
            / greatest(catalogue.max_count_buyers, 1)
        ) / ln(2) as novelty,
        1 - (products.popularity_rank - 1) / catalogue.count_products
            as popularity_bias
    from products
    inner join catalogue
        on products.fold_id = catalogue.fold_id

),

listed as (

    select
        {{ aisle.list_number('strategies.strategy_key', 'lists.customer_key') }}
            as list_key,
        lists.fold_id,
        lists.task,
        lists.customer_key,
        lists.product_key,
        lists.rank,
        profiled_products.popularity_rank,
        profiled_products.novelty,
        profiled_products.popularity_bias
    from lists
    inner join strategies
        on
            lists.fold_id = strategies.fold_id
            and lists.scenario_id = strategies.scenario_id
            and lists.strategy = strategies.strategy
            and lists.task = strategies.task
    inner join profiled_products
        on
            lists.fold_id = profiled_products.fold_id
            and lists.product_key = profiled_products.product_key

),

list_profiles as (

    select
        list_key,
        count(*) as count_listed,
        {{ aisle.exact_avg('case when rank <= 10 then novelty end') }} as novelty,
        {{ aisle.exact_avg('case when rank <= 10 then popularity_bias end') }}
            as popularity_bias
    from listed
    group by list_key

),

numbered_hits as (

    select
        listed.list_key,
        listed.rank,
        listed.popularity_rank,
        relevant.is_new_product,
        relevant.revenue,
        relevant.revenue_winsorised,
        relevant.margin,
        row_number() over (
            partition by listed.list_key
            order by listed.rank asc
        ) as hit_number
    from listed
    inner join relevant
        on
            listed.fold_id = relevant.fold_id
            and listed.task = relevant.task
            and listed.customer_key = relevant.customer_key
            and listed.product_key = relevant.product_key

),

cut_hits as (

    select
        numbered_hits.list_key,
        ks.k,
        count(*) as count_hits,
        count(case when numbered_hits.popularity_rank > ks.k then 1 end)
            as count_surprising_hits,
        count(case when numbered_hits.is_new_product then 1 end) as count_new_hits,
        min(numbered_hits.rank) as first_hit_rank,
        {{ aisle.exact_sum(aisle.discounted_gain('numbered_hits.rank'), 9) }}
            as sum_gain,
        {{ aisle.exact_sum(
            'cast(numbered_hits.hit_number as double) / numbered_hits.rank', 9
        ) }} as sum_precision,
        {{ aisle.exact_sum('numbered_hits.revenue') }} as revenue,
        {{ aisle.exact_sum('numbered_hits.revenue_winsorised') }} as revenue_winsorised,
        {{ aisle.exact_sum('numbered_hits.margin') }} as margin
    from numbered_hits
    inner join ks
        on numbered_hits.rank <= ks.k
    group by numbered_hits.list_key, ks.k

),

-- A customer without a list is a customer without hits, never a missing row; but for
-- scenarios that are measured on others.
measured as (

    select
        customers.fold_id,
        strategies.scenario_id,
        strategies.strategy,
        customers.task,
        customers.customer_key,
        {{ aisle.list_number('strategies.strategy_key', 'customers.customer_key') }}
            as list_key,
        customers.has_history,
        customers.count_relevant,
        customers.count_new_relevant,
        customers.revenue_relevant,
        customers.has_known_costs
    from customers
    inner join strategies
        on
            customers.fold_id = strategies.fold_id
            and customers.task = strategies.task
    left join listed_customers
        on
            customers.fold_id = listed_customers.fold_id
            and customers.customer_key = listed_customers.customer_key
    where
        strategies.scenario_id in ('relevance_only', 'live')
        or coalesce(listed_customers.is_measured, false)

),

final as (

    select
        measured.fold_id,
        measured.scenario_id,
        measured.strategy,
        measured.task,
        measured.customer_key,
        ks.k,
        measured.has_history,
        measured.count_relevant,
        measured.count_new_relevant,
        measured.revenue_relevant,
        least(coalesce(list_profiles.count_listed, 0), ks.k) as count_shown,
        coalesce(cut_hits.count_hits, 0) as count_hits,
        coalesce(cut_hits.count_surprising_hits, 0) as count_surprising_hits,
        coalesce(cut_hits.count_new_hits, 0) as count_new_hits,
        cut_hits.first_hit_rank,
        coalesce(cut_hits.sum_gain, 0) as sum_gain,
        coalesce(cut_hits.sum_precision, 0) as sum_precision,
        coalesce(cut_hits.revenue, 0) as revenue,
        coalesce(cut_hits.revenue_winsorised, 0) as revenue_winsorised,
        -- Who bought anything of unknown cost is left out, hit or not: else the mean
        -- would be that of customers without hits.
        case when measured.has_known_costs then coalesce(cut_hits.margin, 0) end
            as margin,
        case when ks.k = 10 then list_profiles.novelty end as novelty,
        case when ks.k = 10 then list_profiles.popularity_bias end as popularity_bias,
        {% for metric in list_metrics -%}
            case
                when ks.k = 10 then diversity.{{ metric }}
            end as {{ metric }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from measured
    left join list_profiles
        on measured.list_key = list_profiles.list_key
    left join diversity
        on
            measured.fold_id = diversity.fold_id
            and measured.scenario_id = diversity.scenario_id
            and measured.strategy = diversity.strategy
            and measured.task = diversity.task
            and measured.customer_key = diversity.customer_key
    cross join ks
    left join cut_hits
        on
            measured.list_key = cut_hits.list_key
            and ks.k = cut_hits.k

)

select * from final

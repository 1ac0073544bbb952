{{ config(enabled=aisle.checked_var('is_content_enabled')) }}

with

histories as (

    select * from {{ ref('int_similarity__histories') }}
    where rank <= {{ var('history_per_customer') }}

),

customers as (

    select * from {{ ref('int_candidates__personal_customers') }}
    where {{ aisle.in_block('customer_key') }}

),

neighbours as (

    select * from {{ ref('int_similarity__content_neighbours') }}
    where rank <= {{ var('neighbours_per_history') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

{{ aisle.scored_by_history('neighbours') }},

{{ aisle.top_candidates('scored', 'content') }}

select * from final

-- Every row of the source is accepted, rejected, after as-of or left out for want of
-- consent; and each is exactly one of these.
with

datasets as (

    select * from {{ ref('input_datasets') }}
    where input_name = 'interactions'

),

interactions as (

    select * from {{ ref('input_interactions') }}

),

inventory as (

    select * from {{ ref('dataset_inventory') }}
    where input_name = 'interactions'

),

accepted as (

    select * from {{ ref('int_audit__accepted_interactions') }}

),

rejected as (

    select * from {{ ref('rejected_rows') }}

),

counted as (

    select
        (select sum(count_rows) from datasets) as count_source,
        (select count(*) from interactions) as count_input,
        (select count(*) from accepted) as count_accepted,
        (select count(*) from rejected) as count_rejected,
        (select sum(count_after_as_of) from inventory) as count_after_as_of,
        (select sum(count_without_consent) from inventory) as count_without_consent

)

select *
from counted
where
    count_accepted + count_rejected + count_after_as_of != count_input
    or count_input + count_without_consent != count_source

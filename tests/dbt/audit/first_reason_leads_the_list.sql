-- One rejected row has one first reason, and only what is rejected has any.
with

interactions as (

    select * from {{ ref('int_audit__interactions_checked') }}

)

select
    interaction_row_id,
    disposition,
    rejection_reason,
    rejection_reasons
from interactions
where
    (disposition = 'rejected') != (rejection_reason is not null)
    or rejection_reasons not like concat_ws('', rejection_reason, '%')
    or disposition not in ('accepted', 'rejected', 'after_as_of')

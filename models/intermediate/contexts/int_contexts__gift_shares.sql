with

lifts as (

    select * from {{ ref('int_contexts__lifts') }}
    where test_id = 'gift_intent'

),

-- Of what is bought with a present in mind, no more than the same customers' other days
-- would have bought too.
final as (

    select
        gifts.fold_id,
        gifts.category,
        least(own.lift / gifts.lift, 1) as own_share
    from lifts as gifts
    inner join lifts as own
        on
            gifts.fold_id = own.fold_id
            and gifts.category = own.category
    where
        gifts.situation = 'gift'
        and own.situation = 'own'

)

select * from final

-- Only what is kept null is null: where a policy says that a missing value is imputed,
-- becomes unknown or loses its row, none is left. A policy for what no mart measures is
-- a misspelt one.
with

policies as (

    select * from {{ ref('missing_value_policies') }}

),

features as (

    select * from {{ ref('feature_policies') }}

)

select
    policies.mart,
    policies.feature,
    policies.missing_policy,
    features.count_null
from policies
left join features
    on
        policies.mart = features.mart
        and policies.feature = features.feature
where
    features.feature is null
    or (policies.missing_policy != 'kept_null' and features.count_null > 0)

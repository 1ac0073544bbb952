{# The CTE `valued`, and those before it: what each product has in the fields that a selector
   asks for, null where that is not known; from a CTE with `fold_id, first_date` and
   `selector_cells`. #}
{% macro selector_values(selectors) -%}
products as (

    select * from {{ ref('int_features__products') }}

),

details as (

    select * from {{ ref('int_folds__products') }}

),

months as (

    select * from {{ ref('int_features__product_months') }}

),

attributes as (

    select * from {{ ref('int_features__product_attributes') }}

),

events as (

    select * from {{ ref('int_rules__product_events') }}

),

-- Few selectors meet many products: as many rows as both have together.
valued as (

    select
        {{ selectors }}.*,
        products.product_key,
        {{ aisle.rule_field_value(
            selectors ~ '.field', 'text', 'attributes.value'
        ) }} as text_value,
        {{ aisle.rule_field_value(selectors ~ '.field', 'number') }} as number_value,
        {{ aisle.rule_field_value(
            selectors ~ '.and_field', 'text', 'and_attributes.value'
        ) }} as and_text_value,
        {{ aisle.rule_field_value(selectors ~ '.and_field', 'number') }}
            as and_number_value
    from products
    inner join {{ selectors }}
        on products.fold_id = {{ selectors }}.fold_id
    inner join details
        on
            products.fold_id = details.fold_id
            and products.product_key = details.product_key
    left join events
        on
            products.fold_id = events.fold_id
            and products.product_key = events.product_key
    left join months
        on
            products.fold_id = months.fold_id
            and products.product_key = months.product_key
            and extract(month from {{ selectors }}.first_date) = months.month
    left join attributes
        on
            products.fold_id = attributes.fold_id
            and products.product_key = attributes.product_key
            and {{ selectors }}.field = attributes.field
    left join attributes as and_attributes
        on
            products.fold_id = and_attributes.fold_id
            and products.product_key = and_attributes.product_key
            and {{ selectors }}.and_field = and_attributes.field

)
{%- endmacro %}

{# What a rule can choose products by, each with its kind and the expression that gives
   it: `products` is int_features__products, `details` int_folds__products, `events` the
   returns and complaints, `months` the product's month. Beside these there are the keys
   of the products' `attributes`, as `attributes.<key>`, of kind text. #}
{% macro rule_fields() -%}
    {{ return({
        'product_id': {
            'kind': 'text',
            'means': 'the product',
            'column': 'products.product_id',
        },
        'title': {
            'kind': 'text',
            'means': 'its title',
            'column': 'details.title',
        },
        'category': {
            'kind': 'text',
            'means': 'its category',
            'column': "nullif(products.category, 'unknown')",
        },
        'subcategory': {
            'kind': 'text',
            'means': 'its subcategory',
            'column': "nullif(products.subcategory, 'unknown')",
        },
        'brand': {
            'kind': 'text',
            'means': 'its brand',
            'column': "nullif(products.brand, 'unknown')",
        },
        'seller_id': {
            'kind': 'text',
            'means': 'who sells it',
            'column': 'details.seller_id',
        },
        'is_in_stock': {
            'kind': 'boolean',
            'means': 'whether any unit is left',
            'column': "case when products.units_on_hand > 0 then 'true'
                when products.units_on_hand is not null then 'false' end",
        },
        'is_one_off': {
            'kind': 'boolean',
            'means': 'whether people buy it once',
            'column': "case when products.is_one_off then 'true' else 'false' end",
        },
        'price': {
            'kind': 'number',
            'means': 'its price, in the currency of the shop',
            'column': 'products.price',
        },
        'margin_rate': {
            'kind': 'number',
            'means': 'share of the price that is not cost',
            'column': '1 - products.unit_cost / nullif(products.price, 0)',
        },
        'units_on_hand': {
            'kind': 'number',
            'means': 'units left',
            'column': 'products.units_on_hand',
        },
        'days_of_stock': {
            'kind': 'number',
            'means': 'days that these last at the pace of the units sold, less returned, in '
                ~ '30 days; unknown where none was',
            'column': 'products.units_on_hand * 30
                / nullif(greatest(events.units_sold_30d, 0), 0)',
        },
        'count_orders': {
            'kind': 'number',
            'means': 'orders with it, ever',
            'column': 'products.count_orders',
        },
        'trend': {
            'kind': 'number',
            'means': 'orders of the last 30 days over all, shrunk',
            'column': 'products.trend',
        },
        'repeat_rate': {
            'kind': 'number',
            'means': 'share of its buyers who bought it again',
            'column': 'products.repeat_rate',
        },
        'days_on_sale': {
            'kind': 'number',
            'means': 'days since the first sale that was kept',
            'column': 'products.first_sold_age_days',
        },
        'seasonal_index': {
            'kind': 'number',
            'means': 'its sales in this month of the year over its usual ones, one order '
                ~ 'added to both: 1 is usual, '
                ~ '0 what has been sold for a year, and never in this month',
            'column': 'coalesce(months.seasonal_index, case
                when products.first_sold_age_days >= 365 then 0 end)',
        },
        'return_rate': {
            'kind': 'number',
            'means': 'returns over purchases',
            'column': 'events.return_rate',
        },
        'complaint_rate': {
            'kind': 'number',
            'means': 'complaints over purchases',
            'column': 'events.complaint_rate',
        },
    }) }}
{%- endmacro %}

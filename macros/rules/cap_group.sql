{# What a cap counts by: the product's category, brand and so on, or all alike. #}
{% macro cap_group(per, products, details) -%}
case {{ per }}
    when 'category' then {{ products }}.category
    when 'subcategory' then {{ products }}.subcategory
    when 'brand' then {{ products }}.brand
    when 'seller_id' then coalesce({{ details }}.seller_id, 'unknown')
    else 'any'
end
{%- endmacro %}

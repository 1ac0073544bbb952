{# What the columns of the Online Retail II table are called, in lower case and without
   blanks or underscores. #}
{% macro online_retail_aliases() -%}
    {{- return({
        'sheet': ['sourcesheet'],
        'invoice': ['invoice', 'invoiceno'],
        'stock_code': ['stockcode'],
        'description': ['description'],
        'quantity': ['quantity'],
        'invoiced_at': ['invoicedate'],
        'price': ['price', 'unitprice'],
        'customer': ['customerid'],
        'country': ['country']
    }) -}}
{%- endmacro %}

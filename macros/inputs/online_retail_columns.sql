{# The file's column for each of our names, as found in the file of the var
   `online_retail_path`; fails with one message where the file or a column is missing.
   Only `sheet` may be: without it nothing tells which rows the workbook repeats. #}
{% macro online_retail_columns() -%}
    {%- set path = aisle.checked_file('online_retail_path') -%}
    {%- set found = {} -%}
    {%- set names = [] -%}
    {%- for column in aisle.file_columns(path) -%}
        {%- do names.append(column.name) -%}
        {%- set plain = column.name.lower() | replace(' ', '') | replace('_', '') -%}
        {%- for name, aliases in aisle.online_retail_aliases().items() -%}
            {%- if plain in aliases and name not in found -%}
                {%- do found.update({name: column.name}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set spellings = {
        'invoice': 'Invoice or InvoiceNo', 'stock_code': 'StockCode',
        'description': 'Description', 'quantity': 'Quantity',
        'invoiced_at': 'InvoiceDate', 'price': 'Price or UnitPrice',
        'customer': 'Customer ID or CustomerID', 'country': 'Country'
    } -%}
    {%- for name, spelling in spellings.items() if name not in found -%}
        {{- exceptions.raise_compiler_error(
            "var online_retail_path: the file " ~ path ~ " has no column " ~ spelling
            ~ "; columns found: " ~ names | join(', ') ~ ". Needed: "
            ~ spellings.values() | join(', ') ~ "."
        ) -}}
    {%- endfor -%}
    {{- return(found) -}}
{%- endmacro %}

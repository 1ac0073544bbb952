"""The connectors on files small enough to check by eye."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dbt_runner import run_dbt

RETAIL = """\
source_sheet,Invoice,StockCode,Description,Quantity,InvoiceDate,Price,CustomerID,Country
2009-2010,500001,85123a, WHITE HOLDER ,6,2009-12-01 08:00:00,2.55,13085.0,United Kingdom
2009-2010,500002,85123A,renamed,2,2010-06-01 08:00:00,3,13085,France
2009-2010,C500003,85123A,renamed,-1,2010-06-02 08:00:00,3,13085,France
2009-2010,500004,POST,POSTAGE,1,2010-06-03 08:00:00,18,13085,France
2009-2010,500005,22423,damaged,-7,2010-06-04 08:00:00,0,,United Kingdom
2009-2010,500008,23444,Next Day Carriage,1,2010-06-05 08:00:00,15,13085,France
2009-2010,500009,99999,DOTCOM POSTAGE,1,2010-06-06 08:00:00,18,13085,France
2009-2010,500010,23099,FRENCH CARRIAGE LANTERN,1,2010-06-07 08:00:00,6,13085,France
2009-2010,500011,DCGS0058,MISO PRETTY GUM,1,2010-06-08 08:00:00,0.83,13085,France
2009-2010,500012,GIFT_0001_20,Gift Voucher,1,2010-06-09 08:00:00,17,13085,France
2009-2010,500006,22423,CAKESTAND,1,2010-12-01 09:00:00,12.75,,United Kingdom
2010-2011,500006,22423,CAKESTAND,1,2010-12-01 09:00:00,12.75,,United Kingdom
2010-2011,500006,22423,CAKESTAND,1,2010-12-01 09:00:00,12.75,,United Kingdom
2010-2011,500007,22423,CAKESTAND,many,12/31/2010 8:26,12.75,14000,Spain
"""


def test_online_retail_maps_rows_and_drops_the_repeated_days(
    tmp_path: Path, inputs: Path
) -> None:
    path = tmp_path / "retail.csv"
    path.write_text(RETAIL)
    variables = {"connector": "online_retail", "online_retail_path": str(path)}
    run = run_dbt(["build"], tmp_path / "run", variables, project=inputs).succeeded()

    rows = run.query("""
        select
            order_id, customer_id, session_id, product_id, interaction_type,
            quantity, invalid_columns, strftime(occurred_at, '%Y-%m-%d')
        from inputs.input_interactions
        where not is_non_product
        order by occurred_at, interaction_row_id
    """)
    cakestand = ("500006", None, "500006", "22423", "purchase", 1.0, None)
    assert rows == [
        ("500001", "13085", None, "85123A", "purchase", 6.0, None, "2009-12-01"),
        ("500002", "13085", None, "85123A", "purchase", 2.0, None, "2010-06-01"),
        ("C500003", "13085", None, "85123A", "return", 1.0, None, "2010-06-02"),
        ("500005", None, "500005", "22423", "return", 7.0, None, "2010-06-04"),
        ("500010", "13085", None, "23099", "purchase", 1.0, None, "2010-06-07"),
        ("500011", "13085", None, "DCGS0058", "purchase", 1.0, None, "2010-06-08"),
        (*cakestand, "2010-12-01"),
        (*cakestand, "2010-12-01"),
        ("500007", "14000", None, "22423", "purchase", None, "quantity", "2010-12-31"),
    ]
    # Known by code, by code, by title, by code.
    assert run.query("""
        select product_id from inputs.input_interactions
        where is_non_product
        order by occurred_at
    """) == [("POST",), ("23444",), ("99999",), ("GIFT_0001_20",)]
    assert run.query(
        "select order_id from inputs.input_interactions where is_stock_write_off"
    ) == [("500005",)]
    assert run.query(
        "select product_id, title from inputs.input_products order by product_id"
    ) == [
        ("22423", "CAKESTAND"),
        ("23099", "FRENCH CARRIAGE LANTERN"),
        ("85123A", "WHITE HOLDER"),
        ("DCGS0058", "MISO PRETTY GUM"),
    ]
    assert run.query(
        "select customer_id, region from inputs.input_customers order by customer_id"
    ) == [("13085", "United Kingdom"), ("14000", "Spain")]
    assert run.query("""
        select count_rows, count_rows_repeated from inputs.input_datasets
        where input_name = 'interactions'
    """) == [(13, 1)]
    assert run.query("""
        select input_name, count_rows, strftime(first_at, '%Y-%m-%d')
        from inputs.input_datasets
        where is_derived and not is_supplied
        order by input_name
    """) == [("customers", 2, "2009-12-01"), ("products", 4, "2009-12-01")]


def test_files_tolerates_new_columns_and_reports_renamed_ones(
    tmp_path: Path, inputs: Path
) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "interactions.csv").write_text(
        "Customer_ID,product_id,interaction_type,occurred_at,orderid,weather\n"
        "1,p1, Purchase ,2024-01-01,o1,rain\n"
    )
    # Ids that a data frame with gaps turned into floats meet their plain selves.
    customers = pd.DataFrame({"customer_id": [1.0, None], "has_consented": True})
    customers.to_parquet(shop / "customers.parquet", index=False)
    variables = {"connector": "files", "files_path": str(shop)}
    run = run_dbt(["build"], tmp_path / "run", variables, project=inputs).succeeded()

    assert run.query("""
        select customer_id, interaction_type, order_id, is_known_customer
        from inputs.input_interactions
    """) == [("1", "purchase", None, True)]
    assert run.query("""
        select column_name, nearest_contract_column from inputs.input_columns
        where not is_in_contract
        order by column_name
    """) == [("orderid", "order_id"), ("weather", None)]
    assert run.query("""
        select input_name from inputs.input_datasets
        where is_supplied order by input_name
    """) == [("customers",), ("interactions",)]
    assert run.query("""
        select input_name, count_rows, strftime(last_at, '%Y-%m-%d')
        from inputs.input_datasets where is_derived
    """) == [("products", 1, "2024-01-01")]
    assert run.query("select product_id from inputs.input_products") == [("p1",)]


def test_files_read_ids_as_they_are(tmp_path: Path, inputs: Path) -> None:
    """A database makes ids decimals, an editor adds tabs, and a code begins with #."""
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "interactions.csv").write_text(
        "customer_id,product_id,interaction_type,occurred_at\n"
        "12345678,#p1,purchase,2024-01-01\n"
        "9,#p2\t,purchase,2024-01-02\n"
        "\t7,3,purchase,2024-01-03\n"
    )
    (shop / "products.csv").write_text(
        "product_id,price\n#p1,n/a\n#p2,-5\n3,1\n4,2\n5,3\n"
    )
    ids = pa.array([12345678, 9, 7], pa.decimal128(38, 10))
    customers = pa.table({"customer_id": ids, "has_consented": [True, True, False]})
    pq.write_table(customers, shop / "customers.parquet")
    variables = {"connector": "files", "files_path": str(shop)}
    run = run_dbt(["build"], tmp_path / "run", variables, project=inputs).succeeded()

    assert run.query("""
        select customer_id, product_id, is_known_customer, is_known_product
        from inputs.input_interactions order by product_id
    """) == [("12345678", "#p1", True, True), ("9", "#p2", True, True)]
    # A price below 0 is none, and no row is taken for a comment.
    assert run.query("""
        select product_id, price from inputs.input_products order by product_id
    """) == [("#p1", None), ("#p2", None), ("3", 1), ("4", 2), ("5", 3)]
    assert run.query("""
        select product_id, invalid_columns from staging.stg_files__products
        where invalid_columns is not null order by product_id
    """) == [("#p1", "price"), ("#p2", "price")]

"""Rules are edited by hand: what they do to every list, and what is wrong in them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from aisle.cli import main
from dbt_runner import BIN, ROOT, DbtRun, dbt_environment, run_dbt
from edited_rules import RULES, edited_project, rule

LISTS = """
    select 'home' as placement, customer_id, slot, product_id
    from recommendations.customer_recommendations
    union all
    select
        concat_ws(' ', placement, week_part),
        coalesce(customer_id, context_product_id),
        slot,
        product_id
    from recommendations.placement_recommendations
"""

MORNING = "0|1|2|3|4|5|6|7|8|9|10|11"
EVENING = "18|19|20|21|22|23"


@pytest.fixture(scope="module")
def pinned_product(sample_build: DbtRun) -> str:
    """The least popular product on sale: few have it among their candidates."""
    ((product_id,),) = sample_build.query(
        """
        select product_id from intermediate.int_features__products
        where fold_id = 'serving' and is_sellable and is_in_stock
            and category != 'Garden'
        order by popularity_rank desc
        limit 1
        """
    )
    return str(product_id)


@pytest.fixture(scope="module")
def ruled(
    sample_build: DbtRun, pinned_product: str, tmp_path_factory: pytest.TempPathFactory
) -> DbtRun:
    """The sample shop's lists under rules of every action."""
    folder = tmp_path_factory.mktemp("ruled")
    project = edited_project(
        folder / "project",
        [
            rule("no_garden", "exclude", field="category", operator="=",
                 value="garden"),
            rule("pinned", "pin", field="product_id", operator="=",
                 value=pinned_product, strength="2"),
            rule("variety", "cap", per="category", strength="3"),
            rule("cheap", "reserve", field="price", operator="<", value="10",
                 strength="4", placement="home"),
            rule("dear", "boost", field="price", operator=">=", value="40",
                 strength="3"),
            rule("back", "bury", field="repeat_rate", operator=">", value="0.3",
                 strength="0.2", and_field="category", and_operator="!=",
                 and_value="pets"),
            rule("rests", "bury", field="attributes.nothing", operator="=",
                 value="nothing", strength="0.5"),
            rule("idle", "exclude", field="category", operator="=", value="gardn"),
            rule("nowhere", "bury", field="category", operator="in",
                 value="Garden | Pets", region="Atlantis", strength="0.9"),
            rule("no_pets_on_evenings", "exclude", field="category", operator="=",
                 value="pets", hours=EVENING, weekdays="1|2|3|4|5"),
        ],
    )  # fmt: skip
    shutil.copy(sample_build.warehouse, folder / "warehouse.duckdb")
    shutil.copy(sample_build.published, folder / "published.duckdb")
    return run_dbt(["build", "--selector", "rules"], folder, project=project)


def test_an_edit_is_applied_without_fitting_or_publishing(
    ruled: DbtRun, sample_build: DbtRun
) -> None:
    ruled.succeeded()
    assert "int_slots__ranked" in ruled.output
    for name in ("ranker_models", "als_models", "activity_models", "ease_scored"):
        assert name not in ruled.output
    assert "Not published" in ruled.output
    assert ruled.published.read_bytes() == sample_build.published.read_bytes()


def test_what_is_excluded_appears_nowhere(ruled: DbtRun) -> None:
    assert ruled.query(
        f"""
        select lists.* from ({LISTS}) as lists
        inner join intermediate.int_features__products as products
            on lists.product_id = products.product_id
        where products.fold_id = 'serving' and products.category = 'Garden'
        """
    ) == []  # fmt: skip


def test_caps_hold_for_every_list(ruled: DbtRun) -> None:
    assert ruled.query(
        f"""
        select lists.placement, lists.customer_id, products.category, count(*)
        from ({LISTS}) as lists
        inner join intermediate.int_features__products as products
            on lists.product_id = products.product_id
        where products.fold_id = 'serving' and products.category != 'unknown'
        group by all
        having count(*) > 3
        """
    ) == []  # fmt: skip


def test_a_rule_with_hours_acts_in_its_part_of_the_week_alone(ruled: DbtRun) -> None:
    """Elsewhere there is none by part, and the home list is right."""
    differing = ruled.query(
        """
        with lists as (
            select customer_id, week_part, slot, product_id
            from recommendations.placement_recommendations
            where placement = 'home'
        ),

        parts as (
            select distinct week_part from lists
        ),

        home as (
            select home.customer_id, parts.week_part, home.slot, home.product_id
            from recommendations.customer_recommendations as home
            cross join parts
        ),

        differing as (
            (select * from home except select * from lists)
            union all
            (select * from lists except select * from home)
        )

        select parts.week_part, count(differing.slot)
        from parts
        left join differing on parts.week_part = differing.week_part
        group by parts.week_part
        """
    )
    ((part, count),) = differing
    assert part == "weekday_evening"
    assert count > 100
    assert ruled.query(
        """
        select placement, count(*) filter (category = 'Pets') > 0
        from recommendations.placement_recommendations
        where week_part = 'weekday_evening' or placement = 'email'
        group by placement order by placement
        """
    ) == [("email", True), ("home", False)]  # fmt: skip


def test_a_pin_has_its_slot_in_every_home_list(
    ruled: DbtRun, pinned_product: str
) -> None:
    query = """
        select slot, count(*) from recommendations.customer_recommendations
        where product_id = ?
        group by slot
    """.replace("?", f"'{pinned_product}'")
    ((slot, count),) = ruled.query(query)
    ((customers,),) = ruled.query(
        "select count(distinct customer_id) "
        "from recommendations.customer_recommendations"
    )
    assert (slot, count) == (2, customers)


def test_reserved_slots_are_kept_where_candidates_allow(ruled: DbtRun) -> None:
    """Fewer cheap products than four only where no more survive cap and exclusion."""
    short = ruled.query(
        """
        select trace.customer_id
        from recommendations.recommendation_trace as trace
        inner join intermediate.int_features__products as products
            on trace.product_id = products.product_id
        where products.fold_id = 'serving' and products.price < 10
            and trace.removed_by_rule_id is null
            and trace.week_part is null
        group by trace.customer_id
        having
            count(*) >= 4
            and count(trace.slot) < 4
        """
    )
    assert short == []
    ((count,),) = ruled.query(
        "select count(*) from recommendations.recommendation_trace "
        "where applied_rule_ids = 'cheap' and outcome = 'shown'"
    )
    assert count > 10


def test_lists_are_full_or_the_shortfall_has_a_row(ruled: DbtRun) -> None:
    assert ruled.query(
        """
        with slots as (
            select
                placement, customer_id, context_product_id, week_part, slot, product_id
            from recommendations.placement_recommendations
            union all
            select 'home', customer_id, null, null, slot, product_id
            from recommendations.customer_recommendations
        )

        select lists.*
        from (
            select
                placement, customer_id, context_product_id, week_part,
                count(*) as count_slots, max(slot) as last_slot
            from slots
            group by all
        ) as lists
        left join recommendations.list_shortfalls as shortfalls
            on
                lists.placement = shortfalls.placement
                and lists.customer_id
                is not distinct from shortfalls.customer_id
                and lists.context_product_id
                is not distinct from shortfalls.context_product_id
                and lists.week_part is not distinct from shortfalls.week_part
        where
            lists.count_slots != lists.last_slot
            or (lists.count_slots < 10) != (shortfalls.reason is not null)
            or lists.count_slots != coalesce(shortfalls.count_slots, 10)
        """
    ) == []  # fmt: skip
    # What is not there at all has a row too: every customer and product has its lists.
    assert ruled.query(
        """
        with
            lists as (
                select distinct
                    placement,
                    coalesce(customer_id, context_product_id) as id,
                    week_part
                from recommendations.placement_recommendations
                union
                select distinct
                    placement, coalesce(customer_id, context_product_id), week_part
                from recommendations.list_shortfalls
            )

        select placement, coalesce(week_part, ''), count(*) - (
            select count(*) from intermediate.int_folds__scored_customers
            where fold_id = 'serving'
        )
        from lists
        where placement in ('buy_again', 'new_for_you', 'email')
            or week_part is not null
        group by all
        order by all
        """
    ) == [
        ("buy_again", "", 0),
        ("email", "", 0),
        ("home", "weekday_evening", 0),
        ("new_for_you", "", 0),
    ]  # fmt: skip


def test_the_trace_adds_up(ruled: DbtRun) -> None:
    """Every row is the product of its parts, and every slot has its row."""
    ((rows, wrong, shown),) = ruled.query(
        """
        select
            count(*),
            count(*) filter (final_score is distinct from
                    relevance * rule_multiplier * value_multiplier
                    * diversity_multiplier * context_multiplier
                or (removed_by_rule_id is not null) != (outcome = 'removed_by_rule')
                or (slot is not null) != (outcome = 'shown')),
            count(*) filter (outcome = 'shown')
        from recommendations.recommendation_trace
        """
    )
    assert (rows > 10_000, wrong) == (True, 0)
    assert ruled.query(
        """
        select (
            select count(*) from recommendations.customer_recommendations
        ) + (
            select count(*) from recommendations.placement_recommendations
            where week_part is not null
        )
        """
    ) == [(shown,)]  # fmt: skip
    outcomes = dict(
        ruled.query(
            "select outcome, count(*) from recommendations.recommendation_trace "
            "group by outcome"
        )
    )
    assert set(outcomes) == {"shown", "removed_by_rule", "displaced", "below_depth"}
    removed = {
        row[0]
        for row in ruled.query(
            "select distinct removed_by_rule_id "
            "from recommendations.recommendation_trace"
        )
    }
    assert removed == {None, "no_garden", "variety", "no_pets_on_evenings"}
    assert ruled.query(
        "select distinct week_part from recommendations.recommendation_trace "
        "where removed_by_rule_id = 'no_pets_on_evenings'"
    ) == [("weekday_evening",)]  # fmt: skip


def test_a_list_by_part_of_the_week_has_its_answer(ruled: DbtRun) -> None:
    """What is shown at all hours but on evenings: the table says which rule it is."""
    ((customer, product),) = ruled.query(
        """
        select customer_id, product_id
        from recommendations.recommendation_trace
        group by customer_id, product_id
        having
            count(*) filter (week_part is null and outcome = 'shown') = 1
            and count(*) filter (removed_by_rule_id = 'no_pets_on_evenings') = 1
        order by customer_id, product_id
        limit 1
        """
    )
    done = CliRunner().invoke(
        main,
        ["explain", "--customer", customer, "--product", product],
        env={"AISLE_WAREHOUSE": str(ruled.warehouse), "COLUMNS": "200"},
    )
    assert done.exit_code == 0
    assert f"({product}) is shown in slot" in " ".join(done.output.split())
    (line,) = [row for row in done.output.splitlines() if "weekday_evening" in row]
    assert "the rule no_pets_on_evenings took it out" in line


def test_relevance_follows_the_place(ruled: DbtRun) -> None:
    assert ruled.query(
        """
        select customer_id
        from (
            select *, lead(relevance) over (
                partition by customer_id, week_part order by place
            ) as next_relevance
            from recommendations.recommendation_trace
            where place is not null
        ) as followed
        where next_relevance > relevance
        """
    ) == []  # fmt: skip


def test_every_rule_has_its_price(ruled: DbtRun) -> None:
    """Alone and left out, in both folds; one about nothing changes nothing.

    That of a rule with hours is of what was bought in its part of the week.
    """
    found = ruled.query(
        """
        select rule_id, comparison, count(*), max(abs(difference))
        from evaluation.rule_impact
        where metric = 'ndcg' and segment_type = 'all'
            and task = case rule_id
                when 'no_pets_on_evenings' then 'weekday_evening' else 'all'
            end
        group by rule_id, comparison
        """
    )
    changes = {(rule_id, kind): change for rule_id, kind, _, change in found}
    names = {"no_garden", "pinned", "variety", "cheap", "dear", "back", "rests",
             "idle", "nowhere", "no_pets_on_evenings"}  # fmt: skip
    assert set(changes) == {("all", "alone")} | {
        (name, kind) for name in names for kind in ("alone", "left_out")
    }
    assert {count for _, _, count, _ in found} == {2}
    for kind in ("alone", "left_out"):
        assert changes["idle", kind] == changes["rests", kind] == 0
        assert changes["no_pets_on_evenings", kind] > 0
        assert changes["no_garden", kind] > 0
    assert ruled.query(
        """
        select distinct rule_id, task from evaluation.rule_impact
        where rule_id = 'no_pets_on_evenings'
            or task not in ('all', 'repeat', 'new_to_customer')
        """
    ) == [("no_pets_on_evenings", "weekday_evening")]  # fmt: skip


def test_a_rule_with_hours_is_measured_on_the_list_of_its_part(ruled: DbtRun) -> None:
    """Alone, it takes out of the list without rules what it is about, and no more."""
    differing = ruled.query(
        """
        with

        lists as (
            select evaluated_lists.*, products.category
            from evaluation.evaluated_lists as evaluated_lists
            inner join intermediate.int_features__products as products
                using (fold_id, product_id)
        ),

        found as (
            select fold_id, customer_id, rank, product_id
            from lists
            where scenario_id = 'only_no_pets_on_evenings' and rank <= 10
        ),

        expected as (
            select
                fold_id, customer_id, product_id,
                row_number() over (
                    partition by fold_id, customer_id order by rank
                ) as rank
            from lists
            where scenario_id = 'no_rules' and task = 'all' and category != 'Pets'
        )

        select count(found.rank), count(*) filter (
            found.product_id is distinct from expected.product_id
        )
        from expected
        left join found using (fold_id, customer_id, rank)
        -- What stands behind the 20 that are kept is not known here.
        where rank <= 10 and customer_id in (
            -- Of whose list all slots are personal: no others lie between them.
            select customer_id from evaluation.customer_metrics where has_history
            except
            select customer_id from intermediate.int_candidates__personal_shares
            where personal_share < 1
        )
        """
    )
    ((count, wrong),) = differing
    assert (count > 1000, wrong) == (True, 0)


def test_rules_that_do_nothing_are_findings(ruled: DbtRun) -> None:
    findings = dict(
        ruled.query(
            "select check_id, message from audit.findings "
            "where dataset = 'business_rules'"
        )
    )
    assert "rests needs attributes.nothing" in findings["rule_without_data"]
    assert findings["rule_matches_nothing"].endswith(
        ": idle, nowhere (region atlantis)"
    )
    assert findings["too_many_rules"].endswith(": any segment has 10")


def test_collections_obey_the_rules_and_the_order_of_the_home_list(
    sample_build: DbtRun, ruled: DbtRun
) -> None:
    """What is proposed comes first, in the order of probabilities; nothing excluded."""
    query = """
        select category = 'Garden', count(*), count(distinct customer_id)
        from recommendations.collection_recommendations
        group by category = 'Garden'
    """
    before = {is_garden: counts for is_garden, *counts in sample_build.query(query)}
    after = {is_garden: counts for is_garden, *counts in ruled.query(query)}
    assert before[True][0] > 0
    assert True not in after
    ((count_customers,),) = sample_build.query(
        "select count(distinct customer_key) from intermediate.int_placements__emails"
    )
    assert after[False][1] == count_customers
    ((count_pairs, falls, personal_after_fallback),) = sample_build.query(
        """
        with

        slots as (
            select
                *,
                lag(is_fallback) over lists as is_fallback_before,
                lag(purchase_probability_30d) over lists as probability_before
            from recommendations.collection_recommendations
            where customer_id is not null
            window lists as (partition by collection_id, customer_id order by slot)
        )

        select
            count(case when not is_fallback then probability_before end),
            count(case when not is_fallback
                and probability_before < purchase_probability_30d - 1e-9 then 1 end),
            count(case when not is_fallback and is_fallback_before then 1 end)
        from slots
        """
    )
    # Rules that bury move a product behind one that is less probable.
    assert count_pairs > 50
    assert falls < 0.2 * count_pairs
    assert personal_after_fallback == 0


def test_a_preview_shows_lists_before_and_after(ruled: DbtRun) -> None:
    done = subprocess.run(
        [str(BIN / "aisle"), "preview", "--customers", "20", "--customer", "nobody"],
        env=dbt_environment(ruled.folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Customer ") == 21
    assert "There is no home list of this customer" in done.stdout
    for text in ("now", "then", "NDCG@10", "no_garden", "variety", "all"):
        assert text in done.stdout
    lines = [line for line in done.stdout.splitlines() if "no_pets_on_" in line]
    # Its price, and on the lists of evenings what it takes out of those shown now.
    prices = ["±" in line for line in lines]
    assert sum(prices) == 1
    assert len(prices) > 1
    assert all("weekday_evening" in line for line in lines)


TYPOS = [
    (
        rule(
            "a",
            "boost",
            field="brand",
            operator="=",
            value="a",
            placement="email",
            strength="2",
        ),
        "placement is email; allowed with boost: another one, as it shows what the",
    ),
    (
        rule(
            "a",
            "pin",
            field="product_id",
            operator="=",
            value="a",
            strength="1",
            placement="cart",
        ),
        "placement is cart; allowed with pin: a list of customers",
    ),
    (
        rule("a", "exclude", condition="disliked", placement="product_page"),
        "condition is disliked; allowed with product_page: nothing, as its customer",
    ),
    (
        rule("a", "exclude", condition="seen_times", condition_value="0.5"),
        "condition_value is 0.5; allowed with seen_times: a number from 1",
    ),
    (
        rule("a", "exclude", condition="seen_past_cap", condition_value="3"),
        "condition_value is 3; allowed with seen_past_cap: nothing",
    ),
    (
        rule("a", "exclude", condition="like_disliked", condition_value="3"),
        "condition_value is 3; allowed with like_disliked: a similarity between 0",
    ),
    (
        rule("a", "excludes", condition="disliked"),
        "action is 'excludes'; allowed: exclude, boost, bury, cap, pin, reserve",
    ),
    (
        rule("a", "exclude", field="catgory", operator="=", value="wine"),
        "field is 'catgory'; allowed: product_id, title, category",
    ),
    (
        rule("a", "exclude", field="price", operator="=<", value="3"),
        "operator is '=<'; allowed: =, !=, in, not in, contains, <",
    ),
    (
        rule("a", "exclude", field="price", operator="<", value="cheap"),
        "value is 'cheap'; allowed: a number, as price is one",
    ),
    (
        rule("a", "exclude", field="category", operator="<", value="wine"),
        "operator is '<'; allowed with category, a text: =, !=, in, not in, contains",
    ),
    (
        rule("a", "exclude", field="category", operator="="),
        "field, operator and value belong together; allowed: all three or none",
    ),
    (
        rule("a", "exclude", field="is_one_off", operator="=", value="yes"),
        "value is 'yes'; allowed with is_one_off: true or false",
    ),
    (
        rule("a", "exclude", condition="bought_within_days"),
        "condition_value is empty; allowed with bought_within_days: a number",
    ),
    (
        rule("a", "boost", strength="0.5"),
        "strength is 0.5; allowed with boost: a multiplier above 1",
    ),
    (
        rule("a", "bury", strength="1.5"),
        "strength is 1.5; allowed with bury: a multiplier between 0 and 1",
    ),
    (
        rule("a", "cap", strength="11"),
        "strength is 11; allowed with cap: a whole number of slots, 10 at most",
    ),
    (
        rule("a", "exclude", condition="disliked", months="6|13"),
        "months is '6|13'; allowed: one or more of 1, 2, 3",
    ),
    (
        rule("a", "exclude", condition="disliked", hours="24"),
        "hours is '24'; allowed: one or more of 0, 1, 2",
    ),
    (
        rule("a", "exclude", condition="disliked", hours="17|18"),
        f"hours is 17|18; allowed with hours: whole parts of the week, {MORNING} or",
    ),
    (
        rule("a", "exclude", condition="disliked", hours=EVENING, weekdays="5|6|7"),
        "weekdays is 5|6|7; allowed with hours: whole parts of the week, 1|2|3|4|5 or",
    ),
    (
        rule(
            "a",
            "reserve",
            field="price",
            operator="<",
            value="9",
            strength="2",
            hours=EVENING,
        ),
        f"hours is {EVENING}; allowed with reserve: nothing, as every part of the week",
    ),
    (
        rule("a", "exclude", condition="disliked", hours=EVENING, placement="email"),
        "placement is email; allowed with hours: home, or nothing, as other lists are",
    ),
    (
        rule("a", "exclude", condition="disliked", starts_on="1 March"),
        "starts_on is '1 March'; allowed: a day such as 2025-06-30",
    ),
    (
        rule("a", "cap", strength="2", starts_on="2026-03-01", ends_on="2026-02-01"),
        "ends_on is 2026-02-01; allowed: 2026-03-01 (starts_on) or later",
    ),
    (
        rule("a", "exclude", condition="disliked", segment="vips"),
        "segment is 'vips'; allowed: champions, loyal, potential_loyal",
    ),
    (
        rule("a", "pin", strength="1"),
        "field is empty; allowed with pin: product_id, operator =; reserve keeps slots",
    ),
    (
        rule("a", "exclude"),
        "field and condition are empty; allowed with exclude: one of them, else",
    ),
    (
        rule("a", "reserve", strength="1"),
        "field is empty; allowed with reserve: a field that says which products",
    ),
]


def refused(project: Path, inputs: Path) -> DbtRun:
    """What dbt says of the seeds, asked with no more models than it takes."""
    (project / "models").unlink()
    (project / "models").symlink_to(inputs / "models")
    (project / "tests").unlink()
    folder = project.parent
    run = run_dbt(["seed", "--select", "scenarios"], folder, project=project)
    assert run.returncode != 0
    return run


def test_each_typo_has_an_answer(inputs: Path, tmp_path: Path) -> None:
    """One message each, with the line, before anything is built."""
    rows = [{**row, "rule_id": f"r{place}"} for place, (row, _) in enumerate(TYPOS)]
    run = refused(edited_project(tmp_path / "project", rows), inputs)
    for place, (_, message) in enumerate(TYPOS):
        text = f"seeds/business_rules.csv, line {place + 2}: {message}"
        assert run.output.count(text) == 1, f"{text} is not in\n{run.output}"
    assert run.output.count("business_rules.csv, line") == len(TYPOS)
    assert "Traceback" not in run.output


CONFLICTS = [
    rule("one", "bury", strength="0.5", starts_on="2026-01-01"),
    rule("one", "bury", strength="0.5", starts_on="2026-02-01"),
    rule("out", "exclude", field="brand", operator="=", value="Acme"),
    rule("up", "boost", field="brand", operator="=", value=" acme", strength="2"),
    rule("cold", "exclude", field="brand", operator="=", value="Ice", months="12|1"),
    rule("warm", "boost", field="brand", operator="=", value="Ice", strength="2"),
    rule("late", "exclude", field="brand", operator="=", value="Sun", hours=EVENING),
    rule("early", "boost", field="brand", operator="=", value="Sun", strength="2",
         hours=MORNING),
    rule("first", "pin", field="product_id", operator="=", value="p1", strength="1"),
    rule("some", "reserve", field="price", operator="<", value="9", strength="2"),
    rule("most", "reserve", field="price", operator="<", value="9", strength="8"),
    rule("later", "reserve", field="price", operator="<", value="9", strength="8",
         starts_on="2027-01-01"),
]  # fmt: skip


def test_contradictions_are_named(inputs: Path, tmp_path: Path) -> None:
    run = refused(edited_project(tmp_path / "project", CONFLICTS), inputs)
    for text in (
        "lines 2 and 3: the dates of one overlap; allowed: rows of one rule that",
        "lines 4 and 5: out and up exclude and boost the same products; switch one of",
        "pins and reserved slots of home add up to 11; allowed: 10 (list_length).",
    ):
        assert run.output.count(text) == 1, f"{text} is not in\n{run.output}"
    for rule_id in ("cold", "warm", "late", "early", "later"):
        assert f" {rule_id} " not in run.output


def test_a_spreadsheet_may_leave_empty_lines_but_no_semicolons(
    inputs: Path, tmp_path: Path
) -> None:
    rows = [
        rule(name, "cap", per="category", strength=strength)
        for name, strength in (("a", "2"), ("b", "few"))
    ]
    project = edited_project(tmp_path / "project", rows)
    seeds = project / "seeds"
    path = seeds / RULES.name
    header, first, second = path.read_text().splitlines()
    path.write_text("\n".join([header, "", first, "", second, ""]))
    experiments = seeds / "experiments.csv"
    experiments.write_text(experiments.read_text().replace(",", ";"))
    run = refused(project, inputs)
    assert run.output.count("seeds/business_rules.csv, line 5: strength is 'few';") == 1
    for line in (2, 3, 4):
        assert f"business_rules.csv, line {line}:" not in run.output
    text = "seeds/experiments.csv separates its cells by ';'; allowed: commas."
    assert run.output.count(text) == 1
    assert "Traceback" not in run.output


def test_a_plan_that_cannot_be_followed_is_named(inputs: Path, tmp_path: Path) -> None:
    variants = (
        "experiment_id,variant,position,share\n"
        "e1,control,1,0.5\ne1,Treatment,2,0.5\ne2,a,1,0.5\ne2,b,2,0.5\n"
    )
    project = edited_project(tmp_path / "project", [])
    (project / "seeds" / "experiment_variants.csv").write_text(variants)
    run = refused(project, inputs)
    text = "line 3: variant is 'Treatment'; allowed: 'treatment', as logs are read."
    assert run.output.count(f"seeds/experiment_variants.csv, {text}") == 1, run.output
    assert "seeds/experiments.csv" not in run.output

    project = edited_project(tmp_path / "lower_case", [])
    (project / "seeds" / "experiment_variants.csv").write_text(variants.lower())
    plan = project / "seeds" / "experiments.csv"
    header = plan.read_text().splitlines()[0]
    plan.write_text(
        f"{header}\n"
        "e1,Fine,control,,visit_rate,,2025-05-01,2025-05-01\n"
        "e2,Typo,control,,visit_rate,,2025-05-02,2025-05-01\n"
        "e3,Alone,control,,visit_rate,,,2025-05-01\n"
    )
    run = refused(project, inputs)
    file = "in seeds/experiment_variants.csv"
    for text in (
        f"line 3: control_variant is control; allowed: a variant of e2 {file} (a, b).",
        "line 3: ends_on is 2025-05-01; allowed: 2025-05-02 (starts_on) or later.",
        f"line 4: control_variant is control; allowed: a variant of e3 {file} (it has",
    ):
        assert run.output.count(f"seeds/experiments.csv, {text}") == 1, run.output
    assert run.output.count("seeds/experiments.csv, line") == 3
    assert "Traceback" not in run.output


def test_scenarios_that_others_are_compared_with_stay(
    inputs: Path, tmp_path: Path
) -> None:
    project = edited_project(tmp_path / "project", [])
    (project / "seeds" / "scenarios.csv").write_text(
        "scenario_id,description,rules,value,weight,diversity,diversity_lambda,"
        "discovery_share\n"
        "Live,What is shown,all,,,,,\n"
        "no_rules,None,none,margin,0,none,,0\n"
        "without_objective,Relevance,none,margin,0,,,\n"
        "only_boost,Boosts,all,price,,,,\n"
        "no_diversity,One kind,all,,,none,0.9,\n"
        "wide,Unlike,all,,,apart,2,0.7\n"
    )
    run = refused(project, inputs)
    for text in (
        "scenarios.csv needs the row live with rules all and nothing else.",
        "needs the row without_objective with rules all, value margin, weight 0 and",
        "needs the row no_diversity with rules all, diversity none and nothing else.",
        "needs the row no_discovery with rules all, discovery_share 0 and nothing",
        "line 7: diversity is 'apart'; allowed: none, mmr, category_rank, or null.",
        "line 7: diversity_lambda is '2'; allowed: a number from 0 to 1, or null.",
        "line 7: discovery_share is '0.7'; allowed: a number from 0 to 0.5, or null.",
        "line 5: value and weight belong together; allowed: both or none.",
        "line 5: scenario_id is only_boost; allowed: a name other than relevance_only",
    ):
        assert run.output.count(text) == 1, f"{text} is not in\n{run.output}"


def edited_objectives(project: Path, weight: str, review_on: str) -> None:
    """One objective, for everybody."""
    (project / "seeds" / "objectives.csv").write_text(
        "objective_id,segment,value,weight,owner,rationale,review_on,is_enabled\n"
        f"money,,margin,{weight},Ann,Because,{review_on},true\n"
    )


def test_objectives_that_cost_too_much_are_not_published(
    sample_build: DbtRun, tmp_path: Path
) -> None:
    """A preview says so, the build fails, and one finding has what they cost."""
    project = edited_project(tmp_path / "project", [])
    edited_objectives(project, "2", "2025-01-01")
    shutil.copy(sample_build.warehouse, tmp_path / "warehouse.duckdb")
    shutil.copy(sample_build.published, tmp_path / "published.duckdb")
    run = run_dbt(["build", "--selector", "rules"], tmp_path, project=project)
    run.succeeded()
    done = subprocess.run(
        [str(BIN / "aisle"), "preview", "--customers", "1"],
        env=dbt_environment(tmp_path, {"COLUMNS": "400"}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "A build would not publish this. Objectives cost more" in done.stdout
    name = "objectives_stay_within_their_limits"
    failed = run_dbt(["build", "--select", name], tmp_path, project=project)
    assert failed.returncode != 0
    assert failed.output.count(f"Failure in test {name}") == 1
    assert f"Failed: {name}\n" in failed.output
    ((share, drift),) = run.query(
        "select least_ndcg_share, price_drift from evaluation.objective_sweep "
        "where scenario_id = 'live' and fold_role = 'validation'"
    )
    assert share < 0.97
    findings = dict(
        run.query(
            "select check_id, message from audit.findings where dataset = 'objectives'"
        )
    )
    assert set(findings) == {"objective_too_dear", "objective_overdue"}
    for text in (f"{share:.3f} of NDCG@10 (relevance_floor 0.97)", f"{drift:.3f}"):
        assert text in findings["objective_too_dear"]
    assert findings["objective_overdue"].endswith("money of Ann since 2025-01-01")
    # No more products than allowed are there for what they earn, beside discoveries,
    # which are drawn from other sets then; on lists of newcomers neither.
    most = run.query(
        """
        with

        first_ten as (
            select *
            from intermediate.int_slots__lists
            where placement = 'home' and slot <= 10
        ),

        entrants as (
            select
                valued.scenario_id,
                valued.is_personal,
                count(*) as count_entrants
            from first_ten as valued
            left join first_ten as others
                on others.scenario_id = 'without_objective'
                and valued.fold_id = others.fold_id
                and valued.customer_key = others.customer_key
                and valued.product_key = others.product_key
            where
                valued.scenario_id in ('live', 'margin_x1', 'margin_x2', 'revenue_x1')
                and others.product_key is null
                and not valued.is_discovery
                -- Who is scored for probabilities alone has the live list alone.
                and (valued.fold_id, valued.customer_key) in (
                    select (fold_id, customer_key) from first_ten
                    where scenario_id = 'without_objective'
                )
            group by
                valued.scenario_id,
                valued.fold_id,
                valued.customer_key,
                valued.is_personal
        )

        select scenario_id, is_personal, max(count_entrants)
        from entrants
        group by scenario_id, is_personal
        order by scenario_id, is_personal
        """
    )
    assert most == [
        (scenario, is_personal, 3)
        for scenario in ("live", "margin_x1", "margin_x2", "revenue_x1")
        for is_personal in (False, True)
    ]


def test_typos_in_objectives_are_named(inputs: Path, tmp_path: Path) -> None:
    project = edited_project(tmp_path / "project", [])
    edited_objectives(project, "3", "soon")
    run = refused(project, inputs)
    for message in (
        "weight is '3'; allowed: a number from 0 to 2.",
        "review_on is 'soon'; allowed: a day such as 2025-06-30.",
    ):
        assert run.output.count(f"seeds/objectives.csv, line 2: {message}") == 1


def test_the_reference_page_is_what_the_checks_allow(tmp_path: Path) -> None:
    run = run_dbt(["--quiet", "run-operation", "rule_reference"], tmp_path).succeeded()
    page = (ROOT / "docs" / "reference" / "rules.md").read_text()
    assert run.output.strip() == page.strip(), "make reference writes it anew"

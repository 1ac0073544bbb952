"""ALS by implicit, on the weights and with the parameters of the build's own."""

from __future__ import annotations

from implicit.cpu.als import AlternatingLeastSquares

from peers.protocol import Work


def main() -> None:
    """Fit and list for every fold; only test's lists are written."""
    work = Work("implicit_als")
    for settings in work.settings["als"]:
        fold_id = settings["fold_id"]
        weights = work.matrix("weights", fold_id)
        customers = work.customers(fold_id, weights.shape[0])
        model = AlternatingLeastSquares(
            factors=settings["factors"],
            regularization=settings["regularisation"],
            alpha=settings["alpha"],
            iterations=settings["iterations"],
            random_state=settings["seed"],
        )
        with work.span("fit"):
            model.fit(weights, show_progress=False)
        with work.span("recommend"):
            products, _ = model.recommend(
                customers,
                weights[customers],
                N=work.settings["depth"],
                filter_already_liked_items=False,
            )
        if fold_id == "test":
            work.write_lists(customers, products)


if __name__ == "__main__":
    main()

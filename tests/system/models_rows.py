"""Judges runs that models_test.sh has made in the folder CECROPIA_MODELS; writes rows of docs/feature_rows.json."""
import functools
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "python"))
from feature_rows import HOUSE, RowTest  # noqa: E402

import numpy as np  # noqa: E402

import cecropia  # noqa: E402
import cecropia_run  # noqa: E402
import nebular  # noqa: E402
import plot_compactness  # noqa: E402
import plot_environment  # noqa: E402
from plot_data import Run, log10  # noqa: E402

FOLDER = pathlib.Path(os.environ["CECROPIA_MODELS"])
MODELS = ("asloth", "disc", "bathtub")


@functools.cache
def galaxies(name):
    """Tables of a run at some redshifts, with what observers derive."""
    run = cecropia.open(FOLDER / name)
    return [cecropia.with_observed(run.level(z)) for z in (9, 7, 6, 5)]


class Models(RowTest):
    def test_times_follow_from_the_rates_in_the_file(self):
        for model in MODELS:
            off, n = 0.0, 0
            for table in galaxies(f"{model}_1"):
                inflow, formed = (np.asarray(table[f"{name}_step_msun_yr"], float) for name in ("inflow", "sfr"))
                grows = (inflow > 0) & (formed > 0) & (table["m_cold_msun"] > 0)
                eps = table["tau_acc_myr"][grows] / table["tau_depl_myr"][grows]
                off = max(off, np.abs(eps / (formed[grows] / inflow[grows]) - 1).max(initial=0))
                self.assertTrue(np.all(table["outflow_step_msun_yr"] >= 0))
                n += grows.sum()
            self.assertGreater(n, 20)
            self.row_below("1.1", f"tau_acc/tau_depl over SFR/inflow of a run's galaxies, minus 1, {model}", off, 1e-12)

    def test_what_came_in_is_what_the_budget_says(self):
        # a level of discs and bathtubs ends with the step that ends nearest: some per cent; bathtubs begin with gas
        for model, tolerance in (("asloth", 1e-5), ("disc", 0.03), ("bathtub", 0.03)):
            run, came_in = cecropia.open(FOLDER / f"{model}_1"), 0.0
            with Run(FOLDER / f"{model}_1").open_file() as file:
                for level in file["galaxies"].values():
                    inflow = level["inflow_step_msun_yr"][()].astype(float).sum()
                    came_in += inflow * level.attrs["step_myr"] * 1e6
            self.row_near("1.1", f"gas that came into galaxies at all levels over that of the budget, {model}",
                          came_in / run.budget["accreted_msun"], 1, tolerance)

    def test_baryons_are_kept_along_random_trees(self):
        run = cecropia.open(FOLDER / "disc_1")  # of grown trees, whose branches merge
        self.assertEqual((run.trees["source"], run.trees["forests"]), ("eps", 12))
        with Run(FOLDER / "disc_1").open_file() as file:
            levels = list(file["galaxies"].values())
            self.assertGreater(max(level["halo_id"].size for level in levels), 5 * levels[-1]["halo_id"].size)
            held = sum(levels[-1][name][()].astype(float).sum()
                       for name in ("m_cold_msun", "m_living_msun", "m_out_msun"))
        for row, model in (("4.16", "disc"), ("1.4", "bathtub")):
            budget = cecropia.open(FOLDER / f"{model}_1").budget
            self.assertGreater(budget["made_metals_msun"], 1e-3 * budget["accreted_msun"])
            for what in ("mass", "metal"):
                self.row_below(row, f"budget of {what} of {model}s along 12 random trees, run by the program",
                               abs(budget[f"{what}_relative_error"]), 1e-10)
        self.row_near("4.16", "their gas, stars and outflow at the roots, single precision, over what came in",
                      held / run.budget["accreted_msun"], 1, 1e-6)

    def test_the_manual_says_which_columns_are_empty(self):
        page = (HOUSE / "docs/output.md").read_text()
        words = page[page.index("**What a model does not have.**"):page.index("## Histories")]
        of_bathtubs = words[words.index("Of bathtubs"):words.index("are NaN at every level")]
        for model in ("disc", "bathtub"):
            with Run(FOLDER / f"{model}_1").open_file() as file:
                levels = list(file["galaxies"].values())
                empty = {name for name in levels[-1] if all(np.isnan(np.asarray(level[name][()], float)).all()
                                                           for level in levels)} - {"position_cmpc"}
                said = {name for name in levels[-1] if f"`{name}`" in of_bathtubs} if model == "bathtub" else set()
            self.assertEqual(empty, said, model)

    def test_stars_are_no_older_than_the_universe(self):
        for model in MODELS:
            for table in galaxies(f"{model}_1"):
                age, has_stars = table["age_first_stars_myr"], np.asarray(table["m_star_msun"]) > 0
                np.testing.assert_array_equal(np.isfinite(age), has_stars)
                self.assertTrue(np.all((age[has_stars] >= 0) & (age[has_stars] < table.facts["age_myr"])))

    def test_ranks_give_the_same_bytes(self):
        one, three = ((FOLDER / f"asloth_{ranks}/run.h5").read_bytes() for ranks in (1, 3))
        differ = abs(len(one) - len(three)) + sum(a != b for a, b in zip(one, three))
        self.row_is("2.1", "bytes of run.h5 of galaxies with drawn metallicities that differ on 1 and 3 ranks", differ,
                    0)

    def test_photons_of_galaxies_become_hbeta_and_star_formation(self):
        off, ratio = 0.0, []
        for table in galaxies("asloth_1"):
            photons = np.asarray(table["q_ion_per_s"], float)
            shines = photons > 0
            by_hand = 13.16e-42 * photons[shines] / 2.1e12
            off = max(off, np.abs(table["sfr_hbeta_msun_yr"][shines] / by_hand - 1).max(initial=0))
            steady = shines & (table["sfr_10_msun_yr"] > 0.1)
            ratio += list(log10(table["sfr_hbeta_msun_yr"])[steady] - table["log10_sfr"][steady])
        self.row_below("1.10", "star formation by Hbeta of a run's photon rates over that by hand, minus 1", off, 0.01)
        # metal-poor stars to 250 Msun shine more than those of the observers' constant
        self.row_between("1.10", "median of log10 SFR by Hbeta over SFR of 10 Myr, galaxies above 0.1 Msun/yr [dex]",
                         np.median(ratio), -0.1, 0.5)

    def test_ionising_efficiency_of_constant_star_formation(self):
        with Run(FOLDER / "asloth_1").open_file() as file:
            stars = file["populations/ii"]
            age, metals = stars["age_myr"][()], stars["metallicity"][()]
            i = int(np.argmin(np.abs(metals - 0.004)))
            ages = np.concatenate([[0.0], age])
            photons, light = (np.trapz(np.concatenate([stars[name][i, :1], stars[name][i]]), ages)
                              for name in ("q_ion_per_s_msun", "l_uv_erg_s_hz_msun"))
        through_hbeta = nebular.n_lyc_per_s(nebular.hbeta_erg_s(photons, f_esc=0.1), f_esc=0.1)
        self.row_near("2.5", "log10 xi_ion by way of Hbeta, constant star formation of Z = 0.004 for 200 Myr [Hz/erg]",
                      nebular.log10_xi_ion(through_hbeta, light), 25.3, 0.1)
        width = nebular.ew_hbeta_angstrom(nebular.hbeta_erg_s(photons), light)
        self.row_between("2.5", "equivalent width of its Hbeta [Angstrom]", width, 30, 300)
        known = [table["log10_xi_ion"][table["sfr_10_msun_yr"] > 0.1] for table in galaxies("asloth_1")]
        self.row_between("2.5", "median log10 xi_ion of a run's galaxies above 0.1 Msun/yr [Hz/erg]",
                         np.nanmedian(np.concatenate(known)), 25.0, 25.7)

    def test_sizes_of_discs_of_drawn_spins(self):
        ratio, slopes = [], []
        run = cecropia.open(FOLDER / "sizes")
        for z in (10, 8, 6, 4.6):
            table = run.level(z)
            m, lit = table["m_vir_msun"], np.asarray(table["r_half_light_kpc"]) > 0
            keep = lit & (m > 10 ** 9.5) & (m < 1e12)
            ratio += list(table["r_half_light_kpc"][keep] / table["r_vir_kpc"][keep])
            log_m, log_r = log10(table["m_star_msun"][keep]), log10(table["r_half_light_kpc"][keep])
            slopes.append(np.polyfit(log_m, log_r, 1)[0])  # each galaxy once: by abundance few light ones decide
        self.assertGreater(len(ratio), 500)
        for what, share in (("16 %", 0.16), ("median", 0.5), ("84 %", 0.84)):
            self.row_between("0.1", "half-light radius over r_vir of discs in halos of 10^9.5 to 1e12 Msun, z = 4.6 to "
                             f"10, {what}", np.quantile(ratio, share), 0.01, 0.05)
        self.row_between("0.2", "least slope of log R_e in log M_* of discs with drawn spins, z = 4.6 to 10",
                         min(slopes), 0.1, 0.35)
        self.row_between("0.2", "largest slope of log R_e in log M_* of discs with drawn spins, z = 4.6 to 10",
                         max(slopes), 0.1, 0.35)

    def test_metals_within_discs(self):
        table = cecropia.open(FOLDER / "sizes").level(6)
        spread = np.asarray(table["oh_spread_dex"])[np.asarray(table["sfr_10_msun_yr"]) > 0.1]
        self.assertGreater(np.isfinite(spread).sum(), 50)
        self.row_between("2.8", "median spread of O/H among the rings of discs at z = 6 [dex]", np.nanmedian(spread),
                         0.01, 0.6)

    def test_age_and_metallicity_of_the_bathtub_are_correlated_in_print(self):
        seen = plot_environment.galaxies_of(Run(FOLDER / "bathtub_1"), 5, 1e-2)
        said = plot_environment.numbers_of(Run(FOLDER / "bathtub_1"), seen)
        line, weight = said["mzr_all"], seen["weight"].astype(float)
        residual = seen["oh12"] - line["gamma"] * (seen["log_m"] - 10) - line["z10"]

        def by_pairs(values):
            """The part of all weight that lies below each value, those of equal values counted half."""
            a, b = values[:, None], values[None, :]
            return ((b < a) + 0.5 * (b == a)) @ weight / weight.sum()
        age, above = by_pairs(np.asarray(seen["age"], float)), by_pairs(residual)
        (of_age, both), (_, of_above) = np.cov(age, above, aweights=weight)
        self.row_near("1.12", "rank correlation of age and residual of a bathtub's galaxies by abundance, printed; "
                      "expected: by counting pairs", said["age_and_mzr_residual"]["spearman_by_abundance"],
                      both / np.sqrt(of_age * of_above), 1e-9)

    def test_compact_discs_of_default_parameters_are_metal_poor(self):
        seen = plot_compactness.galaxies_of(cecropia_run.Run(FOLDER / "disc_1"), 10 ** -0.5)
        self.assertTrue(seen["light"])
        self.assertGreater(seen["z"].size, 500)
        found = plot_compactness.numbers_of(seen)["compactness"]["spearman_by_abundance"]
        self.row_below("0.9", "rank correlation of compactness and offset of discs of default parameters, z = 4.5 to "
                       "10, by abundance", found, 0)

    def test_compact_galaxies_burst_more(self):
        wide, compact = (cecropia.open(FOLDER / f"radius_{radius}").relations["sfms_z4_6_scatter_dex"]
                         for radius in ("0.05", "0.025"))
        self.row_above("0.8", "scatter of the main sequence at half the radius over that at the radius of the model, "
                       "z = 4 to 6", compact / wide, 1)

    def test_gas_of_galaxies_star_by_star_lies_inside_their_halos(self):
        ratio = []
        for table in galaxies("asloth_1"):
            keep = (table["m_vir_msun"] > 10 ** 9.5) & (table["m_vir_msun"] < 1e12)
            ratio += list(table["r_galaxy_kpc"][keep] / table["r_vir_kpc"][keep])
        self.row_between("0.1", "radius of star-forming gas, which is none of half the light and enters the dynamical "
                         "time, over r_vir, star by star, median", np.median(ratio), 0.01, 0.1)


if __name__ == "__main__":
    unittest.main()

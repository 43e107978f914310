"""Relations of mass, metallicity, star formation and size: what is injected comes out, with errors that are honest."""
import csv
import unittest

from feature_rows import HOUSE, RowTest

import numpy as np

import metal_relations as rel
import nebular
import observer_likelihoods as like
from cecropia_files import Trouble, read_table

OBSERVATIONS = HOUSE / "params/observations"


def mock(n, seed, slope, zero, scatter, low=7.0, high=9.0):
    draw = np.random.default_rng(seed)
    log_m = draw.uniform(low, high, n)
    return log_m, slope * (log_m - 10) + zero + draw.normal(0, scatter, n)


class Fits(RowTest):
    def test_injected_mass_metallicity_relations_are_recovered_within_their_errors(self):
        for name, slope, zero, n, seed in (("cluster", 0.42, 8.37, 204, 1), ("field", 0.21, 7.87, 400, 2)):
            fit = rel.fit_mzr(*mock(n, seed, slope, zero, 0.2))
            self.row_below("1.7", f"gamma of {name} galaxies off the injected one [its error]",
                           abs(fit.slope - slope) / fit.slope_err, 2)
            self.row_below("1.7", f"Z10 of {name} galaxies off the injected one [its error]",
                           abs(fit.zero - zero) / fit.zero_err, 2)
            self.assertAlmostEqual(fit.scatter, 0.2, delta=0.03)

    def test_errors_are_those_of_repeated_samples(self):
        fits = [rel.fit_line(*mock(100, seed, 0.3, 8.0, 0.3), resamples=50) for seed in range(40)]
        spread = np.std([f.slope for f in fits])
        self.assertAlmostEqual(np.mean([f.slope_err for f in fits]) / spread, 1, delta=0.35)

    def test_outliers_move_the_robust_fit_less(self):
        x, y = mock(400, 7, -0.35, -0.56, 0.3, -1.5, 0.5)
        for robust in (False, True):
            fit = rel.fit_line(x, y, robust=robust)
            self.row_below("0.4", f"slope -0.35 off the injected one [its error], {'robust' if robust else 'plain'}",
                           abs(fit.slope + 0.35) / fit.slope_err, 2)
        y[np.argsort(x)[-20:]] += 5
        plain, robust = rel.fit_line(x, y), rel.fit_line(x, y, robust=True)
        self.assertGreater(abs(plain.slope + 0.35), 0.3)
        self.assertLess(abs(robust.slope + 0.35), 0.15)

    def test_three_stacks_have_the_errors_of_their_error_bars(self):
        stacks = [row for row in read_table(OBSERVATIONS / "li2025_table2_mzr.csv") if row["subset"] == "cluster"]
        log_m, oh12, err = (np.array([float(row[key]) for row in stacks])
                            for key in ("log10_m_star_msun", "oh12", "oh12_err_lo_dex"))
        fit = rel.fit_mzr(log_m, oh12, sigma=err)
        self.assertAlmostEqual(fit.slope, 0.44, delta=0.03)
        self.assertGreater(fit.slope_err, 0.2)  # the 0.04 that the paper prints is the scatter of three points
        self.assertTrue(np.isnan(rel.fit_mzr(log_m, oh12).slope_err))
        with self.assertRaisesRegex(Trouble, "a line needs two points at different x; there are 1"):
            rel.fit_mzr(log_m[:1], oh12[:1])
        with self.assertRaisesRegex(Trouble, "a line needs two points at different x; there are 3"):
            rel.fit_mzr([9.0, 9.0, 9.0], oh12[:3])

    def test_bins_report_numbers_means_and_standard_errors(self):
        log_m, oh12 = mock(3000, 11, 0.26, 8.0, 0.2)
        rows = rel.in_bins(log_m, oh12, [*rel.TABLE_2_EDGES, 10, 11])
        for n, mean, value, error in rows[:3]:
            self.assertAlmostEqual(value, 0.26 * (mean - 10) + 8.0, delta=4 * error)
            self.assertAlmostEqual(error * np.sqrt(n) / 0.21, 1, delta=0.15)
        self.assertEqual(rows[4][0], 0)


class Environments(RowTest):
    def galaxies(self, offset, seed=5):
        """Cluster galaxies are 0.15 dex more massive, and richer by `offset` at equal mass."""
        draw = np.random.default_rng(seed)
        log_m = np.concatenate([draw.normal(8.3, 0.4, 200), draw.normal(8.15, 0.4, 400)])
        cluster = np.arange(600) < 200
        return log_m, 0.26 * (log_m - 10) + 8 + offset * cluster + draw.normal(0, 0.2, 600), cluster

    def test_the_offset_at_equal_mass_is_the_injected_one(self):
        for offset in (0.24, 0.0):
            found, error, part = rel.environment_offset(*self.galaxies(offset))
            self.row_below("1.7", f"mass-matched offset off the injected {offset} dex [its error]",
                           abs(found - offset) / error, 2)
            self.assertGreater(part, 0.95)
            self.assertAlmostEqual(error, 0.2 * np.sqrt(1 / 200 + 1 / 400), delta=0.008)

    def test_galaxies_without_a_counterpart_do_not_count(self):
        log_m = np.array([8.0, 8.05, 8.1, 9.5])
        found, _, part = rel.environment_offset(log_m, [7.8, 7.5, 7.5, 9.0], [True, False, False, True])
        self.assertAlmostEqual(found, 0.3)
        self.assertEqual(part, 0.5)
        self.assertTrue(np.isnan(rel.environment_offset(log_m[:2], [7.8, 7.5], [True, True])[0]))


class Regions(RowTest):
    def world(self, seed):
        """Forty regions of 15 galaxies, half of them clusters; the galaxies of a region share an offset of 0.2 dex."""
        draw = np.random.default_rng(seed)
        region = np.repeat(np.arange(40), 15)
        log_m = draw.normal(8.3, 0.3, region.size)
        oh12 = 0.26 * (log_m - 10) + 8 + draw.normal(0, 0.2, 40)[region] + draw.normal(0, 0.1, region.size)
        return log_m, oh12, region < 20, region

    def test_errors_from_regions_are_those_of_repeated_worlds_and_from_single_galaxies_too_small(self):
        alone, together, found = [], [], []
        for seed in range(30):
            log_m, oh12, cluster, region = self.world(seed)
            offset, error, _ = rel.environment_offset(log_m, oh12, cluster, resamples=60, regions=region)
            found.append(offset)
            together.append(error)
            alone.append(rel.environment_offset(log_m, oh12, cluster, resamples=60)[1])
        spread = np.std(found, ddof=1)
        self.row_near("1.6", "error of an offset from resampled regions over the spread of repeated worlds",
                      np.mean(together) / spread, 1, 0.35)
        self.row_below("1.6", "the same from single galaxies, which share their region's history",
                       np.mean(alone) / spread, 0.5)

    def test_fits_resample_regions_too(self):
        log_m, oh12, _, region = self.world(1)
        alone, together = (rel.fit_mzr(log_m, oh12, resamples=100, regions=r) for r in (None, region))
        self.assertEqual((alone.slope, alone.zero), (together.slope, together.zero))
        self.assertGreater(together.zero_err, 0)
        shifted = oh12 + 0.5 * np.repeat(np.random.default_rng(2).normal(size=40), 15)
        ratio = [rel.fit_line(0 * log_m + np.arange(log_m.size) % 15, shifted, resamples=100, regions=r).zero_err
                 for r in (None, region)]
        self.assertGreater(ratio[1], 1.5 * ratio[0])

    def small_box(self, seed, clusters):
        """Eight cubes of about seven galaxies that share an offset of 0.2 dex; some of them hold clusters and field,
        the others field alone."""
        draw = np.random.default_rng(seed)
        region = np.repeat(np.arange(8), draw.poisson(7, 8))
        cluster = (region < clusters) & (draw.random(region.size) < 0.9)
        log_m = draw.normal(7.5, 0.4, region.size)
        return (log_m, 0.5 * (log_m - 7.5) + draw.normal(0, 0.2, 8)[region] + draw.normal(0, 0.3, region.size), cluster,
                region)

    def test_errors_from_a_few_regions_cover_what_repeated_worlds_do(self):
        for clusters in (2, 3, 4, 5):
            off = []
            for seed in range(300):
                log_m, oh12, cluster, region = self.small_box(seed, clusters)
                offset, error, _ = rel.environment_offset(log_m, oh12, cluster, resamples=60, regions=region)
                if np.isfinite(offset) and np.isfinite(error):
                    off.append(abs(offset) / error)  # the truth is 0
            self.assertGreater(len(off), 250)
            for sigmas, low, high in ((1, 0.6, 0.85), (2, 0.88, 0.995)):
                self.row_between("1.6", f"part of repeated boxes, {clusters} of whose 8 regions hold clusters, in "
                                 f"which the offset is within {sigmas} sigma", np.mean(np.array(off) < sigmas), low,
                                 high)

    def test_a_spread_of_one_region_is_no_error(self):
        log_m, oh12, cluster, region = self.world(3)
        offset, error, _ = rel.environment_offset(log_m, oh12, cluster, regions=region // 20)  # one of each kind
        self.assertTrue(np.isfinite(offset) and np.isnan(error))
        self.assertTrue(np.isnan(rel.fit_mzr(log_m, oh12, regions=region // 10).slope_err))

    def test_leaving_out_regions_of_one_galaxy_gives_the_error_of_a_mean(self):
        values = np.random.default_rng(4).normal(size=50)
        error = rel.error_by_leaving_out(lambda rows: values[rows].mean(), np.arange(50))
        self.assertAlmostEqual(error, values.std(ddof=1) / np.sqrt(50), 12)

    def test_regions_are_drawn_whole(self):
        labels = np.array(["a", "b", "a", "c", "b", "a"])
        for chosen in rel.samples_of(labels.size, labels, 50, 1):
            for one in set(labels):
                times = {int(np.sum(chosen == k)) for k in np.flatnonzero(labels == one)}
                self.assertEqual(len(times), 1)


class FundamentalRelation(RowTest):
    def test_galaxies_on_it_have_no_residual(self):
        draw = np.random.default_rng(3)
        log_m, log_sfr = draw.uniform(7, 10, 50), draw.uniform(-1, 2, 50)
        oh12 = 0.43 * (log_m - 0.66 * log_sfr) + 4.58
        self.row_below("1.8", "largest residual of galaxies on the relation [dex]",
                       np.abs(rel.fmr_residual(oh12, log_m, log_sfr)).max(), 1e-12)
        self.assertGreater(rel.fmr_oh12(8.2, 1.0, 0.55) - rel.fmr_oh12(8.2, 1.0), 0.04)

    def test_the_stacks_have_the_offsets_that_their_numbers_say(self):
        for row, name, expected in zip(read_table(OBSERVATIONS / "li2025_stacks_fmr.csv"),
                                       ("cluster", "mass-matched field"), (-0.11, -0.28)):
            offset = rel.fmr_residual(float(row["oh12"]), float(row["log10_m_star_msun"]),
                                      np.log10(float(row["sfr_msun_yr"])))
            self.row_near("1.8", f"offset of the {name} stack [dex]", offset, expected, 0.006)

    def test_compactness_of_a_galaxy_on_the_relation_of_mass_and_size(self):
        c = rel.compactness(9.0, np.log10(437.0))
        self.row_near("0.3", "C of 1e9 Msun and 437 pc", c, -0.75, 0.01)
        self.row_near("0.3", "offset that the line expects there", rel.offset_of_compactness(c), -0.30, 0.01)


class Correlations(RowTest):
    def test_ranks_are_those_of_a_small_example(self):
        self.assertEqual(list(rel.ranks([10, 30, 20, 20])), [0, 3, 1.5, 1.5])
        self.assertAlmostEqual(rel.spearman([1, 2, 3, 4], [1, 4, 9, 16]), 1)
        self.assertAlmostEqual(rel.spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]), 0.8)
        self.assertTrue(np.isnan(rel.spearman([1, 1, 1], [1, 2, 3])))

    def test_a_null_of_shuffled_samples_is_uniform_and_finds_a_correlation(self):
        draw = np.random.default_rng(9)
        x = draw.normal(size=100)
        found, p = rel.shuffled_null(x, -0.35 * x + draw.normal(0, 0.5, 100))
        self.assertLess(found, -0.3)
        self.assertLess(p, 0.005)
        nothing = [rel.shuffled_null(draw.normal(size=30), draw.normal(size=30), 39)[1] for _ in range(60)]
        self.assertAlmostEqual(np.mean(nothing), 0.5, delta=0.15)

    def test_what_mass_alone_makes_of_a_correlation_is_no_correlation_at_equal_mass(self):
        draw = np.random.default_rng(21)
        mass = draw.uniform(7, 10, 300)
        x, y = mass + draw.normal(0, 0.3, 300), -mass + draw.normal(0, 0.3, 300)
        bins = np.floor(mass / 0.1)
        self.assertLess(rel.shuffled_null(x, y, 200)[1], 0.01)
        self.assertGreater(rel.shuffled_null(x, y, 200, within=bins)[1], 0.02)
        self.assertLess(rel.shuffled_null(x, y - 0.5 * (x - mass), 200, within=bins)[1], 0.01)

    def test_rare_galaxies_count_as_often_as_they_are_if_weights_say_so(self):
        x, y = np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 4, 3])
        twice = rel.spearman(np.append(x, 4.0), np.append(y, 3.0))
        self.assertAlmostEqual(rel.spearman(x, y, np.array([1.0, 1, 1, 2])), twice)
        self.assertAlmostEqual(rel.spearman(x, y, np.full(4, 7.0)), rel.spearman(x, y))

    def test_older_bathtubs_are_richer_for_their_mass(self):
        with open(HOUSE / "tests/data/bathtub/reference_model5.csv") as lines:
            rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        for m_0 in ("1e+10", "1e+11"):
            chosen = [r for r in rows if r["M0_Msun"] == m_0]
            age, log_m, oh12 = (np.array([float(r[key]) for r in chosen]) for key in ("t_Myr", "log10_Mstar", "OH12"))
            residual = oh12 - rel.fit_mzr(log_m, oh12).at(log_m)
            self.row_above("1.12", f"Spearman of age and residual, model 5 with M_0 = {float(m_0):g}",
                           rel.spearman(age, residual), 0)


class Blends(RowTest):
    def test_equal_components_keep_their_metallicity_and_the_brighter_wins(self):
        self.row_near("2.4", "two components of 7.6", rel.blended_oh12([7.6, 7.6], [1, 5]), 7.6, 1e-12)
        self.row_near("2.4", "7.94 ten times brighter than 7.44, off 7.94 [dex]",
                      rel.blended_oh12([7.94, 7.44], [10, 1]) - 7.94, 0, 0.05)


class Nebula(RowTest):
    def test_photons_hbeta_and_star_formation_are_one_chain(self):
        n_lyc = 3e53
        hbeta = nebular.hbeta_erg_s(n_lyc, 0.2)
        self.assertAlmostEqual(nebular.n_lyc_per_s(hbeta, 0.2) / n_lyc, 1, 12)
        # Kennicutt (1998): 1.08e-53 Msun/yr per photon/s for Salpeter, 1.72 times less for Chabrier
        self.row_near("1.10", "SFR of photons by way of Hbeta over that of Kennicutt (1998)",
                      nebular.sfr_msun_yr(nebular.hbeta_erg_s(n_lyc)) / (1.08e-53 / 1.72 * n_lyc), 1, 0.01)
        self.assertAlmostEqual(float(nebular.on_te_scale(8.24, "literature")), 8.04)

    def test_ultraviolet_and_photons_have_their_units(self):
        # 1e25.3 photons per erg of ultraviolet light at 1e28 erg/s/Hz
        self.assertAlmostEqual(float(nebular.log10_xi_ion(10 ** 53.3, 1e28)), 25.3)
        self.assertAlmostEqual(nebular.SFR_PER_UV * 1e28, 0.882)
        self.assertEqual(nebular.attenuation_1600(-2.5), 0)
        self.assertAlmostEqual(float(nebular.attenuation_1600(-1.5)), 1.445)

    def test_direct_metallicity_of_the_stack(self):
        ratio = nebular.auroral_ratio(2.84 / 6.97, 15.88 / (100 * (1 + 1 / 2.98)))
        self.assertAlmostEqual(1 / ratio, 43.3, delta=0.9)
        self.assertAlmostEqual(nebular.te_k(43.3) / 1.93e4, 1, delta=0.005)
        opp, op, total = nebular.direct_oh12(133.6 / 15.88, 133.6 / 8 / 15.88, 2.03e4, 1.5e4, 300)  # of table 1
        self.assertAlmostEqual(opp, 7.54, delta=0.03)
        self.assertAlmostEqual(op, 6.98, delta=0.05)
        self.assertAlmostEqual(total, 7.65, delta=0.03)

    def test_density_and_temperature_of_zd12_w(self):
        self.assertAlmostEqual(nebular.n_e_cm3(0.71, 2.4e4), 2220, delta=15)
        self.assertAlmostEqual(nebular.te_k(30.9, 2200) / 2.4e4, 1, delta=0.01)


class Likelihoods(RowTest):
    def stacks(self, subset="cluster"):
        return [r for r in read_table(OBSERVATIONS / "li2025_table2_mzr.csv") if r["subset"] == subset]

    def exact(self, shift=0.0):
        """Galaxies on lines through the stacks, richer by `shift`; some that the stacks would not hold."""
        log_m, oh12 = [], []
        for stack in self.stacks():
            m = float(stack["log10_m_star_msun"]) + np.linspace(-0.1, 0.1, 11)
            log_m.append(m)
            oh12.append(float(stack["oh12"]) + 0.3 * (m - float(stack["log10_m_star_msun"])) + shift)
        log_m, oh12 = np.concatenate([*log_m, [9.5, 8.2]]), np.concatenate([*oh12, [3.0, 3.0]])
        return log_m, oh12, np.append(np.full(log_m.size - 1, 3.0), 0.01)

    def test_an_exact_model_has_no_chi2_and_a_shifted_one_more(self):
        chi2, n, _ = like.chi2_of_stacks(self.stacks(), *self.exact())
        self.assertEqual(n, 3)
        self.row_below("1.9", "chi^2 of galaxies on the stacks", chi2, 1e-12)
        steps = [like.chi2_of_stacks(self.stacks(), *self.exact(s))[0] for s in (-0.11, -0.1, 0.1, 0.11)]
        self.row_above("1.9", "d chi^2 / d shift at +0.1 dex", (steps[3] - steps[2]) / 0.01, 0)
        self.row_below("1.9", "d chi^2 / d shift at -0.1 dex", (steps[1] - steps[0]) / 0.01, 0)
        expected = sum((0.1 / np.hypot(e, 0.2)) ** 2 for e in (0.21, 0.18, 0.17))
        self.assertAlmostEqual(steps[2], expected, 9)

    def test_bins_without_galaxies_are_told(self):
        chi2, n, differences = like.chi2_of_stacks(self.stacks(), [8.1], [7.6], [5.0])
        self.assertEqual(n, 1)
        self.assertEqual(list(np.isnan(differences)), [True, False, True])
        self.assertTrue(np.isfinite(chi2))

    def test_a_few_galaxies_of_nearly_one_mass_have_no_line_to_be_moved_along(self):
        for log_m in ([8.123456], [8.3, 8.3 + 1e-9], [8.2] * 3 + [8.2001] * 3):
            weights = np.full(len(log_m), 0.0123)
            _, n, differences = like.chi2_of_stacks(self.stacks(), log_m, [7.6, 7.9, 7.7, 7.6, 7.8, 7.7][:len(log_m)],
                                                    np.full(len(log_m), 5.0), weights)
            self.assertEqual(n, 1)
            self.assertLess(abs(differences[1]), 0.2)

    def test_lines_of_size_and_compactness_are_likeliest_at_the_truth(self):
        draw = np.random.default_rng(12)
        log_m, z = draw.uniform(7, 10.5, 2000), draw.uniform(4, 10, 2000)
        noise = draw.normal(0, 0.27, 2000)
        log_r = 0.21 * log_m + 0.75 + noise
        c = rel.compactness(log_m, log_r)
        offset = rel.offset_of_compactness(c) + draw.normal(0, 0.3, 2000)
        tries = np.linspace(-0.3, 0.3, 61)
        best = tries[np.argmax([like.log10_mass_size(log_m, log_r + t) for t in tries])]
        self.row_near("0.5", "shift of sizes at which their line is likeliest [dex]", best, 0, 0.03)
        best = tries[np.argmax([like.log10_compactness_line(c, offset + t, 0.3) for t in tries])]
        self.row_near("0.5", "shift of offsets at which the line of compactness is likeliest [dex]", best, 0, 0.03)
        scatters = np.linspace(0.1, 0.6, 51)
        best = scatters[np.argmax([like.log10_compactness_line(c, offset, s) for s in scatters])]
        self.row_near("0.5", "scatter at which the line of compactness is likeliest [dex]", best, 0.3, 0.02)
        at_z = 3.17 - 0.090 * z + noise
        best = tries[np.argmax([like.log10_size_redshift(z, at_z + t) for t in tries])]
        self.row_near("0.5", "shift of sizes at which their line in redshift is likeliest [dex]", best, 0, 0.03)

    def test_scatter_of_few_galaxies_is_recovered_within_its_sampling_error(self):
        draw = np.random.default_rng(4)
        sigmas = np.linspace(0.05, 1.5, 146)
        best = [sigmas[np.argmax([like.log10_scatter(s, draw_, 4) for s in sigmas])]
                for draw_ in draw.normal(0, 0.4, (200, 4)).std(axis=1, ddof=1)]
        self.row_near("2.6", "mean of the likeliest scatters of 200 samples of 4, injected 0.4 [dex]",
                      np.mean(best), 0.4, 0.05)
        self.assertAlmostEqual(like.chi2_of_scatter(0.4, 0.4, 4), 0)
        self.row_near("2.6", "chi^2 of a scatter one sampling error off",
                      like.chi2_of_scatter(0.4, 0.4 * (1 + 1 / np.sqrt(6)), 4), 1, 1e-9)
        total = np.sum([10 ** like.log10_scatter(0.4, s, 4) for s in sigmas]) * (sigmas[1] - sigmas[0])
        self.assertAlmostEqual(total, 1, 2)  # it is a density of the observed scatter


if __name__ == "__main__":
    unittest.main()

"""Friends of friends, overdensities and regions find what was put into a catalogue."""
import unittest

from feature_rows import RowTest

import numpy as np

import environment as env
from cecropia_files import Trouble
from cecropia_run import LIGHT_KM_S, comoving_distance

COSMOLOGY = env.PLANCK_OF_LI2025
KPC_PER_DEG = np.interp(6.0, *comoving_distance(COSMOLOGY, 6.0)[:2]) / 7 * 1e3 * np.pi / 180


def sky(seed=3):
    """Two clumps of five and 200 galaxies of which none is nearer than 2 Mpc to any other, all at z = 6."""
    draw = np.random.default_rng(seed)
    clumps = []
    for ra, dec in ((10.0, -5.0), (11.0, -4.6)):
        around = draw.uniform(-200, 200, (5, 2)) / KPC_PER_DEG
        clumps.append(np.column_stack([ra + around[:, 0] / np.cos(np.radians(dec)), dec + around[:, 1],
                                       6.0 + draw.uniform(-200, 200, 5) * 7 / LIGHT_KM_S]))
    step = 2000 / KPC_PER_DEG
    lonely = np.column_stack([12.5 + step * (np.arange(200) % 20), -5.0 + step * (np.arange(200) // 20),
                              np.full(200, 6.0)])
    # galaxies on the line of sight to a clump, 600 km/s off, and beside it, 700 kpc away: not its friends
    near = np.array([[10.0, -5.0, 6.0 + 900 * 7 / LIGHT_KM_S], [10.0, -5.0 + 1200 / KPC_PER_DEG, 6.0]])
    return np.concatenate([*clumps, lonely, near])


class FriendsOfFriends(RowTest):
    def test_the_two_clumps_are_the_cluster_galaxies(self):
        ra, dec, z = sky().T
        cluster = env.in_cluster(env.friends_of_friends_sky(ra, dec, z))
        self.row_is("1.5", "cluster members of two clumps of 5 among isolated galaxies", cluster.sum(), 10)
        self.assertTrue(cluster[:10].all())

    def test_the_order_of_the_catalogue_does_not_matter(self):
        catalogue = np.concatenate([sky(), sky(4) + [0.3, 0.1, 0.004]])
        groups = env.friends_of_friends_sky(*catalogue.T)
        draw, differences = np.random.default_rng(1), 0
        for _ in range(5):
            order = draw.permutation(len(catalogue))
            again = np.empty(len(catalogue), int)
            again[order] = env.friends_of_friends_sky(*catalogue[order].T)
            differences += np.sum((groups[:, None] == groups) != (again[:, None] == again))
        self.row_is("1.6", "pairs of galaxies grouped otherwise in another order", differences, 0)

    def test_chains_are_one_group_and_links_have_two_conditions(self):
        chain = np.arange(6) * 450.0
        zero = np.zeros(6)
        plane = env.friends_of_friends_plane
        self.assertEqual(len(set(plane(chain, zero, zero))), 1)
        self.assertEqual(len(set(plane(chain * 1.2, zero, zero))), 6)
        self.assertEqual(len(set(plane(zero, zero, chain * 1.2))), 6)
        self.assertEqual(env.in_cluster(plane(chain[:3], zero[:3], zero[:3])).sum(), 0)  # three are no cluster
        self.assertEqual(env.in_cluster(plane(chain[:4], zero[:4], zero[:4])).sum(), 4)
        self.assertEqual(env.in_cluster(np.zeros(0, int)).size, 0)

    def test_a_periodic_box_has_no_edge(self):
        x = np.array([10.0, 990.0, 500.0])
        groups = env.friends_of_friends_plane(x, x * 0, x * 0, link_kpc=50, side_kpc=1000)
        self.assertEqual(groups[0], groups[1])
        self.assertNotEqual(groups[0], groups[2])

    def test_many_pairs_come_in_portions(self):
        draw, portion = np.random.default_rng(2), env.PAIRS_AT_ONCE
        self.addCleanup(setattr, env, "PAIRS_AT_ONCE", portion)
        x, y, v = draw.uniform(0, 8000, (3, 300))
        whole = env.friends_of_friends_plane(x, y, v)
        env.PAIRS_AT_ONCE = 17
        self.assertTrue(np.array_equal(whole, env.friends_of_friends_plane(x, y, v)))

    def test_a_catalogue_that_cannot_be_one_is_refused(self):
        with self.assertRaisesRegex(Trouble, "redshifts > 0"):
            env.friends_of_friends_sky([1.0], [2.0], [-1.0])


class Overdensity(RowTest):
    def test_spheres_count_what_is_in_them_across_the_edges(self):
        draw = np.random.default_rng(5)
        place, side, radius = draw.uniform(0, 20, (150, 3)), 20.0, 3.0
        mass = draw.uniform(1, 9, 150)
        apart = np.abs(place[:, None] - place)
        apart = np.minimum(apart, side - apart)
        near = (apart ** 2).sum(2) < radius ** 2
        mean = 150 / side ** 3 * 4 * np.pi / 3 * radius ** 3
        delta, heaviest = env.sphere_overdensity(place, side, radius, mass)
        np.testing.assert_allclose(delta, near @ mass / (mass.mean() * mean) - 1, rtol=1e-12)
        self.assertTrue(np.array_equal(heaviest, np.argmax(np.where(near, mass, 0), axis=1)))
        number, _ = env.sphere_overdensity(place, side, radius)
        np.testing.assert_allclose(number, near.sum(1) / mean - 1, rtol=1e-12)
        self.row_below("1.6", "number overdensity in spheres against counting all pairs",
                       np.abs(number - near.sum(1) / mean + 1).max(), 1e-12)
        for wrong in (10.0, 0.0, np.nan):
            with self.assertRaisesRegex(Trouble, f"spheres of {wrong:g} cMpc do not fit into a box of 20 cMpc"):
                env.sphere_overdensity(place, side, wrong)

    def test_a_box_is_cut_into_equal_cubes_that_are_large_enough(self):
        place = np.random.default_rng(6).uniform(0, 12, (400, 3))
        parts = env.part_of_box(place, 12.0, 5.9)
        self.assertTrue(np.array_equal(parts, (place // 6.0).astype(int) @ [4, 2, 1]))
        self.assertEqual(len(set(env.part_of_box(place, 12.0, 6.1))), 1)
        self.assertTrue(np.array_equal(parts, env.part_of_box(place + 12.0, 12.0, 5.9)))

    def test_galaxies_of_a_tree_share_its_richness(self):
        self.assertEqual(list(env.members_of_tree([7, 7, 3, 7], [True, True, True, False])), [2, 2, 1, 2])


class Region(RowTest):
    def test_overdensity_and_dispersion_are_those_put_in(self):
        draw = np.random.default_rng(8)
        sigma, n = 300.0, 20000
        speeds = draw.normal(0, sigma, n)
        z = 7.88 + speeds / LIGHT_KM_S * 8.88
        x, y = draw.uniform(-30, 30, (2, n))
        far = env.region((0, 0, 7.88), np.append(x, 100.0), np.append(y, 0.0), np.append(z, 7.88), 60, 1.0, 500,
                         np.append(np.full(n, 2e10), 5e12))
        self.assertEqual(far["members"].size, n)
        self.row_is("2.3", "delta of 20000 galaxies where 500 are expected", far["delta"], (n - 500) / 500)
        self.row_near("2.3", "dispersion of 300 km/s at z = 7.88 [km/s]", far["sigma_km_s"], speeds.std(ddof=1),
                      0.01 * sigma)
        self.assertAlmostEqual(far["m_halo_msun"] / (n * 2e10), 1, 9)
        slice_ = env.region((0, 0, 7.88), x, y, z, 60, 0.019, 500)
        self.assertEqual(slice_["members"].size, np.sum(np.abs(z - 7.88) <= 0.0095))
        self.assertTrue(np.isnan(env.region((0, 0, 7.88), x[:1], y[:1], z[:1], 60, 1.0, 1.0)["sigma_km_s"]))
        with self.assertRaisesRegex(Trouble, "an overdensity needs a positive mean number"):
            env.region((0, 0, 7.88), x, y, z, 60, 1.0, 0.0)


if __name__ == "__main__":
    unittest.main()

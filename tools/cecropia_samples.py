"""The folder of a chain of tools/sample (samples.h5) as an object. See cecropia.py."""
import json
import pathlib

import h5py
import numpy as np

from cecropia_files import Missing, Trouble, check_schema, near, reason


class Samples:
    """A chain; arrays have the dimensions step x walker.

    names         of the parameters
    chain         step x walker x parameter, values as in docs/parameters.md; the burn-in is part of it
    ln_posterior  natural logarithm of prior times likelihood to the weight
    log10         {term: log10 L of every sample}, NaN where it does not exist
    burn_in       steps to leave out; flat() and quantiles() do so
    autocorrelation_steps   {parameter: steps}; a chain below 50 of them is too short to trust
    settings      {name: value} of the chain: priors, likelihood, weight, walkers, seed
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        try:
            with h5py.File(self.folder / "samples.h5") as file:
                check_schema(f"{self.folder}/samples.h5", file.attrs.get("schema", 1))
                self.names = [name.decode() for name in file["parameters"][()]]
                self.chain, self.ln_posterior = file["chain"][()], file["ln_posterior"][()]
                self.log10 = {name.removeprefix("log10_"): column[()] for name, column in file["likelihood"].items()}
                self.autocorrelation_steps = dict(zip(self.names, file["autocorrelation_steps"][()].tolist()))
                self.burn_in, self.settings = int(file.attrs["burn_in"]), json.loads(file.attrs["settings"])
        except OSError as error:
            raise Trouble(f"{self.folder}/samples.h5 cannot be read ({reason(error)}): give the folder of a chain that "
                          "tools/sample has finished") from error
        except (KeyError, ValueError) as error:
            raise Trouble(f"{self.folder}/samples.h5 is not what tools/sample leaves: {error}") from error

    def flat(self, name):
        """All values of a parameter after the burn-in."""
        if name not in self.names:
            raise Missing(f"{self.folder}/samples.h5 has no parameter {name}{near(name, self.names)}")
        return self.chain[self.burn_in:, :, self.names.index(name)].ravel()

    def quantiles(self, name, wanted=(0.16, 0.5, 0.84)):
        """Values of a parameter below which these shares of the samples lie."""
        return np.quantile(self.flat(name), wanted)

    @property
    def best(self):
        """{parameter: value} of the sample of the highest posterior."""
        step, walker = np.unravel_index(np.argmax(self.ln_posterior), self.ln_posterior.shape)
        return dict(zip(self.names, self.chain[step, walker].tolist()))

    def __repr__(self):
        steps, walkers = self.ln_posterior.shape
        words = [f"<cecropia samples {self.folder}>",
                 f"  {steps} steps of {walkers} walkers, the first {self.burn_in} steps are burn-in"]
        width = max(len(name) for name in self.names)
        for name in self.names:
            low, middle, high = self.quantiles(name)
            words.append(f"  {name:<{width}}  {middle:.4g} ({low:.4g} to {high:.4g}), autocorrelation "
                         f"{self.autocorrelation_steps[name]:.3g} steps")
        return "\n".join(words)

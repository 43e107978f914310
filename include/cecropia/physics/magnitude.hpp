#pragma once
/// \file  Magnitudes. Theory manual: docs/theory/light.md.

namespace cecropia::physics {

/// LIT-2: absolute AB magnitude of a source of luminosity l_nu [erg/s/Hz] > 0 per rest-frame frequency (Oke & Gunn
/// 1983).
double absolute_magnitude_ab(double l_nu_erg_s_hz);

}  // namespace cecropia::physics

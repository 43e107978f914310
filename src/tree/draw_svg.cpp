// Our own picture of a tree: plain SVG 1.1, no script, no font but the viewer's.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cecropia/tree/draw.hpp"
#include "draw_layout.hpp"
#include "draw_parts.hpp"

namespace cecropia::tree {
namespace {

// [px]; narrow trees stand up to widest_gap times wider apart
constexpr double largest_radius = 17.0, least_radius = 1.3, least_gap = 9.0, widest_gap = 4.0;
constexpr double margin_top = 92.0, margin_bottom = 104.0, margin_side = 84.0, least_width = 760.0;
constexpr const char* ink = "#22313f";
constexpr const char* faint = "#8a97a3";

/// How the four sorts of halos look.
struct Look {
  const char *fill, *ribbon, *edge;
  const char* name;
};
constexpr Look central{"#2b6a78", "#9cc5c9", "#ffffff", "central"};
constexpr Look satellite{"#d9812b", "#f1cda2", "#ffffff", "satellite"};
constexpr Look phantom{"#ffffff", "#d5d9dd", "#7d8790", "phantom (set in by the tree code)"};
constexpr Look inserted{"#ffffff", "#e6e2f2", "#7a64b0", "inserted where a link skips a level"};

const Look& look_of(const Forest& f, Halo h) {
  if ((f.flags[h] & Forest::is_interpolated) != 0) return inserted;
  if ((f.flags[h] & Forest::is_phantom) != 0) return phantom;
  return f.is_satellite(h) ? satellite : central;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

class Sheet {
 public:
  Sheet(const Forest& f, Halo root, int most_branches) : f_(f), root_(root) {
    std::vector<Branch> all = branches_of(f, root);
    n_branches_ = all.size();
    for (const Branch& b : all) n_halos_ += b.halos.size();
    branches_ = heaviest(all, static_cast<std::size_t>(std::max(1, most_branches)));
    heaviest_msun_ = 0.0;
    first_level_ = branches_.front().last_level;
    for (const Branch& b : branches_) {
      heaviest_msun_ = std::max(heaviest_msun_, b.highest_msun);
      first_level_ = std::min(first_level_, b.first_level());
      n_drawn_ += b.halos.size();
    }
    std::vector<std::vector<double>> radii;
    for (const Branch& b : branches_) {
      radii.emplace_back();
      for (const Halo h : b.halos) radii.back().push_back(radius(f_.m_vir_msun[h]));
    }
    const double room = least_width - 2.0 * margin_side;
    double wide = lay_out(radii, least_gap);
    if (wide < room) wide = lay_out(radii, least_gap * std::min(room / wide, widest_gap));
    wide += 2.0 * margin_side;
    width_ = std::max(least_width, wide);
    shift_ = margin_side - left_ + 0.5 * (width_ - wide);
    const double n = static_cast<double>(last_level() - first_level_);
    height_ = std::clamp(24.0 * n, 240.0, 1150.0);
  }

  std::string text() {
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
        "height=\"{1:.0f}\" "
        "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"{2}\">\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#fdfdfb\"/>\n",
        width_, margin_top + height_ + margin_bottom, ink);
    heading();
    axes();
    for (std::size_t b = branches_.size(); b-- > 0;) ribbon(branches_[b]);  // the trunk lies on top
    for (std::size_t b = branches_.size(); b-- > 0;) halos(branches_[b]);
    legend();
    return out_ + "</svg>\n";
  }

 private:
  /// Places the branches; returns how wide the tree is.
  double lay_out(const std::vector<std::vector<double>>& radii, double gap) {
    place_branches(branches_, radii, gap);
    double right = largest_radius;
    left_ = -largest_radius;
    for (std::size_t b = 0; b < branches_.size(); ++b) {
      left_ = std::min(left_, branches_[b].x - radii[b].front());
      right = std::max(right, branches_[b].x + radii[b].front());
    }
    return right - left_;
  }

  std::size_t last_level() const { return branches_.front().last_level; }
  double radius(double m) const { return std::max(least_radius, largest_radius * std::cbrt(m / heaviest_msun_)); }
  double x_of(const Branch& b) const { return shift_ + b.x; }
  double y_at(double z) const {
    const double first = std::log1p(f_.redshift[first_level_]), last = std::log1p(f_.redshift[last_level()]);
    return margin_top + (first > last ? height_ * (first - std::log1p(z)) / (first - last) : 0.5 * height_);
  }
  double y_of(std::size_t level) const { return y_at(f_.redshift[level]); }

  void heading() {
    out_ += fmt::format(
        "<text x=\"{:.0f}\" y=\"30\" font-size=\"19\" font-weight=\"bold\">Halo {} at z = {:.2f}: {}</text>\n", 24.0,
        f_.id[root_], f_.redshift[last_level()], power_of_ten(f_.m_vir_msun[root_]));
    const std::string shown = branches_.size() == n_branches_
                                  ? fmt::format("{} halo{} on {} branch{}", n_halos_, n_halos_ == 1 ? "" : "s",
                                                n_branches_, n_branches_ == 1 ? "" : "es")
                                  : fmt::format("{} of {} halos: the {} heaviest of {} branches", n_drawn_, n_halos_,
                                                branches_.size(), n_branches_);
    out_ +=
        fmt::format("<text x=\"24\" y=\"50\" fill=\"{}\">{} &#183; {}</text>\n", faint, shown, escaped(f_.info.source));
  }

  static std::string power_of_ten(double m) {
    const double exponent = std::floor(std::log10(m));
    return fmt::format(
        "{:.2f} &#215; 10<tspan dy=\"-6\" font-size=\"70%\">{:.0f}</tspan><tspan dy=\"6\">&#160;M</tspan>"
        "<tspan dy=\"3\" font-size=\"70%\">&#9737;</tspan>",
        m / std::pow(10.0, exponent), exponent);
  }

  /// Redshift on the left, age on the right.
  void axes() {
    const double z_first = f_.redshift[first_level_], z_last = f_.redshift[last_level()];
    const double x0 = 52.0, x1 = width_ - 52.0;
    out_ += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\" fill=\"{}\">redshift</text>\n"
        "<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\">age / Myr</text>\n",
        x0 + 8.0, margin_top - 20.0, faint, x1 - 8.0, margin_top - 20.0, faint);
    double y_before = -1e9;
    for (const double z : {60.0, 50.0, 40.0, 35.0, 30.0, 25.0, 20.0, 18.0, 16.0, 14.0, 12.0, 11.0, 10.0, 9.0,
                           8.0,  7.0,  6.0,  5.0,  4.0,  3.0,  2.0,  1.5,  1.0,  0.75, 0.5,  0.25, 0.1,  0.0}) {
      if (z > z_first * (1.0 + 1e-9) || z < z_last * (1.0 - 1e-9) || y_at(z) - y_before < 17.0) continue;
      const double y = y_before = y_at(z);
      out_ += fmt::format(
          "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#dfe3e6\" stroke-width=\"0.8\"/>"
          "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:g}</text>"
          "<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\">{:.0f}</text>\n",
          x0 + 6.0, x1 - 6.0, y, y, x0, y + 4.0, z, x1, y + 4.0, faint, age_at(z));
    }
  }

  /// Age between levels, linear in ln(1+z): for the labels of the axis.
  double age_at(double z) const {
    std::size_t l = first_level_;
    while (l + 1 < last_level() && f_.redshift[l + 1] > z) ++l;
    const std::size_t next = std::min(l + 1, last_level());
    const double a = std::log1p(f_.redshift[l]), b = std::log1p(f_.redshift[next]);
    const double part = a > b ? (a - std::log1p(z)) / (a - b) : 0.0;
    return std::exp(std::log(f_.age_myr[l]) + part * (std::log(f_.age_myr[next]) - std::log(f_.age_myr[l])));
  }

  /// Width follows mass; the last piece flows into the branch that it merges with.
  void ribbon(const Branch& b) {
    const double x = x_of(b);
    for (std::size_t l = b.first_level(); l < b.last_level; ++l) {
      const double r0 = radius(f_.m_vir_msun[b.at(l)]), r1 = radius(f_.m_vir_msun[b.at(l + 1)]);
      out_ +=
          fmt::format("<path d=\"M{:.2f} {:.2f}L{:.2f} {:.2f}L{:.2f} {:.2f}L{:.2f} {:.2f}Z\" fill=\"{}\"/>\n", x - r0,
                      y_of(l), x + r0, y_of(l), x + r1, y_of(l + 1), x - r1, y_of(l + 1), look_of(f_, b.at(l)).ribbon);
    }
    if (&b == branches_.data()) return;
    const double width = std::max(1.2, 1.7 * radius(f_.m_vir_msun[b.halos.front()])), to = x_of(branches_[b.into]);
    const double y0 = y_of(b.last_level), y1 = y_of(b.last_level + 1);
    out_ += fmt::format(
        "<path d=\"M{0:.2f} {1:.2f}C{0:.2f} {2:.2f} {0:.2f} {2:.2f} {3:.2f} {2:.2f}\" fill=\"none\" stroke=\"{4}\" "
        "stroke-width=\"{5:.2f}\"/>\n",
        x, y0, y1, to, look_of(f_, b.halos.front()).ribbon, width);
  }

  void halos(const Branch& b) {
    for (std::size_t l = b.first_level(); l <= b.last_level; ++l) {
      const Halo h = b.at(l);
      const Look& look = look_of(f_, h);
      out_ += fmt::format(
          "<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{:.2f}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"0.8\">"
          "<title>halo {}, z = {:.3f}, {:.3e} Msun{}{}</title></circle>\n",
          x_of(b), y_of(l), radius(f_.m_vir_msun[h]), look.fill, look.edge, f_.id[h], f_.redshift[l], f_.m_vir_msun[h],
          &look == &central ? "" : ", ",
          &look == &central    ? ""
          : f_.is_satellite(h) ? fmt::format("{} in halo {}", look.name, f_.id[f_.host[h]])
                               : std::string(look.name));
    }
  }

  void legend() {
    double y = margin_top + height_ + 58.0, x = 30.0;
    std::set<const Look*> used;
    for (const Branch& b : branches_)
      for (const Halo h : b.halos) used.insert(&look_of(f_, h));
    for (const Look* look : {&central, &satellite, &phantom, &inserted}) {
      if (used.count(look) == 0) continue;
      out_ += fmt::format(
          "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5.5\" fill=\"{}\" stroke=\"{}\" stroke-width=\"0.8\"/>"
          "<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
          x, y, look->fill, look == &phantom || look == &inserted ? look->edge : look->fill, x + 11.0, y + 4.0,
          look->name);
      x += 30.0 + 6.4 * static_cast<double>(std::char_traits<char>::length(look->name));
    }
    y += 30.0;
    x = 30.0;
    const double top = std::floor(std::log10(heaviest_msun_));
    for (int decade = 0; decade < 4; ++decade) {
      const double r = radius(std::pow(10.0, top - decade));
      out_ += fmt::format(
          "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.2f}\" fill=\"{}\"/>"
          "<text x=\"{:.1f}\" y=\"{:.1f}\">10<tspan dy=\"-4\" font-size=\"70%\">{:.0f}</tspan></text>\n",
          x, y, r, central.fill, x + r + 5.0, y + 4.0, top - decade);
      x += r + 52.0;
    }
    out_ += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\">M&#9737; &#160;&#160;radius and width grow as the cube root of the "
        "mass; time runs down</text>\n",
        x - 14.0, y + 4.0);
  }

  const Forest& f_;
  Halo root_;
  std::vector<Branch> branches_;
  std::size_t n_branches_ = 0, n_halos_ = 0, n_drawn_ = 0, first_level_ = 0;
  double heaviest_msun_ = 0.0, width_ = 0.0, height_ = 0.0, left_ = 0.0, shift_ = 0.0;
  std::string out_;
};

}  // namespace

std::string draw_svg(const Forest& f, std::int64_t halo_id, int most_branches, const parallel::Communicator& ranks) {
  return on_owner(f, halo_id, ranks, [&](Halo root) { return Sheet(f, root, most_branches).text(); });
}

}  // namespace cecropia::tree

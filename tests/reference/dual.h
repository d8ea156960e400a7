// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace lapilli::reference {

/// A value and its derivative along one direction: the references give exact derivatives with it.
struct Dual {
  double value = 0;
  double derivative = 0;

  Dual() = default;
  /// A constant. Explicit for no type: references write T(0.5) and mixed expressions alike.
  Dual(double constant) : value(constant) {}
  Dual(double v, double d) : value(v), derivative(d) {}

  Dual& operator+=(const Dual& b) { return *this = Dual(value + b.value, derivative + b.derivative); }
  Dual& operator-=(const Dual& b) { return *this = Dual(value - b.value, derivative - b.derivative); }
  Dual& operator*=(const Dual& b) {
    return *this = Dual(value * b.value, derivative * b.value + value * b.derivative);
  }
  Dual& operator/=(const Dual& b) {
    return *this = Dual(value / b.value, (derivative - value / b.value * b.derivative) / b.value);
  }
  friend Dual operator+(Dual a, const Dual& b) { return a += b; }
  friend Dual operator-(Dual a, const Dual& b) { return a -= b; }
  friend Dual operator*(Dual a, const Dual& b) { return a *= b; }
  friend Dual operator/(Dual a, const Dual& b) { return a /= b; }
  friend Dual operator-(const Dual& a) { return {-a.value, -a.derivative}; }
  friend bool operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend bool operator>(const Dual& a, const Dual& b) { return a.value > b.value; }

  friend Dual exp(const Dual& a) { return {std::exp(a.value), std::exp(a.value) * a.derivative}; }
  friend Dual log(const Dual& a) { return {std::log(a.value), a.derivative / a.value}; }
  friend Dual sqrt(const Dual& a) {
    const double root = std::sqrt(a.value);
    return {root, a.derivative / (2 * root)};
  }
  friend Dual erfc(const Dual& a) {
    constexpr double kTwoOverRootPi = 1.1283791670955126;
    return {std::erfc(a.value), -kTwoOverRootPi * std::exp(-a.value * a.value) * a.derivative};
  }
  friend Dual max(const Dual& a, const Dual& b) { return a.value < b.value ? b : a; }
};

}  // namespace lapilli::reference

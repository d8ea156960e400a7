// SPDX-License-Identifier: Apache-2.0
// Activation functions in f32, four values at a time.
#ifndef LAPILLI_ACTIVATIONS_GLSL
#define LAPILLI_ACTIVATIONS_GLSL

vec4 silu(vec4 x) {
  return x / (1.0 + exp(-x));
}

vec4 quick_gelu(vec4 x) {
  return x / (1.0 + exp(-1.702 * x));
}

// 1 + erf(x / √2) = erfc(z) with z = −x / √2, without cancellation for negative x.
// |z| < 1: erf as a polynomial in z²; beyond: erfc(|z|) = exp(−z²) · polynomial in 1 / (1 + |z| / 2). Both were
// fitted by reweighted least squares; their relative errors are 1.3e-9 and 5.7e-9 in exact arithmetic.
vec4 one_plus_erf(vec4 x) {
  const vec4 z = x * -0.70710678118654752;
  const vec4 size = abs(z);
  const vec4 square = z * z;
  vec4 inner = vec4(7.85385071e-05);
  inner = fma(inner, square, vec4(-0.00080101904));
  inner = fma(inner, square, vec4(0.00518832732));
  inner = fma(inner, square, vec4(-0.0268538117));
  inner = fma(inner, square, vec4(0.112835851));
  inner = fma(inner, square, vec4(-0.376126258));
  inner = fma(inner, square, vec4(1.12837917));
  inner = fma(-inner, z, vec4(1.0));
  const vec4 t = 1.0 / fma(size, vec4(0.5), vec4(1.0));
  vec4 outer = vec4(0.0808918191);
  outer = fma(outer, t, vec4(-0.185042692));
  outer = fma(outer, t, vec4(0.0250630675));
  outer = fma(outer, t, vec4(0.105340543));
  outer = fma(outer, t, vec4(0.158042337));
  outer = fma(outer, t, vec4(0.252967093));
  outer = fma(outer, t, vec4(0.28099082));
  outer = fma(outer, t, vec4(0.282199402));
  outer = fma(outer, t, vec4(-4.10319793e-06));
  outer *= exp(-square);
  outer = mix(outer, 2.0 - outer, lessThan(z, vec4(0.0)));
  return mix(outer, inner, lessThan(size, vec4(1.0)));
}

vec4 gelu_erf(vec4 x) {
  return 0.5 * x * one_plus_erf(x);
}

// Derivatives. Of x · σ(scale · x): σ + scale · x · σ · (1 − σ).
vec4 gated_derivative(vec4 x, float scale) {
  const vec4 gate = 1.0 / (1.0 + exp(-scale * x));
  return gate * fma(scale * x, 1.0 - gate, vec4(1.0));
}

vec4 silu_derivative(vec4 x) {
  return gated_derivative(x, 1.0);
}

vec4 quick_gelu_derivative(vec4 x) {
  return gated_derivative(x, 1.702);
}

// Φ(x) + x · φ(x) with φ(x) = exp(−x² / 2) / √(2π).
vec4 gelu_erf_derivative(vec4 x) {
  return fma(x * 0.39894228040143268, exp(-0.5 * x * x), 0.5 * one_plus_erf(x));
}

#endif

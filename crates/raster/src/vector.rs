//! Vector instructions where the processor has them.

/// Runs `work`, compiled for processors with AVX2 if this is one. Only what is inlined into it is: functions that it calls
/// and the closure itself must be marked `#[inline(always)]`.
///
/// The results are the same: compilers contract nothing in floating point, whatever the instructions.
#[inline]
pub(crate) fn vectorized<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = fearless_simd::Level::new().as_avx2() {
        return fearless_simd::Simd::vectorize(avx2, work);
    }
    work()
}

/// Instructions for eight numbers of 32 bits at once, if the processor has them. Where there are none at all, neither is
/// this function.
#[cfg(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64"))]
#[inline]
pub(crate) fn eight_lanes() -> Option<impl fearless_simd::Simd> {
    let level = fearless_simd::Level::new();
    #[cfg(not(target_arch = "aarch64"))]
    return level.as_avx2();
    #[cfg(target_arch = "aarch64")]
    return level.as_neon();
}

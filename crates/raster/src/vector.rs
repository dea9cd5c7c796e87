//! Wider vector instructions where the processor has them.

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

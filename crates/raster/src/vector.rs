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

/// Evaluates `$work` with `$simd`, instructions for eight numbers of 32 bits at once; `None` if the processor has none. What
/// is called in it must be marked as for [`vectorized`].
macro_rules! with_eight_lanes {
    (@vectorize $simd:ident => $work:expr) => {
        $simd.vectorize(
            #[inline(always)]
            || $work,
        )
    };
    ($simd:ident => $work:expr) => {{
        let level = fearless_simd::Level::new();
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        if let Some($simd) = level.as_avx512() {
            // For its 32 registers and what it can do with masks.
            Some(with_eight_lanes!(@vectorize $simd => $work))
        } else if let Some($simd) = level.as_avx2() {
            Some(with_eight_lanes!(@vectorize $simd => $work))
        } else {
            None
        }
        #[cfg(target_arch = "aarch64")]
        level.as_neon().map(|$simd| with_eight_lanes!(@vectorize $simd => $work))
    }};
}
#[cfg(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) use with_eight_lanes;

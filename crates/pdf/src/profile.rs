//! The colour profile that archives want to be told: sRGB, as IEC 61966-2-1 defines it.

/// Numbers of the profile are in parts of this.
const UNIT: f64 = 65536.0;

/// White that the profile's numbers are relative to (D50).
const WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];

/// Red, green and blue at that white.
const PRIMARIES: [[f64; 3]; 3] = [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.7141]];

/// From the white of sRGB (D65) to that of the profile.
const ADAPTATION: [f64; 9] =
    [1.047882, 0.022918, -0.050217, 0.029586, 0.990478, -0.017075, -0.009247, 0.015075, 0.751678];

/// From values to light: power, and a line near black.
const CURVE: [f64; 5] = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];

/// A display profile of version 4.2.
pub fn srgb() -> Vec<u8> {
    let fixed =
        |values: &[f64]| -> Vec<u8> { values.iter().flat_map(|v| ((v * UNIT).round() as i32).to_be_bytes()).collect() };
    let tagged = |kind: &[u8; 4], content: &[u8]| [kind.as_slice(), &[0; 4], content].concat();
    let text = |text: &str| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut content = [1u32, 12].map(u32::to_be_bytes).concat();
        content.extend_from_slice(b"enUS");
        content.extend_from_slice(&(units.len() as u32).to_be_bytes());
        content.extend_from_slice(&28u32.to_be_bytes());
        content.extend_from_slice(&units);
        tagged(b"mluc", &content)
    };
    // The third kind of curve, and two bytes that say nothing.
    let curve = tagged(b"para", &[[0, 3, 0, 0].as_slice(), &fixed(&CURVE)].concat());
    let tags: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", text("sRGB")),
        (b"cprt", text("No copyright")),
        (b"wtpt", tagged(b"XYZ ", &fixed(&WHITE))),
        (b"chad", tagged(b"sf32", &fixed(&ADAPTATION))),
        (b"rXYZ", tagged(b"XYZ ", &fixed(&PRIMARIES[0]))),
        (b"gXYZ", tagged(b"XYZ ", &fixed(&PRIMARIES[1]))),
        (b"bXYZ", tagged(b"XYZ ", &fixed(&PRIMARIES[2]))),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    const HEADER: usize = 128;
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = HEADER + 4 + 12 * tags.len();
    for (name, content) in &tags {
        table.extend_from_slice(*name);
        table.extend_from_slice(&((start + data.len()) as u32).to_be_bytes());
        table.extend_from_slice(&(content.len() as u32).to_be_bytes());
        data.extend_from_slice(content);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut out = ((start + data.len()) as u32).to_be_bytes().to_vec();
    out.extend_from_slice(&[0, 0, 0, 0, 4, 0x20, 0, 0]);
    out.extend_from_slice(b"mntrRGB XYZ ");
    // A date, which may not be none.
    out.extend([2020u16, 1, 1, 0, 0, 0].iter().flat_map(|v| v.to_be_bytes()));
    out.extend_from_slice(b"acsp");
    out.resize(68, 0);
    out.extend_from_slice(&fixed(&WHITE));
    out.resize(HEADER, 0);
    [out, table, data].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_its_length() {
        let profile = srgb();
        assert_eq!(profile.len() as u32, u32::from_be_bytes(profile[..4].try_into().unwrap()));
        assert_eq!(&profile[36..40], b"acsp");
        // White is the sum of the primaries.
        for (i, white) in WHITE.iter().enumerate() {
            assert!((PRIMARIES.iter().map(|p| p[i]).sum::<f64>() - white).abs() < 2e-4);
        }
    }
}

// Puts mutated messages through the view's decoder: what comes out is null or keeps to the page of the protocol, and
// nothing is raised but what a view expects of a patch. Arguments: the decoder as a module, a file with the messages
// to begin with (JSON, base64), how many to try, a seed. Prints how many were taken, and what was raised.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modulePath, corpusPath, countText, seedText] = process.argv.slice(2);
const { decodeBinary, decodeIndexed, INDEXED_ENCODING } = await import(pathToFileURL(modulePath).href);
const corpus = JSON.parse(readFileSync(corpusPath, "utf-8")).map((text) => new Uint8Array(Buffer.from(text, "base64")));

let state = Number(seedText) >>> 0;
/** A whole number below `most`, by Marsaglia's xorshift. */
function below(most) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % most;
}

const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff];

function mutated(bytes) {
  let result = bytes.slice();
  for (let round = below(6); round >= 0; round--) {
    const at = below(result.length || 1);
    const kind = below(6);
    if (kind === 0) result = result.slice(0, at);
    else if (kind === 1) result = Uint8Array.from([...result, ...Array.from({ length: below(40) }, () => below(256))]);
    // Heads are short: most mutations are to hit them.
    else if (kind === 2) result[below(Math.min(result.length, 44) || 1)] = EDGES[below(EDGES.length)];
    else if (kind === 3) result[below(Math.min(result.length, 44) || 1)] = below(256);
    else if (kind === 4) result[at] ^= 1 << below(8);
    else result.set(corpus[below(corpus.length)].subarray(0, Math.max(0, result.length - at)), at);
  }
  return result;
}

function check(condition, what) {
  if (!condition) throw new Error(`broken: ${what}`);
}

const found = { frames: 0, files: 0, none: 0, patches: 0, refused: 0 };
for (let number = 0; number < Number(countText); number++) {
  // The first ones as they are.
  const bytes = number < corpus.length ? corpus[number] : mutated(corpus[below(corpus.length)]);
  // Not at the beginning of its buffer, as a widget gets it.
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  const decoded = decodeBinary(shifted);
  if (decoded === null) found.none++;
  else if ("file" in decoded) {
    found.files++;
    check(typeof decoded.file.name === "string" && decoded.file.data instanceof Uint8Array, "a file");
  } else {
    found.frames++;
    const { frame } = decoded;
    const { x, y, width, height } = frame.patch;
    check(x + width <= frame.width && y + height <= frame.height, "a patch inside of the picture");
    check(frame.width > 0 && frame.height > 0 && frame.width <= 131072 && frame.height <= 131072, "a size");
    check(frame.moves.every((move) => Object.values(move).every(Number.isInteger)), "moves");
    const size = width * height;
    if (frame.encoding === INDEXED_ENCODING && size <= 1 << 16) {
      const pixels = await decodeIndexed(frame.payload, size).catch((error) => {
        // Browsers raise a TypeError for what is no zlib, Node.js an error with a code of zlib's.
        const isOfZlib = error instanceof TypeError || /^(Z_|ERR_TRAILING_JUNK)/.test(error.code ?? "");
        check(isOfZlib || /^an? (indexed )?patch /.test(error.message), `a known error, not ${error}`);
        return null;
      });
      if (pixels === null) found.refused++;
      else {
        found.patches++;
        check(pixels.length === size, "as many pixels as the patch has");
      }
    }
  }
}
console.log(JSON.stringify(found));

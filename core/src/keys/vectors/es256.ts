import type { PublicKey } from "../port.ts";
import type { SignatureVector } from "./vector.ts";

const key: PublicKey = {
  kty: "EC",
  crv: "P-256",
  x: "Fpyt-vw64SjaDdCN-guO2AL2NWDVB2_dj_BfCcnwXYc",
  y: "DuTIIn6WVl2B2qNmwTafCvcXfdpeL-f_YBtEZxcaLVY",
};
const smallRKey: PublicKey = {
  kty: "EC",
  crv: "P-256",
  x: "GXiCOou1mDxkYa-TvBpu2cH8KLWr2_g92b9k_415lNc",
  y: "0g_mUIluxlAlg3p-QEFDpxW2NCi0UhEnE9uKP8zQ_LY",
};
const boundaryKey: PublicKey = {
  kty: "EC",
  crv: "P-256",
  x: "hbuOkF2M7OubVAJqWUALKvXA0UZFa-h9ERhUxLOoBYA",
  y: "TKpJhastbM9LQJcyZ-uWTpZ_zWWv--i--46R5gQ757U",
};

/** ES256: a comment says which deviation a vector, and those below it without one, finds. */
export const es256Vectors: readonly SignatureVector[] = [
  // A verifier that refuses everything.
  {
    name: "es256-valid",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd75da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: true,
  },
  // One without the low-s rule: the signature's twin.
  {
    name: "es256-high-s",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd7a25b1827448a7323438819b21a473c50da4dd99621af947faa84f0f78acbf53e",
    valid: false,
  },
  // One that ignores the message.
  {
    name: "es256-other-message",
    key,
    message: "6669726d616d656e742073656c662d7465737421",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd75da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: false,
  },
  // One that ignores r.
  {
    name: "es256-other-r",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af13897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd75da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: false,
  },
  // One that ignores s.
  {
    name: "es256-other-s",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd75da4e7d7bb758cddbd77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: false,
  },
  // One that pads or splits at half the length.
  {
    name: "es256-truncated",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd75da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb719730",
    valid: false,
  },
  // One that ignores trailing bytes.
  {
    name: "es256-trailing",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd75da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb7197301300",
    valid: false,
  },
  // One that takes any width of r and s.
  {
    name: "es256-padded",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "00f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd7005da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: false,
  },
  // One that also takes DER.
  {
    name: "es256-der",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "3045022100f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd702205da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: false,
  },
  // One without the check for zero (CVE-2022-21449).
  {
    name: "es256-zero",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  // The same for r alone.
  {
    name: "es256-r-zero",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "00000000000000000000000000000000000000000000000000000000000000005da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: false,
  },
  // The same for s alone.
  {
    name: "es256-s-zero",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd70000000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  // One that reduces r = n to zero.
  {
    name: "es256-r-n",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc6325515da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: false,
  },
  // One that reduces s = n to zero.
  {
    name: "es256-s-n",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd7ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    valid: false,
  },
  // One that demands r of full length.
  {
    name: "es256-small-r",
    key: smallRKey,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "00000000000000000000000000000000000000000000000000000000000000050000000000000000000000000000000000000000000000000000000001234567",
    valid: true,
  },
  // One without the check r < n.
  {
    name: "es256-r-plus-n",
    key: smallRKey,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc6325560000000000000000000000000000000000000000000000000000000001234567",
    valid: false,
  },
  // One that compares r with x before reducing x modulo n.
  {
    name: "es256-x-above-n",
    key: {
      kty: "EC",
      crv: "P-256",
      x: "e1WzEas-tXbQll1USfXBsfoeJuccl6gSPfMh8ohoy8Q",
      y: "XTxBqzWB17jJ0NboSkTnYuafsRoCQvaT9TBKqNdhWYY",
    },
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "00000000000000000000000000000000000000000000000000000000000000030000000000000000000000000000000000000000000000000000000001234567",
    valid: true,
  },
  // One that draws the low-s line below (n - 1) / 2.
  {
    name: "es256-s-half-n",
    key: boundaryKey,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd77fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8",
    valid: true,
  },
  // One that draws it above (n - 1) / 2.
  {
    name: "es256-s-above-half-n",
    key: boundaryKey,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd77fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9",
    valid: false,
  },
  // One that hashes twice.
  {
    name: "es256-prehashed",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd771b9276d7d32e7fa41d94bcb9486372d72b9e86bc5f873d66cfc0eeddc699e3f",
    valid: false,
  },
  // One that takes the hash from somewhere else than the key.
  {
    name: "es256-sha384",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd747eee244a5cc384b45a1aef8624e55ec8793157eed7cd18f77b1ab439e8b4eb3",
    valid: false,
  },
  // One that does not check that the key is on its curve.
  {
    name: "es256-key-off-curve",
    key: {
      kty: "EC",
      crv: "P-256",
      x: "Fpyt-vw64SjaDdCN-guO2AL2NWDVB2_dj_BfCcnwXYc",
      y: "DuTIIn6WVl2B2qNmwTafCvcXfdpeL-f_YBtEZxcaLVc",
    },
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd75da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: false,
  },
  // One that reads (0, 0) as the point at infinity.
  {
    name: "es256-key-zero",
    key: {
      kty: "EC",
      crv: "P-256",
      x: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      y: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    },
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "f838c9949af03897e5de7fc580c99ece63966df2403c5dd5427b5377ac14ffd75da4e7d7bb758cddbc77e64de5b8c3aee299211785680a054934d9cb71973013",
    valid: false,
  },
];

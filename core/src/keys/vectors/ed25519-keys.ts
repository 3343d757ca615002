import type { SignatureVector } from "./vector.ts";

/** Ed25519 keys that are refused: a comment says which deviation a vector, and those below it without one, finds. */
export const ed25519KeyVectors: readonly SignatureVector[] = [
  // One that accepts a key of small order: its signature S, [S]B fits a message of choice, here for all eight points.
  {
    name: "ed25519-key-of-order-1-number-0",
    key: { kty: "OKP", crv: "Ed25519", x: "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
    message: "736d616c6c206f726465722035",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-of-order-8-number-1",
    key: { kty: "OKP", crv: "Ed25519", x: "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o" },
    message: "736d616c6c206f726465722035",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-of-order-4-number-2",
    key: { kty: "OKP", crv: "Ed25519", x: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA" },
    message: "736d616c6c206f726465722031",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-of-order-8-number-3",
    key: { kty: "OKP", crv: "Ed25519", x: "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU" },
    message: "736d616c6c206f726465722033",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-of-order-2-number-4",
    key: { kty: "OKP", crv: "Ed25519", x: "7P_______________________________________38" },
    message: "736d616c6c206f726465722035",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-of-order-8-number-5",
    key: { kty: "OKP", crv: "Ed25519", x: "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_IU" },
    message: "736d616c6c206f726465722030",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-of-order-4-number-6",
    key: { kty: "OKP", crv: "Ed25519", x: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
    message: "736d616c6c206f726465722035",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-of-order-8-number-7",
    key: { kty: "OKP", crv: "Ed25519", x: "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o" },
    message: "736d616c6c206f726465722037",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  // One that reads the keys y = 1 and y = -1 with a sign bit (not canonical).
  {
    name: "ed25519-key-signed-zero-1",
    key: { kty: "OKP", crv: "Ed25519", x: "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA" },
    message: "736d616c6c206f72646572203131",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-signed-zero-2",
    key: { kty: "OKP", crv: "Ed25519", x: "7P________________________________________8" },
    message: "736d616c6c206f726465722034",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  // One that reads keys with y >= p: p and p + 1, without and with a sign bit.
  {
    name: "ed25519-key-p",
    key: { kty: "OKP", crv: "Ed25519", x: "7f_______________________________________38" },
    message: "736d616c6c206f726465722035",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-p-plus-1",
    key: { kty: "OKP", crv: "Ed25519", x: "7v_______________________________________38" },
    message: "736d616c6c206f726465722031",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-p-signed",
    key: { kty: "OKP", crv: "Ed25519", x: "7f________________________________________8" },
    message: "736d616c6c206f726465722031",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  {
    name: "ed25519-key-p-plus-1-signed",
    key: { kty: "OKP", crv: "Ed25519", x: "7v________________________________________8" },
    message: "736d616c6c206f726465722032",
    signature:
      "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df0500000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  // One that lets the all-zero key and signature pass.
  {
    name: "ed25519-all-zero",
    key: { kty: "OKP", crv: "Ed25519", x: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    valid: false,
  },
  // One that decodes a y without an x.
  {
    name: "ed25519-key-off-curve",
    key: { kty: "OKP", crv: "Ed25519", x: "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524ddac1625ecee4de2e222352c3479891490391cdd0cc2f7a3e4c6690ba620f0207",
    valid: false,
  },
];

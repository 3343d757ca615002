import type { PublicKey } from "../port.ts";
import type { SignatureVector } from "./vector.ts";

const key: PublicKey = { kty: "OKP", crv: "Ed25519", x: "BRiBgYcYDPrId_X-9KIoEwYnDXtPtwIwHMmC0uAShu0" };
const mixedKey: PublicKey = { kty: "OKP", crv: "Ed25519", x: "Laaf2tWcqmEDV90tb-la0dNdReuXDbE0KxpkwcCrnJU" };

/** Ed25519: a comment says which deviation a vector, and those below it without one, finds. */
export const ed25519Vectors: readonly SignatureVector[] = [
  // RFC 8032 section 7.1: any implementation of another curve, hash or prefix.
  {
    name: "ed25519-rfc8032-1",
    key: { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    valid: true,
  },
  {
    name: "ed25519-rfc8032-2",
    key: { kty: "OKP", crv: "Ed25519", x: "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw" },
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    valid: true,
  },
  {
    name: "ed25519-rfc8032-3",
    key: { kty: "OKP", crv: "Ed25519", x: "_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU" },
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    valid: true,
  },
  // A verifier that refuses everything.
  {
    name: "ed25519-valid",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524ddac1625ecee4de2e222352c3479891490391cdd0cc2f7a3e4c6690ba620f0207",
    valid: true,
  },
  // A verifier that ignores the message.
  {
    name: "ed25519-other-message",
    key,
    message: "6669726d616d656e742073656c662d7465737421",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524ddac1625ecee4de2e222352c3479891490391cdd0cc2f7a3e4c6690ba620f0207",
    valid: false,
  },
  // A verifier that ignores R.
  {
    name: "ed25519-other-r",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "e1f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524ddac1625ecee4de2e222352c3479891490391cdd0cc2f7a3e4c6690ba620f0207",
    valid: false,
  },
  // A verifier that ignores S.
  {
    name: "ed25519-other-s",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524ddbc1625ecee4de2e222352c3479891490391cdd0cc2f7a3e4c6690ba620f0207",
    valid: false,
  },
  // One that pads or reads past the end.
  {
    name: "ed25519-truncated",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524ddac1625ecee4de2e222352c3479891490391cdd0cc2f7a3e4c6690ba620f02",
    valid: false,
  },
  // One that ignores trailing bytes.
  {
    name: "ed25519-trailing",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524ddac1625ecee4de2e222352c3479891490391cdd0cc2f7a3e4c6690ba620f020700",
    valid: false,
  },
  // One without the check S < L (malleability, RFC 8032 section 8.4).
  {
    name: "ed25519-s-plus-l",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524dc79558bbe847f186f8bf49662692705e0391cdd0cc2f7a3e4c6690ba620f0217",
    valid: false,
  },
  // One that masks the top three bits of S.
  {
    name: "ed25519-s-high-bits",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524ddac1625ecee4de2e222352c3479891490391cdd0cc2f7a3e4c6690ba620f02e7",
    valid: false,
  },
  // One that lets R be of small order: OpenSSL does, Web Crypto and the newer Node do not.
  {
    name: "ed25519-identity-r",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "0100000000000000000000000000000000000000000000000000000000000000eaf1e5c6865a954654387caee5bc16093642052138e7991e30c2c5f0fa155d02",
    valid: false,
  },
  // One that compares points and reads R with y >= p (here the identity as p + 1).
  {
    name: "ed25519-r-y-above-p",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7ff00ed2a46f1c98ce45492c22ba0aa499364d013e39b902bbde04554d5e8c6006",
    valid: false,
  },
  // One that reads R with x = 0 and the sign bit set.
  {
    name: "ed25519-r-signed-zero",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "01000000000000000000000000000000000000000000000000000000000000808bcaed1c73b9d785889d0c3ab021009dc6b2a91e7ea0b439583042411821440f",
    valid: false,
  },
  // One that multiplies by the cofactor (ZIP 215, RFC 8032 section 5.1.7 with 8).
  {
    name: "ed25519-mixed-r",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "5ae46c9a753eb5f911c43f7b8ede78c3c95fbb0407054d57a6d842717ae0b097489bd9de398cdf1813a58d4916c780fc41d1dc3b8c5934c9a6a1e7d9ed08090e",
    valid: false,
  },
  // The same with a component of order 2.
  {
    name: "ed25519-mixed-r-order-2",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "0d0a4ed9e6552e19be51a16af497487bfa7ae1d3fcccf1c8f1f2676f868badb24bf7bb3261f140b6416f6575547158c0054911b9e11ba745e7aea76124971c00",
    valid: false,
  },
  // The cofactored equation again, now through the key.
  {
    name: "ed25519-mixed-key-residue",
    key: mixedKey,
    message: "6d697865642d6f72646572206b65792030",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524d25d01337144dc29012d55cfc803fa5260cab18234046ecacd0bf8038a1157a03",
    valid: false,
  },
  // One that demands keys of prime order, or multiplies by k before reducing it modulo L.
  {
    name: "ed25519-mixed-key-no-residue",
    key: mixedKey,
    message: "6d697865642d6f72646572206b65792036",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524ddc2b113d2fd3c3d09add921b78fce7931e3d4f781b21dd5d689a8df808e73b0d",
    valid: true,
  },
  // One that accepts where only the unreduced k cancels the residue.
  {
    name: "ed25519-mixed-key-unreduced-k",
    key: mixedKey,
    message: "6d697865642d6f72646572206b6579203131",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524d24924f4dde097811ab9ed49790d257edd1c8ec5bf14023ff02df349078a51803",
    valid: false,
  },
  // One that refuses every R outside the prime-order subgroup.
  {
    name: "ed25519-mixed-key-mixed-r-cancel",
    key: mixedKey,
    message: "6d697865642d6f72646572206b65792034",
    signature:
      "931b93658ac14a06ee3bc0847121873c36a044fbf8fab2a85927bd8e851f4f680bf0ea1bd5f4a92c8df095dffe3a80d30645654df15575dec412c7c72ab74507",
    valid: true,
  },
  // One that hashes the message first.
  {
    name: "ed25519-prehashed",
    key,
    message: "6669726d616d656e742073656c662d74657374",
    signature:
      "e0f5b12619aad1e641ae5e950b68b78405851e2c03330e370e0d98907974524d77524e5ad03612ed31779c1404f27d5b86e6ecf30fa015a3c6bb695495fefa05",
    valid: false,
  },
];

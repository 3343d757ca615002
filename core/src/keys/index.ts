export type { Algorithm, Crypto, PublicKey } from "./port.ts";

import { fromBase64url, toHex } from "@firmament/core/bytes";
import type { Crypto } from "@firmament/core/keys";
import type { Validators } from "@firmament/core/registry";
import { type Misbehavior, MisbehaviorType } from "cosmjs-types/tendermint/abci/types";
import { engineAddress } from "./engine-address.ts";

/** A validator's key that signed what it must not, as the engine proved it in a block. */
export interface Misbehaviour {
  readonly kind: "duplicate-vote" | "light-client-attack" | "unknown";
  /** First 20 bytes of the key's SHA-256, 40 hexadecimal digits. */
  readonly address: string;
  /** Whose key it is, where it is one of the present validators. */
  readonly organisation?: string;
  /** Engine height of the act. */
  readonly height: number;
  /** Seconds since 1970. */
  readonly time: number;
}

function kindOf(type: MisbehaviorType): Misbehaviour["kind"] {
  if (type === MisbehaviorType.DUPLICATE_VOTE) return "duplicate-vote";
  return type === MisbehaviorType.LIGHT_CLIENT_ATTACK ? "light-client-attack" : "unknown";
}

export function misbehaviourOf(crypto: Crypto, found: Misbehavior, validators: Validators | undefined): Misbehaviour {
  const address = toHex(found.validator.address);
  const member = validators?.members.find((each) => engineAddress(crypto, fromBase64url(each.key)) === address);
  return {
    kind: kindOf(found.type),
    address,
    ...(member === undefined ? {} : { organisation: member.organisation }),
    height: Number(found.height),
    time: Number(found.time.seconds),
  };
}

import { fromUtf8, utf8 } from "@firmament/core/bytes";
import type { FaultMember } from "./fault-member.ts";
import type { FaultNetwork } from "./fault-network.ts";
import { declaration } from "./load.ts";

/** An honest transaction with another one's signature. */
export async function forgedDeclaration(network: FaultNetwork, member: FaultMember): Promise<Uint8Array> {
  const honest = await Promise.all([declaration(network, member), declaration(network, member)]);
  const [own, other] = honest.map((bytes) => JSON.parse(fromUtf8(bytes)) as { readonly signature: string });
  return utf8(JSON.stringify({ ...own, signature: other?.signature }));
}

import { integer, text } from "@firmament/core/codec";
import { EngineRpc } from "@firmament/ledger-cometbft/engine-rpc";
import { refuse } from "./errors.ts";

/** What an engine says of itself. */
export interface EngineState {
  /** Blocks that it has, empty ones too. */
  readonly height: number;
  /** Application hash of the newest header, hex; empty before the first block. */
  readonly appHash: string;
  /** Time of the newest block, seconds since 1970. */
  readonly time: number;
  readonly isCatchingUp: boolean;
  /** Version that the binary reports. */
  readonly version: string;
}

// The engine's answers have more members than are looked at.
function member(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, name) => {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    return (at as Record<string, unknown>)[name];
  }, value);
}

/** Asks one engine on its own socket. @throws Refusal `engine/answer` */
async function ask<T>(
  path: string,
  method: string,
  params: Readonly<Record<string, string>>,
  read: (result: unknown) => T,
): Promise<T> {
  using rpc = new EngineRpc(path);
  try {
    return read(await rpc.call(method, params));
  } catch (cause) {
    throw refuse("engine/answer", cause instanceof Error ? cause.message : "", { cause });
  }
}

const word = text({ max: 128, min: 0 });
const natural = integer(0);
const numberAt = (result: unknown, path: string) => natural(Number(member(result, path)), path);

/** How far an engine is. @param path of its socket @throws Refusal `engine/answer` */
export function engineState(path: string): Promise<EngineState> {
  return ask(path, "status", {}, (result) => ({
    height: numberAt(result, "sync_info.latest_block_height"),
    appHash: word(member(result, "sync_info.latest_app_hash"), "latest_app_hash").toLowerCase(),
    time: Math.floor(Date.parse(word(member(result, "sync_info.latest_block_time"), "latest_block_time")) / 1000),
    isCatchingUp: member(result, "sync_info.catching_up") === true,
    version: word(member(result, "node_info.version"), "version"),
  }));
}

/** Ids of the peers that an engine is connected to. @param path of its socket @throws Refusal `engine/answer` */
export function enginePeers(path: string): Promise<readonly string[]> {
  return ask(path, "net_info", {}, (result) => {
    const peers = member(result, "peers");
    return Array.isArray(peers) ? peers.map((peer) => word(member(peer, "node_info.id"), "id")) : [];
  });
}

/**
 * Consensus keys, base64, of those who vote on the next block.
 *
 * @param path of its socket
 * @throws Refusal `engine/answer`
 */
export function engineVoters(path: string): Promise<readonly string[]> {
  return ask(path, "validators", { per_page: "100" }, (result) => {
    const voters = member(result, "validators");
    return Array.isArray(voters) ? voters.map((each) => word(member(each, "pub_key.value"), "pub_key")) : [];
  });
}

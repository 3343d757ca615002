import { engineSockets } from "./sockets.ts";

/** Another organisation's engine. */
export interface Peer {
  /** 40 hex digits. */
  readonly id: string;
  /** `host:port`. */
  readonly address: string;
}

/**
 * Pause after each block where network.json says nothing, milliseconds: an answer to a block, on one site, is with the next
 * proposer by then, and goes into the block that proves the application hash instead of waiting for one of its own.
 */
export const COMMIT_PAUSE_MS = 25;

export interface EngineSettings {
  /** Name that the engine shows in its log and to its peers. */
  readonly moniker: string;
  /** Where the engine listens to its peers, `host:port`. */
  readonly listen: string;
  readonly peers: readonly Peer[];
  /** Pause after each block, milliseconds: for answers to it and for late votes. */
  readonly commitPauseMs?: number | undefined;
  /** The application's socket, or the name of one that is built into the engine; relative to the folder it runs in. */
  readonly application?: string;
}

type Value = string | number | boolean;
type Section = Readonly<Record<string, Value>>;

// Whatever stands here was chosen for a reason; all else is the engine's default. The two sockets are relative to the
// folder in which the engine is started, since a socket's path has at most 107 bytes.
function sections(settings: EngineSettings): Record<string, Section> {
  const { application, commitPauseMs = COMMIT_PAUSE_MS, listen, moniker, peers } = settings;
  return {
    "": {
      proxy_app: application ?? `unix://${engineSockets.abci}`,
      moniker,
      abci: "socket",
      // The application knows the organisations: a peer that none of them declared is refused.
      filter_peers: true,
      log_level: "info",
      log_format: "plain",
    },
    // Whoever reaches this socket can halt the node: no port, and the folder is the owner's.
    rpc: {
      laddr: `unix://${engineSockets.rpc}`,
      unsafe: false,
      pprof_laddr: "",
      grpc_laddr: "",
      max_subscriptions_per_client: 5,
    },
    p2p: {
      laddr: `tcp://${listen}`,
      persistent_peers: peers.map(({ address, id }) => `${id}@${address}`).join(","),
      unconditional_peer_ids: peers.map(({ id }) => id).join(","),
      pex: false,
      // Strangers count until they have failed to show a declared key, which may take as long as the handshake.
      max_num_inbound_peers: 500,
      // Organisations may share an address, on one machine or behind one router; a peer is told by its key.
      allow_duplicate_ip: true,
      addr_book_strict: false,
      flush_throttle_timeout: "5ms",
      handshake_timeout: "5s",
    },
    mempool: {
      type: "flood",
      recheck: true,
      size: 5000,
      cache_size: 10_000,
      max_tx_bytes: 131_072,
      max_txs_bytes: 67_108_864,
    },
    consensus: {
      timeout_propose: "400ms",
      timeout_propose_delta: "200ms",
      timeout_prevote: "200ms",
      timeout_prevote_delta: "200ms",
      timeout_precommit: "200ms",
      timeout_precommit_delta: "200ms",
      timeout_commit: `${commitPauseMs}ms`,
      create_empty_blocks: false,
      // The time of a block lags by at most as much.
      create_empty_blocks_interval: "30s",
      // A tenth of the default: what a transaction waits for is mostly this.
      peer_gossip_sleep_duration: "5ms",
    },
    statesync: { enable: false },
    tx_index: { indexer: "null" },
    instrumentation: { prometheus: false },
  };
}

// Texts of JSON are texts of TOML.
function lines(section: Section): readonly string[] {
  return Object.entries(section).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
}

/** The engine's config.toml, with the settings that were measured. */
export function engineConfig(settings: EngineSettings): string {
  const blocks = Object.entries(sections(settings)).map(([name, section]) =>
    [...(name === "" ? [] : [`[${name}]`]), ...lines(section)].join("\n"),
  );
  return `# Written at each start from genesis.json and network.json.\n${blocks.join("\n\n")}\n`;
}

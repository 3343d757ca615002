import { readDeviceCredentials } from "./device-files.ts";
import { refuse } from "./errors.ts";
import { requirePrivate } from "./plaintext.ts";

/** How a device reaches one retrieval agent. */
export interface DeviceTransport extends AsyncDisposable {
  /** The platform's `fetch`, for this agent. @throws Refusal `tls/target` */
  readonly fetch: typeof fetch;
}

const now = () => Math.floor(Date.now() / 1000);

/**
 * Opens a device's way to its retrieval agent: where the address is https, with the device's certificate, and believing
 * the one authority that lies beside it.
 *
 * @param folder the device's
 * @param address of the retrieval agent
 * @throws Refusal `home/plaintext`, `tls/device`
 */
export async function openDeviceTransport(folder: string, address: URL): Promise<DeviceTransport> {
  requirePrivate(address);
  if (address.protocol !== "https:") return { fetch, [Symbol.asyncDispose]: async () => undefined };
  const { authority, identity } = readDeviceCredentials(folder, now());
  // Loaded only where TLS is spoken, as in Transport.
  const { agentOf, askThrough } = await import("./agent.ts");
  const agent = agentOf(authority, identity, now);
  return {
    async fetch(input, init) {
      const asked = new URL(input instanceof Request ? input.url : input);
      if (asked.origin !== address.origin) throw refuse("tls/target", asked.origin);
      return askThrough(agent, asked, init);
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

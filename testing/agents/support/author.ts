import { randomBytes } from "node:crypto";
import { signPetition } from "@firmament/agents/signing";
import { fromBase64url, fromUtf8, toBase64 } from "@firmament/core/bytes";
import type { Signer } from "@firmament/core/keys";
import { publicKeyToPem } from "@firmament/crypto";
import type { PreparedRelease, ReleaseOptions } from "../../kit/index.ts";
import type { TestAgents } from "./agents.ts";

export const base64 = (text: string): string => toBase64(fromBase64url(text));

/** What an agent answered. */
export interface Answer {
  readonly status: number;
  /** Name and code of a refusal, empty for none. */
  readonly error: string;
  readonly code: string;
  readonly text: string;
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body: unknown =
    response.headers.get("content-type")?.startsWith("application/json") === true ? JSON.parse(text) : {};
  const member = (name: string): string => {
    const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === "string" ? value : "";
  };
  return { code: member("code"), error: member("error"), status: response.status, text };
}

export function postJson(base: URL, path: string, body: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(new URL(path, base), { method: "POST", headers, body: JSON.stringify(body) });
}

/** An update as an author sends it, from what the kit prepared. */
export function updateOf(prepared: PreparedRelease): Record<string, unknown> {
  const manifest: unknown = JSON.parse(fromUtf8(prepared.manifest));
  return { authorManifestSign: base64(prepared.signature), authorSign: base64(prepared.payloadSignature), manifest };
}

/** An author with its key, who works through the author agent and nothing else. */
export class TestAuthor {
  readonly #agents: TestAgents;
  readonly key: Signer;

  constructor(agents: TestAgents, key: Signer = agents.consortium.manifestKey) {
    this.#agents = agents;
    this.key = key;
  }

  get publicKey(): string {
    return publicKeyToPem(this.key.key);
  }

  /** A petition by this author; the nonce is fresh unless given. */
  async petitionBody(nonce: Uint8Array = randomBytes(16)) {
    const { ledger } = this.#agents.consortium;
    const { message, signature } = await signPetition(this.key, { ledger, nonce, text: "an author" });
    return { message, publicKey: this.publicKey, signedMessage: base64(signature) };
  }

  async petition(): Promise<Response> {
    return postJson(this.#agents.urls.author, "register/author", await this.petitionBody());
  }

  /** Petitions and gives the token. */
  async token(): Promise<string> {
    return (await this.petition()).text();
  }

  prepare(options: ReleaseOptions = {}): Promise<PreparedRelease> {
    return this.#agents.consortium.prepare({ author: this.key, ...options });
  }

  /** Sends an update with its image as a multipart form. */
  send(
    prepared: PreparedRelease,
    changes: { readonly image?: Uint8Array; readonly update?: object } = {},
  ): Promise<Response> {
    const form = new FormData();
    form.set("publicKey", this.publicKey);
    form.set("update", JSON.stringify({ ...updateOf(prepared), ...changes.update }));
    form.set("payload", new Blob([Uint8Array.from(changes.image ?? prepared.image)]), "payload");
    return fetch(new URL("register", this.#agents.urls.author), { method: "POST", body: form });
  }

  /** Registers through the agents and lets the organisations store and approve; the release's id. */
  async publish(options: ReleaseOptions = {}): Promise<PreparedRelease & { readonly release: string }> {
    const prepared = await this.prepare(options);
    const response = await this.send(prepared, {
      update: options.rollout === undefined ? {} : { rollout: options.rollout },
    });
    const { release } = (await response.json()) as { release: string };
    const { consortium } = this.#agents;
    await consortium.store(release, prepared.image);
    await consortium.approve(release);
    await this.#agents.follow();
    return { ...prepared, release };
  }
}

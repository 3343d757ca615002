import { decodeTransaction } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import type { OutgoingRegistration, RegisterAgentClient } from "../../src/author/index.ts";
import type { PetitionBody } from "../../src/http/index.ts";
import type { Registration } from "../../src/upload/index.ts";
import { now } from "../support/samples.ts";
import { bytesOf } from "../support/bytes.ts";

const id = "A".repeat(43);

const registrationOf = (release: string): Registration => ({
  receipt: { height: 1, index: 1, result: {}, time: now, transaction: release },
  release,
  state: "REGISTERED",
});

/** A register agent that grants and accepts everything, and keeps what it was sent; `refusal` makes it refuse. */
export class FakeRegisterAgent implements RegisterAgentClient {
  readonly petitions: PetitionBody[] = [];
  readonly registrations: (Omit<OutgoingRegistration, "payload"> & { readonly payload: Uint8Array | undefined })[] = [];
  /** Registrations of which it has begun to read the payload. */
  begun = 0;
  refusal: Error | undefined;
  token = "head.claims.signature";

  /** The last answer; `lies` makes it one about another transaction. */
  registration: Registration = registrationOf(id);
  lies = false;

  async petition(petition: PetitionBody): Promise<string> {
    if (this.refusal !== undefined) throw this.refusal;
    this.petitions.push(petition);
    return this.token;
  }

  async register({ payload, ...sent }: OutgoingRegistration): Promise<Registration> {
    if (this.refusal !== undefined) throw this.refusal;
    if (payload !== undefined) this.begun++;
    this.registrations.push({ ...sent, payload: payload === undefined ? undefined : await bytesOf(payload) });
    const { id: sentId } = decodeTransaction(nodeCrypto, sent.transaction);
    this.registration = registrationOf(this.lies ? id : sentId);
    return this.registration;
  }

  async ready(): Promise<void> {
    if (this.refusal !== undefined) throw this.refusal;
  }
}

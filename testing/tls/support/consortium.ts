import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { petition, publish, waitForState } from "@firmament/cli/src/publish.ts";
import { allServices } from "@firmament/cli/src/services.ts";
import { Session } from "@firmament/cli/src/session.ts";
import {
  approveAuthor,
  approveRelease,
  CHARLIE,
  CLASS,
  createClass,
  DELTA,
  enrolEverybody,
  OPERATOR,
  VENDOR,
} from "@firmament/cli/src/start/people.ts";
import { endServices, type RunningService, startServices } from "@firmament/cli/src/start/processes.ts";
import type { Signer } from "@firmament/core/keys";
import { Home } from "@firmament/server/home";
import { foundOverTls } from "./founded.ts";

/** The example's consortium, its services as processes that speak TLS. */
export class TlsConsortium implements AsyncDisposable {
  /** What the test writes, too; it goes with the consortium. */
  readonly folder: string;
  readonly session: Session;
  readonly services: readonly RunningService[];

  private constructor(folder: string, session: Session, services: readonly RunningService[]) {
    this.folder = folder;
    this.session = session;
    this.services = services;
  }

  /** @param devices whether the retrieval agent asks them for certificates */
  static async start(devices?: "certified"): Promise<TlsConsortium> {
    const folder = await mkdtemp(join(tmpdir(), "firmament-tls-services-"));
    try {
      const passphrase = join(folder, "passphrase");
      await writeFile(passphrase, "a passphrase of tests", { mode: 0o600 });
      process.env["FIRMAMENT_PASSPHRASE_FILE"] = passphrase;
      const home = new Home(join(folder, "home"));
      await mkdir(home.path);
      await foundOverTls(home, devices);
      const session = await Session.open(home.path);
      return new TlsConsortium(folder, session, await startServices(home.path, allServices(session.network)));
    } catch (cause) {
      await rm(folder, { force: true, recursive: true });
      throw cause;
    }
  }

  /** Takes one release from everybody's enrolment to its publication; gives its author. */
  async publish(): Promise<Signer> {
    const { session } = this;
    await enrolEverybody(session);
    await createClass(session);
    await approveAuthor(session);
    const author = await session.signer({ actor: "author", organisation: VENDOR }, "manifest");
    await petition(session, author, "over TLS");
    const image = join(this.folder, "image.bin");
    await writeFile(image, new Uint8Array(2_000_000).fill(7));
    const described = { className: CLASS, dependencies: [], format: "raw", storageLocation: "slot", vendor: "acme" };
    const release = await publish(session, author, { ...described, image, version: "1.0.0" });
    await waitForState(session, CHARLIE, release, ["STORED"]);
    for (const approver of [CHARLIE, DELTA]) await approveRelease(session, approver, release);
    await waitForState(session, OPERATOR, release, ["PUBLISHED"]);
    return author;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endServices(this.services);
    await rm(this.folder, { force: true, recursive: true });
  }
}

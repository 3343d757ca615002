import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { fromBase64url } from "@firmament/core/bytes";
import { formatVkey } from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { firmament } from "../e2e/program.ts";
import { HomeFiles } from "./support/home.ts";

const SOURCE = join(import.meta.dirname, "stock");
const run = promisify(execFile);

// Why the stock libraries cannot be driven here, or false. The first build fetches two Go modules.
function missing(): string | false {
  try {
    execFileSync("go", ["mod", "download"], { cwd: SOURCE, stdio: "ignore", timeout: 120_000 });
    return false;
  } catch {
    return "engine go: install Go 1.26 and let it fetch the modules of testing/audit/stock";
  }
}

describe("stock C2SP libraries on what the log gives out", { skip: missing() }, () => {
  let c: Consortium;
  let folder = "";
  let program = "";
  let vkeys: readonly string[] = [];

  const stock = (log: string, proofs: readonly string[] = []) => run(program, [log, ...vkeys, "--", ...proofs]);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "firmament-stock-"));
    program = join(folder, "stock");
    await run("go", ["build", "-o", program, "."], { cwd: SOURCE, timeout: 300_000 });
    c = await Consortium.ready();
    // More entries than one tile holds.
    while (c.size < 300) {
      const key = (await newSigner()).key;
      await c.submit(c.member(0).admin, "device.enrol", { className: "sensor", groups: [], key });
    }
    await c.cosign();
    vkeys = c.members.map(({ cosigner: { key }, name }) => {
      const publicKey = fromBase64url(key.kty === "OKP" ? key.x : "");
      return formatVkey(nodeCrypto, { name, publicKey, type: "cosignature/v1" });
    });
  });

  after(async () => {
    c[Symbol.dispose]();
    await rm(folder, { force: true, recursive: true });
  });

  it("[S2-66] check every entry of an exported log under its tiles and cosigned checkpoint, and proof files", async () => {
    const home = new HomeFiles(join(folder, "home"));
    await home.write(c);
    const words = ["--home", home.path, "--as", "bravo.example/admin"];
    const exported = join(folder, "log");
    const written = await firmament(["log", "export", exported, ...words]);
    assert.equal(written.code, 0, written.stderr);
    const proofs = [
      ["prove", "0"],
      ["prove", "299"],
      ["prove-state", "head", "sensor"],
    ];
    const files = await Promise.all(
      proofs.map(async (command, i) => {
        const path = join(folder, `${i}.tlog-proof`);
        await writeFile(path, (await firmament(["log", ...command, ...words])).stdout);
        return path;
      }),
    );
    const { stdout } = await stock(exported, files);
    const said = JSON.parse(stdout) as { proofs: number; signers: string[]; size: number };
    assert.deepEqual([said.size, said.proofs, said.signers.length], [300, 3, 4]);

    const bundle = join(exported, "tile", "entries", "000");
    const bytes = await readFile(bundle);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(bundle, bytes);
    await assert.rejects(stock(exported), "an altered entry");
  });
});

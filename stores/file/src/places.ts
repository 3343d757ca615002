import { join } from "node:path";
import { DurableDirectory } from "./durable-directory.ts";
import { StagingArea } from "./staging-area.ts";

/** The directories of one store. All lie in one file system, so that a move between them is atomic. */
export class Places implements AsyncDisposable {
  /** One plain file for each content, named by its CID. A file here is the content's existence. */
  readonly content: DurableDirectory;
  /** Inner nodes, named by the CID of their content. */
  readonly nodes: DurableDirectory;
  /** Empty files, named by the CID that is pinned. */
  readonly pins: DurableDirectory;
  readonly staging: StagingArea;

  private constructor(
    content: DurableDirectory,
    nodes: DurableDirectory,
    pins: DurableDirectory,
    staging: StagingArea,
  ) {
    this.content = content;
    this.nodes = nodes;
    this.pins = pins;
    this.staging = staging;
  }

  static async open(path: string): Promise<Places> {
    await using opened = new AsyncDisposableStack();
    const content = opened.use(await DurableDirectory.open(join(path, "content")));
    const nodes = opened.use(await DurableDirectory.open(join(path, "nodes")));
    const pins = opened.use(await DurableDirectory.open(join(path, "pins")));
    const staging = opened.use(await StagingArea.open(join(path, "staging")));
    opened.move();
    return new Places(content, nodes, pins, staging);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const place of [this.content, this.nodes, this.pins, this.staging]) await place[Symbol.asyncDispose]();
  }
}

import { createServer, type ServerOptions } from "node:https";

// What undici reports is the outer error; the reason is beneath it.
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  const code = "code" in cause ? String(cause.code) : "";
  return `${code} ${cause.message} ${reasonOf(cause.cause)}`;
}

/**
 * Answers at an address with this identity while somebody asks.
 *
 * @returns how often it was asked, and what came back or why nothing did
 */
export async function answerOnce(
  url: URL,
  identity: ServerOptions,
  ask: () => Promise<Response>,
): Promise<{ readonly asked: number; readonly got: string }> {
  let asked = 0;
  const server = createServer(identity, (_request, response) => {
    asked++;
    response.end("answered");
  });
  await new Promise<void>((resolve) => server.listen(Number(url.port), url.hostname, resolve));
  try {
    const got = await ask()
      .then((answer) => answer.text())
      .catch(reasonOf);
    return { asked, got };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

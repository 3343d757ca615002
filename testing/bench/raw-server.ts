/** node raw-server.ts FILE: serves one file over bare node:http, and prints its address. */
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";

const [, , file = ""] = process.argv;
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-length": statSync(file).size });
  createReadStream(file, { highWaterMark: 1_048_576 }).pipe(response);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}/`);
});
process.once("SIGTERM", () => {
  server.closeAllConnections();
  server.close();
});

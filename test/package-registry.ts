import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What npm sends to publish one version: its document, and the tarball as an attachment. */
interface Publication {
  readonly name: string;
  readonly "dist-tags": Record<string, string>;
  readonly versions: Record<string, { dist: { tarball: string } }>;
  readonly _attachments: Record<string, { readonly data: string }>;
}

/** A registry of npm packages in this process, on loopback, that begins empty. */
export interface PackageRegistry {
  readonly url: string;
  /** What an `.npmrc` holds for the packages of the scope (`@x`) to be published to, and installed from, here alone. */
  configurationFor(scope: string): string;
  close(): Promise<void>;
}

export async function startPackageRegistry(): Promise<PackageRegistry> {
  const documents = new Map<string, Omit<Publication, "_attachments">>();
  const tarballs = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port, not on a pipe
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}/`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent((request.url ?? "").slice(1));
    if (request.method === "PUT") {
      publish(JSON.parse(await textOf(request)));
      response.writeHead(201).end("{}");
      return;
    }
    const tarball = tarballs.get(path);
    const found = tarball ?? (documents.has(path) && JSON.stringify(documents.get(path)));
    if (found) response.writeHead(200).end(found);
    else response.writeHead(404).end('{"error":"not found"}');
  }

  function publish({ _attachments, ...document }: Publication): void {
    const former = documents.get(document.name);
    for (const version of Object.values(document.versions)) {
      const { pathname } = new URL(version.dist.tarball);
      version.dist.tarball = new URL(pathname, url).href;
    }
    for (const [file, { data }] of Object.entries(_attachments)) {
      tarballs.set(`${document.name}/-/${file}`, Buffer.from(data, "base64"));
    }
    documents.set(document.name, {
      ...document,
      "dist-tags": { ...former?.["dist-tags"], ...document["dist-tags"] },
      versions: { ...former?.versions, ...document.versions },
    });
  }

  return {
    url,
    configurationFor: (scope) => `${scope}:registry=${url}\n//${host}/:_authToken=nobody\n`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The manifest of a version, as its users get it. */
export interface PublishedManifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly dist: { tarball: string };
  readonly [field: string]: unknown;
}

/** What npm sends to publish a version: its document, and the tarball as an attachment. */
interface PackageDocument {
  readonly name: string;
  readonly "dist-tags": Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, PublishedManifest>>;
  readonly _attachments?: Readonly<Record<string, { readonly data: string }>>;
}

/** A registry of npm packages in this process, on loopback, that knows no package when it starts. */
export interface PackageRegistry {
  readonly url: string;
  /** Without it nothing is taken in. */
  readonly token: string;
  /** What was published, in that order. */
  readonly published: readonly PublishedManifest[];
  close(): Promise<void>;
}

export async function startPackageRegistry(): Promise<PackageRegistry> {
  const token = "of-this-registry";
  const documents = new Map<string, PackageDocument>();
  const tarballs = new Map<string, Buffer>();
  const published: PublishedManifest[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => reply(response, 500, String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port, not on a pipe
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? "/", url).pathname.slice(1));
    if (request.method === "PUT") {
      if (request.headers.authorization !== `Bearer ${token}`) return reply(response, 401, {});
      const isNew = publish(JSON.parse(await textOf(request)));
      return reply(response, isNew ? 201 : 403, {});
    }
    const tarball = tarballs.get(path);
    if (tarball !== undefined) return void response.writeHead(200).end(tarball);
    const document = documents.get(path);
    reply(response, document === undefined ? 404 : 200, document ?? {});
  }

  /** False where a version is there already. */
  function publish({ _attachments = {}, ...document }: PackageDocument): boolean {
    const { name } = document;
    const former = documents.get(name);
    const versions = Object.values(document.versions);
    if (versions.some(({ version }) => former?.versions[version] !== undefined)) return false;
    // Whoever publishes, names the tarball by the registry of his configuration.
    for (const { dist } of versions)
      dist.tarball = new URL(new URL(dist.tarball).pathname, url).href;
    for (const [file, { data }] of Object.entries(_attachments)) {
      tarballs.set(`${name}/-/${file}`, Buffer.from(data, "base64"));
    }
    published.push(...versions);
    documents.set(name, {
      name,
      "dist-tags": { ...former?.["dist-tags"], ...document["dist-tags"] },
      versions: { ...former?.versions, ...document.versions },
    });
    return true;
  }

  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, token, published, close };
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

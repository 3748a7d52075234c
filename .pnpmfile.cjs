// What of a package's manifest is published: what its users need (decision 22).
const { basename, dirname } = require("node:path");

const OWN_SCOPE = "@x/";
const SOURCES = "./src/";

/** Without the sources, which are not published. */
function withoutSources(exported) {
  if (typeof exported !== "object" || exported === null) return exported;
  const kept = Object.entries(exported).filter(([condition]) => condition !== `${OWN_SCOPE}source`);
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutSources(value)]));
}

/** An app is a bundle: it has the packages of the workspace inside, and installs none of them. */
function withoutBundled(dependencies) {
  const others = Object.entries(dependencies).filter(([name]) => !name.startsWith(OWN_SCOPE));
  return Object.fromEntries(others);
}

function beforePacking(manifest, folder) {
  const published = { ...manifest };
  delete published.devDependencies;
  delete published.scripts;
  const kind = basename(dirname(folder));
  const repository = process.env.GITHUB_REPOSITORY;
  return {
    ...published,
    ...(published.exports && { exports: withoutSources(published.exports) }),
    ...(Array.isArray(published.sideEffects) && {
      sideEffects: published.sideEffects.filter((file) => !file.startsWith(SOURCES)),
    }),
    ...(kind === "apps" && { dependencies: withoutBundled(published.dependencies) }),
    // Where it is built is where it comes from; the registry checks this against the provenance.
    ...(repository && {
      repository: {
        type: "git",
        url: `git+https://github.com/${repository}.git`,
        directory: `${kind}/${basename(folder)}`,
      },
    }),
  };
}

module.exports = { hooks: { beforePacking } };

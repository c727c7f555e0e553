'use strict';
/** The lock file as data: what it lacks, and how it is completed. Pure. */

/** Words in the name of a platform package, and what they say in its lock entry. */
const words = {
  os: {
    aix: 'aix',
    android: 'android',
    darwin: 'darwin',
    freebsd: 'freebsd',
    linux: 'linux',
    linuxmusl: 'linux',
    netbsd: 'netbsd',
    openbsd: 'openbsd',
    openharmony: 'openharmony',
    sunos: 'sunos',
    win32: 'win32',
  },
  cpu: {
    arm: 'arm',
    arm64: 'arm64',
    ia32: 'ia32',
    loong64: 'loong64',
    mips64el: 'mips64el',
    ppc64: 'ppc64',
    riscv64: 'riscv64',
    s390x: 's390x',
    wasm32: 'wasm32',
    x64: 'x64',
  },
  libc: { glibc: 'glibc', gnu: 'glibc', gnueabihf: 'glibc', linuxmusl: 'musl', musl: 'musl', musleabihf: 'musl' },
};

const isExact = (version) => /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version);

/** Optional packages that an installed one names and the lock does not hold: those the registry did not offer at the time. */
function missingOptionals(lock) {
  return Object.entries(lock.packages).flatMap(([holder, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !placesOf(holder, name).some((place) => place in lock.packages))
      .map(([name, version]) => ({ name, version, dev: entry.dev === true })),
  );
}

/** Where Node looks for `name` from within `holder`, innermost first. */
function placesOf(holder, name) {
  const nesting = holder === '' ? [] : holder.split('/node_modules/');
  const inside = nesting.map(
    (_, index) => `${nesting.slice(0, index + 1).join('/node_modules/')}/node_modules/${name}`,
  );
  return [...inside.reverse(), `node_modules/${name}`];
}

/** The entry of a package for another platform, told from its name; undefined where the name does not say. */
function platformEntry({ name, version, dev }) {
  const parts = name.split(/[-/]/);
  const said = (kind) => parts.filter((part) => part in words[kind]).map((part) => words[kind][part]);
  const [os, cpu, libc] = [said('os'), said('cpu'), said('libc')];
  if (!isExact(version) || (os.length === 0 && cpu.length === 0)) return undefined;
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

/** The lock with an entry for every missing optional package whose name says its platform. */
function completed(lock) {
  const added = {};
  for (const missing of missingOptionals(lock)) {
    const entry = platformEntry(missing);
    if (entry !== undefined) added[`node_modules/${missing.name}`] = entry;
  }
  const packages = Object.fromEntries(
    Object.entries({ ...lock.packages, ...added }).sort(([left], [right]) => left.localeCompare(right, 'en')),
  );
  return { lock: { ...lock, packages }, added: Object.keys(added) };
}

/** What is wrong with the lock and the versions that package.json names. */
function problemsOf(lock, manifest) {
  const named = { ...manifest.dependencies, ...manifest.devDependencies };
  const entries = Object.entries(lock.packages).filter(([place]) => place !== '');
  const root = lock.packages[''];
  return [
    ...Object.entries(named)
      .filter(([, version]) => !isExact(version))
      .map(([name, version]) => `package.json: ${name} is ${version}, not one exact version`),
    ...Object.entries(named)
      .filter(([name, version]) => ({ ...root.dependencies, ...root.devDependencies })[name] !== version)
      .map(([name, version]) => `package-lock.json does not hold ${name} ${version}`),
    ...missingOptionals(lock).map(
      ({ name }) => `package-lock.json lacks the optional ${name}: run infra/scripts/complete-lock.js`,
    ),
    ...entries
      .filter(([, entry]) => 'resolved' in entry)
      .map(([place]) => `package-lock.json: ${place} names the host it came from`),
    ...entries
      .filter(([, entry]) => entry.integrity === undefined && entry.optional !== true)
      .map(([place]) => `package-lock.json: ${place} has no integrity`),
  ];
}

module.exports = { completed, problemsOf };

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The repository's own folder, found from wherever this was compiled to. */
export const repositoryRoot = ((): string => {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
})();

export const inRepository = (...parts: readonly string[]): string => path.join(repositoryRoot, ...parts);

/** Files under `folder` whose name ends in `suffix`, as sorted paths from the root; none where the folder does not exist. */
export function filesWithSuffix(folder: string, suffix: string): readonly string[] {
  if (!existsSync(inRepository(folder))) return [];
  return readdirSync(inRepository(folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(suffix))
    .map((file) => path.posix.join(folder, file.replaceAll(path.sep, '/')))
    .sort();
}

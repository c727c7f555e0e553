import type { SukiApi } from '../suki-api';

export async function writeReport(api: SukiApi, directory: string): Promise<void> {
  await api.get(directory);
}

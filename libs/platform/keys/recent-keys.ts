/**
 * The secrets read or written last, so that reading seldom meets the lock of a commit, which would hold up the event loop.
 * Holds only what is durable; the oldest goes first.
 */
export class RecentKeys {
  private readonly secrets = new Map<string, Buffer | null>();

  constructor(private readonly limit: number) {}

  /** Null where it was erased, undefined where nothing is known. */
  get(tenant: string, id: string): Buffer | null | undefined {
    return this.secrets.get(`${tenant}/${id}`);
  }

  put(tenant: string, id: string, secret: Buffer | null): void {
    const name = `${tenant}/${id}`;
    this.secrets.delete(name);
    this.secrets.set(name, secret);
    if (this.secrets.size <= this.limit) return;
    for (const oldest of this.secrets.keys()) {
      this.secrets.delete(oldest);
      return;
    }
  }

  forget(tenant: string, id: string): void {
    this.secrets.delete(`${tenant}/${id}`);
  }

  clear(): void {
    this.secrets.clear();
  }
}

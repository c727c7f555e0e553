const WAIT_MS = 20_000;

/** Looks again and again until what it looks at is so; throws what it threw last when the time is over. */
export async function soon(look: () => void | Promise<void>, waitMs = WAIT_MS): Promise<void> {
  const until = Date.now() + waitMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

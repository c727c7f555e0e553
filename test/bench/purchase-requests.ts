const TILLS = 64;
let receipts = 0;

/** Requests of the reference purchase, as of many tills that each count their receipts. Who is told learns `till~receipt`. */
export function purchaseRequests(
  key: string,
  cardOf: (receipt: number) => number,
  onMade?: (receipt: string) => void,
): () => Buffer {
  const run = Date.now().toString(36);
  return () => {
    const count = receipts++;
    const till = String(count % TILLS);
    const receipt = `${run}-${String(Math.floor(count / TILLS)).padStart(6, '0')}`;
    const body = JSON.stringify({
      outlet: 'manila-1',
      till,
      receipt,
      occurredAt: new Date().toISOString(),
      customer: { card: `c${cardOf(count)}` },
      currency: 'PHP',
      lines: LINES,
      payments: [{ kind: 'cash', amount: TOTAL }],
    });
    onMade?.(`${till}~${receipt}`);
    return Buffer.from(
      `POST /v1/purchases HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  };
}

const LINES = Array.from({ length: 10 }, (_, index) => ({
  sku: `ARTICLE-${1000 + index}`,
  category: ['ice-cream', 'coffee', 'bakery'][index % 3],
  quantity: 1 + (index % 3),
  unitPrice: 4500,
  amount: 4500 * (1 + (index % 3)),
}));
const TOTAL = LINES.reduce((sum, { amount }) => sum + amount, 0);

/** One line of `npm run bench`. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value in terms of `floor`, a bare loop measured in the same run. */
  readonly ratio?: number;
  readonly floor?: string;
  /** The least that is accepted, of the ratio where there is one, else of the value. */
  readonly budget?: number;
  /** Where less is better: the most that is accepted, of the ratio where there is one, else of the value. */
  readonly atMost?: number;
}

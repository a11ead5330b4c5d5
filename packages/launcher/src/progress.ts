// SPDX-License-Identifier: Apache-2.0

/** Says what is going on, a line per finished step, and every 10 s what is still being waited for. */
export class Progress {
  readonly #started = performance.now();
  readonly #running = new Set<string>();
  readonly #ticker: NodeJS.Timeout;

  constructor(readonly write: (line: string) => void = (line) => process.stderr.write(`${line}\n`)) {
    this.#ticker = setInterval(() => this.#tick(), 10_000).unref();
  }

  #tick(): void {
    if (this.#running.size > 0) this.write(`  …  ${this.elapsed()}  still: ${[...this.#running].join(", ")}`);
  }

  /** Seconds since the first step, for a person. */
  elapsed(): string {
    return `${((performance.now() - this.#started) / 1000).toFixed(1).padStart(5)} s`;
  }

  note(line: string): void {
    this.write(`     ${this.elapsed()}  ${line}`);
  }

  /** Runs one step; what `work` returns as a string is added to its line ("up to date", a version, ...). */
  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    this.#running.add(title);
    const finish = (mark: string, detail: unknown) => {
      this.#running.delete(title);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      this.write(
        `  ${mark}  ${this.elapsed()}  ${title}${typeof detail === "string" ? `: ${detail}` : ""} (${seconds} s)`,
      );
    };
    try {
      const result = await work();
      finish("✓", result);
      return result;
    } catch (error) {
      finish("✗", undefined);
      throw error;
    }
  }

  close(): void {
    clearInterval(this.#ticker);
  }
}

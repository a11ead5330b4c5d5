// SPDX-License-Identifier: Apache-2.0
// The operator's own figures for Prometheus.

interface Figures {
  reconciles: number;
  errors: number;
  seconds: number;
}

export class Metrics {
  readonly #figures = new Map<string, Figures>();
  leading = false;

  #of(controller: string): Figures {
    const known = this.#figures.get(controller);
    if (known) return known;
    const fresh = { reconciles: 0, errors: 0, seconds: 0 };
    this.#figures.set(controller, fresh);
    return fresh;
  }

  startReconcile(controller: string): () => void {
    const since = performance.now();
    return () => {
      const figures = this.#of(controller);
      figures.reconciles += 1;
      figures.seconds += (performance.now() - since) / 1000;
    };
  }

  countError(controller: string): void {
    this.#of(controller).errors += 1;
  }

  render(depths: ReadonlyMap<string, number>): string {
    const lines: string[] = [];
    const family = (name: string, type: string, help: string, samples: Iterable<[string, number]>) => {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const [controller, value] of samples) lines.push(`${name}{controller="${controller}"} ${value}`);
    };
    const pick = (field: keyof Figures) =>
      [...this.#figures].map(([name, f]): [string, number] => [name, f[field]]);
    family(
      "nfaas_operator_reconciles_total",
      "counter",
      "Reconciles, failed ones included.",
      pick("reconciles"),
    );
    family("nfaas_operator_reconcile_errors_total", "counter", "Reconciles that failed.", pick("errors"));
    family("nfaas_operator_reconcile_seconds_total", "counter", "Time spent in reconciles.", pick("seconds"));
    family("nfaas_operator_queue_depth", "gauge", "Keys waiting or being worked on.", depths);
    lines.push(
      "# HELP nfaas_operator_leading Whether this process leads.",
      "# TYPE nfaas_operator_leading gauge",
      `nfaas_operator_leading ${this.leading ? 1 : 0}`,
    );
    return `${lines.join("\n")}\n`;
  }
}
